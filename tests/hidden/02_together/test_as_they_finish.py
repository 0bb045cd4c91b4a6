"""as_they_finish: each result is shown as soon as it is known."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("VOTES", "SECONDS", "count")

STATIONS = fresh.words(4)
# The first one is the slowest: a program that waits for it shows all others too late. The two fastest come in the wrong
# order: a program that checks all of them now and then shows these as they stand in the list.
SLOWEST = 1.3
DELAYS = dict(zip(STATIONS, [SLOWEST, 0.65, 0.3, 1.0], strict=True))

as_it_is = record(None)
night = record(
    "election_night",
    STATIONS,
    world={"count": double("count", delay=DELAYS.__getitem__, reply=fresh.number(100, 999))},
)


@points(1, "the program prints the results in the order of their arrival, in about 1.2 s", means="polling", public=True)
def test_program(as_it_is: Trace, night: Trace) -> None:
    assert as_it_is.lines == [
        "library 120, sum 120",
        "school 310, sum 430",
        "theatre 455, sum 885",
        "town hall 640, sum 1525",
        "all counted: 1525",
    ]
    assert as_it_is.at("library 120, sum 120") < 0.75
    assert as_it_is.elapsed < 1.8
    arrived = sorted(STATIONS, key=DELAYS.__getitem__)
    shown = [station for line in night.lines for station in STATIONS if line.startswith(f"{station} ")]
    assert shown == arrived, (
        f"with other stations, the results arrive in the order {', '.join(arrived)}; "
        f"the program shows {', '.join(shown) or 'none of them'}"
    )
    assert night.elapsed < SLOWEST + 0.4, (
        f"with other stations, of which the slowest takes {SLOWEST} s, election_night took {night.elapsed:.2f} s"
    )


EXAMPLES = 40

# Milliseconds that polling at any round interval would miss; 0, and longer than anybody waits. Two may be alike.
DELAYS_MS = st.one_of(st.just(0), st.integers(137, 2999), st.sampled_from([700, 40_007]))
# What each station takes, and its votes: none, and as many as another.
COUNTS = st.lists(
    st.tuples(DELAYS_MS, st.one_of(st.sampled_from([0, 250]), st.integers(1, 999))), min_size=1, max_size=6
)
MANY = st.integers(-7, 7).map(lambda step: [(900 + step * number, 3) for number in range(75)])


@points(1, "election_night(stations) shows each result as soon as it is known", means="polling")
@settings(max_examples=EXAMPLES)
@given(counts=COUNTS)
def test_soon(virtual: Virtual, counts: list[tuple[int, int]]) -> None:
    second, late = _clock(virtual)
    shown = virtual("election_night", _stations(counts), world=_world(counts, second))
    for station in _stations(counts):
        known = max((float(call.end) for call in shown.calls("count") if call.args == (station,)), default=None)
        assert known is not None, f"{station} never counted"
        at = next((e.at for e in shown.events if e.kind == "line" and e.name.startswith(f"{station} ")), None)
        if at is None:
            continue  # that costs the point of another check
        assert known <= at, f"{station} was shown after {at:.5g} s; it had counted only after {known:.5g} s"
        assert at <= known + late, f"{station} had counted after {known:.5g} s; its result was shown after {at:.5g} s"


@points(1, "each line shows the votes of the station and the sum so far")
@settings(max_examples=EXAMPLES)
@given(counts=COUNTS)
def test_lines(virtual: Virtual, counts: list[tuple[int, int]]) -> None:
    second, _ = _clock(virtual)
    shown = virtual("election_night", _stations(counts), world=_world(counts, second))
    votes = dict(zip(_stations(counts), (count for _, count in counts), strict=True))
    total = 0
    for line in shown.lines:
        station = next((name for name in votes if line.startswith(f"{name} ")), None)
        if station is None:
            assert line.startswith("all counted"), f'the line "{line}" does not name a station'
            continue
        total += votes[station]
        wanted = f"{station} {votes.pop(station)}, sum {total}"
        assert line == wanted, f'expected the line "{wanted}"; got "{line}"'
    assert not votes, f"there is no line about {', '.join(votes)}"


@points(1, "the last line comes when all stations have counted, and shows the sum")
@settings(max_examples=EXAMPLES)
@given(counts=COUNTS)
def test_last_line(virtual: Virtual, counts: list[tuple[int, int]]) -> None:
    second, late = _clock(virtual)
    shown = virtual("election_night", _stations(counts), world=_world(counts, second))
    wanted = f"all counted: {sum(count for _, count in counts)}"
    assert shown.lines[-1:] == [wanted], f'expected the last line to be "{wanted}"; got {_quoted(shown.lines[-1:])}'
    complete = max((float(call.end) for call in shown.calls("count")), default=0.0)
    at = shown.at(wanted)
    assert complete <= at, f"the last station had counted after {complete:.5g} s; the last line came after {at:.5g} s"
    assert at <= complete + late, (
        f"the last station had counted after {complete:.5g} s; the last line came after {at:.5g} s"
    )


@points(1, "any number of stations count at the same time, each of them once", means="sequential-await")
@settings(max_examples=EXAMPLES)
@given(counts=st.one_of(COUNTS, MANY))
def test_together(virtual: Virtual, counts: list[tuple[int, int]]) -> None:
    second, late = _clock(virtual)
    if second < 1.0:
        counts = counts[:6]  # forty threads take their time to start
    shown = virtual("election_night", _stations(counts), world=_world(counts, second))
    for station in _stations(counts):
        starts = [call.start for call in shown.calls("count") if call.args == (station,)]
        how_often = {0: "never counted", 2: "counted twice"}.get(len(starts), f"counted {len(starts)} times")
        assert len(starts) == 1, f"{station} {how_often}; expected it to count once"
        assert starts[0] <= late, (
            f"{station} began to count after {starts[0]:.5g} s; expected all stations to begin at once"
        )


def _quoted(lines: list[str]) -> str:
    return f'"{lines[0]}"' if lines else "no line"


def _stations(counts: list[tuple[int, int]]) -> list[str]:
    return [f"station {number}" for number in range(1, len(counts) + 1)]


def _world(counts: list[tuple[int, int]], second: float) -> Mapping[str, Any]:
    station = dict(zip(_stations(counts), counts, strict=True))
    return {
        "count": double(
            "count", delay=lambda name: station[name][0] * second / 1000, reply=lambda name: station[name][1]
        )
    }


_clocks: list[tuple[Virtual, tuple[float, float]]] = []


def _clock(virtual: Virtual) -> tuple[float, float]:
    """How long a second of the schedule lasts, and how late is too late.

    The simulated clock is exact. A program with threads keeps real time while they run: for that one the delays are
    short, and only what is late beyond doubt counts.
    """
    # Looked at once for each check: it is the same for all its schedules.
    if not _clocks or _clocks[0][0] is not virtual:
        probe = virtual("election_night", ["station 1"], world=_world([(5, 1)], 1.0))
        exact = all(abs(float(call.seconds) - 0.005) < 1e-6 for call in probe.calls() if call.outcome == "replied")
        _clocks[:] = [(virtual, (1.0, 1e-4) if exact else (0.005, 1.0))]
    return _clocks[0][1]
