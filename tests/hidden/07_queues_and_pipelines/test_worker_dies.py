"""worker_dies: one bad item does not end a worker, and what ends one does not go unnoticed."""

import heapq
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, latest, points, record

WORKERS = 3
PHOTOS = fresh.words(9)
# More damaged ones than there are workers; two come at once, while the third worker is busy for long; the last is one.
DAMAGED = [PHOTOS[0], PHOTOS[1], PHOTOS[4], PHOTOS[8]]
SECONDS = dict(zip(PHOTOS, [0.2, 0.3, 1.0, 0.3, 0.3, 0.3, 0.3, 0.4, 0.3], strict=True))

DOWN = ConnectionError(fresh.token())
LOST = fresh.words(7)
# The fourth finds the archive down, while a slow one is under way and others have not begun.
LOST_SECONDS = dict(zip(LOST, [1.6, 0.3, 0.3, 0.4, 0.5, 0.6, 0.6], strict=True))

OTHER_TROUBLE: dict[str, type[Exception]] = {
    "down": ConnectionError, "forbidden": PermissionError, "late": TimeoutError, "broken": RuntimeError,
}  # fmt: skip


def starts(photos: Sequence[str], seconds: Mapping[str, float], workers: int) -> dict[str, float]:
    """When each photo can begin: as soon as a worker is free."""
    free = [0.0] * workers
    times: dict[str, float] = {}
    for photo in photos:
        times[photo] = heapq.heappop(free)
        heapq.heappush(free, times[photo] + seconds[photo])
    return times


def world(workers: int, seconds: Mapping[str, float], trouble: Mapping[str, Exception]) -> dict[str, Any]:
    """The archive and what goes wrong in it."""
    archive = double("archive", delay=lambda photo: seconds[photo], raises=lambda photo: trouble.get(photo))
    return {"WORKERS": workers, "archive": archive}


def leaves(raised: Any) -> list[tuple[str, str]]:
    """Type and message of what was raised, or of everything in the group."""
    if raised is None:
        return []
    return [pair for inner in raised.inner for pair in leaves(inner)] or [(raised.type, raised.message)]


as_it_is = record(None, deadline_s=3.5)
archived = record(
    "archive_all",
    PHOTOS,
    world=world(WORKERS, SECONDS, {photo: ValueError(f"{photo} is damaged") for photo in DAMAGED}),
    deadline_s=4,
)
down = record(
    "archive_all",
    LOST,
    world=world(WORKERS, LOST_SECONDS, {LOST[1]: ValueError("damaged"), LOST[3]: DOWN}),
    deadline_s=4,
    allow=("raise",),
)


@points(1, "the program archives four photos, names the two damaged ones and ends, after about 1.1 s", public=True)
def test_program(as_it_is: Trace, archived: Trace) -> None:
    expected = ["beach archived", "garden archived", "station archived", "harbour archived"]
    assert as_it_is.lines[:-1] == expected, f"expected {', '.join(expected)}; printed: {', '.join(as_it_is.lines)}"
    assert as_it_is.lines[-1] in ("damaged: blurred, torn", "damaged: torn, blurred"), (
        f"expected 'damaged: blurred, torn', got {as_it_is.lines[-1]!r}"
    )
    assert 0.9 < as_it_is.elapsed < 1.6
    through = len([call for call in archived.calls("archive") if call.outcome in ("replied", "raised")])
    assert through == len(PHOTOS), (
        f"here all photos are dealt with, but of {len(PHOTOS)} others, {len(DAMAGED)} of them damaged, {through} are"
    )
    last = max(start + SECONDS[photo] for photo, start in starts(PHOTOS, SECONDS, WORKERS).items())
    assert archived.elapsed < last + 0.4, (
        f"here it takes {as_it_is.elapsed:.2f} s, but {len(PHOTOS)} photos that can be dealt with after {last:.2f} s "
        f"take {archived.elapsed:.2f} s"
    )


@points(1, "every photo is archived once, and the damaged ones are returned", means="failure-ends-all")
def test_damaged(archived: Trace) -> None:
    seen = [call.args[0] for call in archived.calls("archive")]
    assert seen == PHOTOS, f"the photos are {', '.join(PHOTOS)}; archive was called for {', '.join(seen) or 'none'}"
    for call in archived.calls("archive"):
        assert call.outcome in ("replied", "raised"), f"{call} was broken off or not waited for"
    returned = archived.returned if isinstance(archived.returned, list) else [archived.returned]
    assert sorted(map(str, returned)) == sorted(DAMAGED), (
        f"damaged are {', '.join(DAMAGED)}; archive_all returned {archived.returned}"
    )


