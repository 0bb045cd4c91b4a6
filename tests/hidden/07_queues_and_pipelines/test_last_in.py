"""last_in: the newest first, and the end of the work is not the newest."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from grader.suite import Seconds, Span, Trace, Virtual, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("SCROLL", "next_tile", "load")

WAIT = double("wait", delay=lambda seconds: seconds)
AT_ONCE_S = 1e-4
"""On the virtual clock."""


@dataclass(frozen=True)
class Tile:
    name: str
    seen: float
    """Seconds from the start."""
    takes: float


NAMES = fresh.words(6)
# A burst while the first is loading, another one while the second is; nothing comes within 0.2 s of a decision.
TILES = [
    Tile(name, seen, takes)
    for name, seen, takes in zip(NAMES, [0.1, 0.15, 0.2, 0.25, 0.8, 0.85], [0.5, 0.2, 0.2, 0.5, 0.2, 0.2], strict=True)
]
CLOSED = 0.9


def turns(tiles: Sequence[Tile]) -> list[tuple[Tile, float]]:
    """The tiles as they are loaded, and when each can begin."""
    left = list(tiles)
    now = 0.0
    order: list[tuple[Tile, float]] = []
    while left:
        now = max(now, left[0].seen)
        tile = max((one for one in left if one.seen <= now), key=left.index)
        left.remove(tile)
        order.append((tile, now))
        now += tile.takes
    return order


def screen(tiles: Sequence[Tile], closed: float) -> dict[str, Any]:
    """The doubles for this scrolling."""
    times = [*(tile.seen for tile in tiles), closed]
    takes = {tile.name: tile.takes for tile in tiles}

    def pause(nth: int) -> float:
        return times[nth - 1] - (times[nth - 2] if nth > 1 else 0.0) if nth <= len(times) else 0.0

    return {
        "next_tile": double(
            "next_tile",
            delay=pause,
            reply=lambda nth: tiles[nth - 1].name if nth <= len(tiles) else "",
            raises=lambda nth: IndexError("list index out of range") if nth > len(tiles) + 1 else None,
        ),
        "load": double("load", delay=lambda name: takes[name], reply=lambda name: f"picture of {name}"),
    }


@dataclass(frozen=True)
class Turn:
    """A load, and what the line could have loaded then."""

    load: Span
    free: Seconds
    """When the line was free and a tile was missing."""
    newest: str
    """The tile that came into sight last of those missing, but for what came in the last moment."""


def seen_turns(trace: Trace) -> list[Turn]:
    """The loads as they were.

    The moment at which each tile came into sight is taken from the trace: many answers came before it, and the grader
    may have been late with them.
    """
    came = {call.reply: call.end for call in trace.calls("next_tile") if call.reply}
    missing = dict(came)
    seen: list[Turn] = []
    for call in trace.calls("load"):
        name, start = call.args[0], float(call.start)
        if name not in missing:
            break  # twice, or before it was in sight: another check says so
        newest = max(
            (each for each in missing if float(missing[each]) < start - 0.1),
            key=lambda each: float(missing[each]),
            default=name,
        )
        if float(came[name]) > float(came[newest]):
            newest = name
        since = [min(missing.values(), key=float), *(turn.load.end for turn in seen[-1:])]
        seen.append(Turn(call, max(since, key=float), newest))
        del missing[name]
    return seen


as_it_is = record(None, deadline_s=4)
browsed = record("browse", world=screen(TILES, CLOSED), deadline_s=4)
PICTURES = {name: f"picture of {name}" for name in NAMES}


@points(1, "the program loads lake, moor, town and wood, in about 1.7 s", public=True)
def test_program(as_it_is: Trace, browsed: Trace) -> None:
    assert as_it_is.lines == [
        *["lake in sight", "wood in sight", "moor in sight", "lake loaded", "town in sight"],
        *["moor loaded", "town loaded", "wood loaded", "4 tiles"],
    ]
    assert 1.5 < as_it_is.elapsed < 2.2
    seen = seen_turns(browsed)
    assert len(seen) == len(TILES), f"all your tiles are loaded, but of six others {len(seen)}"
    other = next((turn for turn in seen if turn.load.args[0] != turn.newest), None)
    assert other is None, (
        f"your tiles are loaded in the right order, but of six others, in sight as {', '.join(NAMES)}, "
        f"{other.load.args[0]} was loaded when {other.newest} was the last in sight"
    )
    last = turns(TILES)[-1][1] + turns(TILES)[-1][0].takes
    assert browsed.elapsed < last + 0.4, (
        f"your tiles take {as_it_is.elapsed:.2f} s, but six others that can be loaded after {last:.2f} s "
        f"take {browsed.elapsed:.2f} s"
    )


@points(1, "every tile is loaded once, one at a time, and browse returns them all")
def test_all(browsed: Trace) -> None:
    loaded = [call.args[0] for call in browsed.calls("load")]
    assert sorted(loaded) == sorted(NAMES), (
        f"{', '.join(NAMES)} came into sight; load was called for {', '.join(loaded) or 'none'}"
    )
    for call in browsed.calls("load"):
        assert call.outcome == "replied", f"{call} was cancelled, or not awaited to its end"
    peak = browsed.peak("load")
    assert peak == 1, f"{peak} tiles were loaded at once"
    assert browsed.returned == PICTURES, f"browse returned {browsed.returned}; expected {PICTURES}"


@points(1, "when the line is free, the newest missing tile is loaded at once")
def test_last(browsed: Trace) -> None:
    seen = seen_turns(browsed)
    assert seen, "no tile was loaded"
    for turn in seen:
        assert turn.load.args[0] == turn.newest, (
            f"the tiles came into sight as {', '.join(NAMES)}; when the line was free at {turn.free:.2f} s, "
            f"{turn.newest} was the last of those missing, but {turn.load.args[0]} was loaded"
        )
    waits = [
        (
            turn.load.start - turn.free,
            f"the line was free for {turn.newest} at {turn.free:.2f} s; it began to load at {turn.load.start:.2f} s",
        )
        for turn in seen
    ]
    late, message = latest(waits)
    assert late < 0.35, message


@points(1, "the map is watched until it is closed, whatever is being loaded")
def test_watch(browsed: Trace) -> None:
    calls = browsed.calls("next_tile")
    asked = [call.args[0] for call in calls]
    assert asked == list(range(1, len(TILES) + 2)), (
        f"next_tile was called for {asked}; expected {list(range(1, len(TILES) + 2))}"
    )
    late, message = latest(
        (
            later.start - earlier.end,
            f"tile {earlier.args[0]} came into sight at {earlier.end:.2f} s, but next_tile was called again only at "
            f"{later.start:.2f} s",
        )
        for earlier, later in pairwise(calls)
    )
    assert late < 0.35, message


@points(2, "all of this holds, however the user scrolls")
# More than the small number that a queue or a semaphore may have been given room for.
@example(drawn=[(137, 2371)] * 14, closing_ms=137)
@given(
    drawn=st.lists(st.tuples(st.one_of(st.just(0), st.integers(137, 4000)), st.integers(137, 3000)), max_size=8),
    closing_ms=st.integers(0, 4000),
)
def test_any_scrolling(virtual: Virtual, drawn: list[tuple[int, int]], closing_ms: int) -> None:
    tiles: list[Tile] = []
    seen = busy_since = busy_until = 0
    for number, (pause, takes) in enumerate(drawn, start=1):
        # Two may come together only while the line is busy: on a free one, which is taken would be a matter of chance.
        seen += pause if pause or busy_since < seen < busy_until else 137
        tiles.append(Tile(f"tile-{number}", seen / 1000, takes / 1000))
        busy_since = seen if seen > busy_until else busy_since
        busy_until = max(busy_until, seen) + takes
    closed = (seen + closing_ms) / 1000
    order = turns(tiles)
    # Nor may one come into sight at the very moment at which a load ends.
    ends = [free + tile.takes for tile, free in order]
    assume(all(abs(end - tile.seen) > 0.001 for end in ends for tile in tiles))
    trace = virtual("evening", WAIT, 20.0, scenario=True, world=screen(tiles, closed), allow=("raise",))
    come = [f"{tile.name} ({tile.takes:g} s) at {tile.seen:g} s" for tile in tiles]
    in_sight = f"these tiles come into sight: {', '.join(come)}" if come else "no tile comes into sight"
    when = f"when {in_sight}, and the map is closed at {closed:g} s"
    assert trace.raised is None, f"{when}: " + (
        "browse never returns" if trace.raised and trace.raised.type == "Deadlock" else f"browse raised {trace.raised}"
    )
    asked = [call.args[0] for call in trace.calls("next_tile")]
    wanted = list(range(1, len(tiles) + 2))
    assert asked == wanted, f"{when}: next_tile was called for {asked}; expected {wanted}"
    loaded = [call.args[0] for call in trace.calls("load")]
    expected = [tile.name for tile, _ in order]
    assert loaded == expected, (
        f"{when}: expected load to be called for {', '.join(expected) or 'none'}; it was called for "
        f"{', '.join(loaded) or 'none'}"
    )
    for call, (_, free) in zip(trace.calls("load"), order, strict=True):
        assert abs(call.start - free) < AT_ONCE_S, f"{when}: {call} began at {call.start:g} s; expected {free:g} s"
        assert call.outcome == "replied", f"{when}: {call} was cancelled, or not awaited to its end"
    note = trace.notes("returned")[0]
    assert note.value == {tile.name: f"picture of {tile.name}" for tile in tiles}, (
        f"{when}: browse returned {note.value}"
    )
    end = max([closed, *ends])
    assert abs(note.at - end) < AT_ONCE_S, f"{when}: browse took {note.at:g} s; expected {end:g} s"
    left = trace.notes("left")[0].value
    assert left == 0, f"{when}: browse had returned, but {left} of its tasks still ran 20 s later"