@points(2, "a damaged photo costs no more than its own time: all workers go on")
def test_pace(archived: Trace) -> None:
    peak = archived.peak("archive")
    assert peak <= WORKERS, f"{peak} photos were under way at once; there are {WORKERS} workers"
    began = {call.args[0]: call.start for call in reversed(archived.calls("archive"))}
    missing = [photo for photo in PHOTOS if photo not in began]
    assert not missing, f"never begun: {', '.join(missing)}"
    late, message = latest(
        (began[photo] - free, f"a worker could begin {photo} at {free:.2f} s; it began at {began[photo]:.2f} s")
        for photo, free in starts(PHOTOS, SECONDS, WORKERS).items()
    )
    assert late < 0.35, message
    last = max((call.end for call in archived.calls("archive")), key=float)
    assert archived.elapsed - last < 0.35, (
        f"the last photo was through at {last:.2f} s, but archive_all returned at {archived.elapsed:.2f} s"
    )


@points(2, "any other exception comes out of archive_all as soon as it happens", means="lost-exception")
def test_down(down: Trace) -> None:
    failed = down.call("archive", LOST[3]).end
    assert down.raised is not None, f"the archive was down from {failed:.2f} s on; archive_all returned {down.returned}"
    assert ("ConnectionError", str(DOWN)) in leaves(down.raised), (
        f"archive raised ConnectionError: {DOWN}; archive_all raised {down.raised.type}: {down.raised.message}"
    )
    assert down.elapsed - failed < 0.35, (
        f"archive raised ConnectionError at {failed:.2f} s; it came out of archive_all at {down.elapsed:.2f} s"
    )


@points(2, "all of this holds, whatever is slow, damaged or down")
@given(
    workers=st.integers(1, 3),
    drawn=st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(["good", "good", "damaged", "damaged", *OTHER_TROUBLE])),
        max_size=7,
    ),
)
def test_any_photos(virtual: Virtual, workers: int, drawn: list[tuple[int, str]]) -> None:
    states = {f"photo-{number}": state for number, (_, state) in enumerate(drawn, start=1)}
    seconds = {f"photo-{number}": float(takes) for number, (takes, _) in enumerate(drawn, start=1)}
    trouble: dict[str, Exception] = {
        photo: OTHER_TROUBLE.get(state, ValueError)(f"{photo} is {state}")
        for photo, state in states.items()
        if state != "good"
    }
    trace = virtual("archive_all", list(states), world=world(workers, seconds, trouble), allow=("raise",))
    what = [
        f"{photo} takes {seconds[photo]:g} s"
        + ("" if state == "good" else f" and raises {type(trouble[photo]).__name__}")
        for photo, state in states.items()
    ]
    when = f"when WORKERS is {workers} and {', '.join(what) or 'there is no photo'}"
    times = starts(list(states), seconds, workers)
    ends = {photo: times[photo] + seconds[photo] for photo in states}
    end = min(
        (ends[photo] for photo in states if states[photo] in OTHER_TROUBLE), default=max(ends.values(), default=0.0)
    )
    fatal = [photo for photo in states if states[photo] in OTHER_TROUBLE and ends[photo] == end]
    if fatal:
        seen = leaves(trace.raised)
        assert any((type(trouble[photo]).__name__, str(trouble[photo])) in seen for photo in fatal), (
            f"{when}: archive_all " + (f"raised {trace.raised}" if trace.raised else f"returned {trace.returned}")
        )
    else:
        assert trace.raised is None, f"{when}: archive_all raised {trace.raised}"
        damaged = [photo for photo, state in states.items() if state == "damaged"]
        returned = trace.returned if isinstance(trace.returned, list) else [trace.returned]
        assert sorted(map(str, returned)) == damaged, f"{when}: archive_all returned {trace.returned}"
        seen_once = [call.args[0] for call in trace.calls("archive")]
        assert seen_once == list(states), f"{when}: archive was called for {', '.join(seen_once) or 'none'}"
    assert abs(trace.elapsed - end) < 0.1, f"{when}: archive_all took {trace.elapsed:g} s; expected {end:g} s"
    for call in trace.calls("archive"):
        free = times[call.args[0]]
        assert abs(call.start - free) < 0.1, f"{when}: {call} began at {call.start:g} s; expected {free:g} s"
