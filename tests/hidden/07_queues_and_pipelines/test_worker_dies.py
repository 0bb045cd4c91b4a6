"""worker_dies: one bad item does not end a worker, and what ends one does not go unnoticed."""

import asyncio
import heapq
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from grader.suite import Run, Trace, Virtual, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("WORKERS", "PHOTOS", "archive")

WORKERS = 3
PHOTOS = fresh.words(9)
# More damaged ones than there are workers; two come at once, while the third worker is busy for long; the last is one.
DAMAGED = [PHOTOS[0], PHOTOS[1], PHOTOS[4], PHOTOS[8]]
SECONDS = dict(zip(PHOTOS, [0.2, 0.3, 1.0, 0.3, 0.3, 0.3, 0.3, 0.4, 0.3], strict=True))

DOWN = ConnectionError(fresh.token())
LOST = fresh.words(7)
# The fourth finds the archive down, while a slow one is under way and others have not begun.
LOST_SECONDS = dict(zip(LOST, [1.4, 0.3, 0.3, 0.4, 0.3, 0.3, 0.3], strict=True))
GOES_ON_S = 0.5

OTHER_ERRORS: list[type[Exception]] = [
    ConnectionError, PermissionError, OSError, TimeoutError, RuntimeError, KeyError, LookupError, TypeError,
    ArithmeticError, Exception,
]  # fmt: skip
"""Among them relatives of ValueError: its parent and its siblings."""

WAIT = double("wait", delay=lambda seconds: seconds)
AT_ONCE_S = 1e-4
"""On the virtual clock."""


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


def shown(names: Sequence[object]) -> str:
    return ", ".join(map(str, names)) or "none"


def situation(workers: int, seconds: Mapping[str, float], trouble: Mapping[str, Exception]) -> str:
    """The drawn world, in words."""
    told = [
        f"{photo} takes {takes:g} s" + (f" and raises {type(trouble[photo]).__name__}" if photo in trouble else "")
        for photo, takes in seconds.items()
    ]
    return f"when WORKERS is {workers} and {', '.join(told) or 'there is no photo'}"


def how_it_ended(trace: Trace) -> str:
    """How a run of ``archive_all`` ended, as the end of a sentence."""
    if trace.raised is None:
        return f"archive_all returned {trace.returned}"
    if trace.raised.type == "Deadlock":
        return "archive_all never returns"
    return f"archive_all raised {trace.raised}"


def called_off(trace: Trace, failed: str, moment_s: float) -> str:
    """What is wrong after ``failed`` raised; empty when nothing began any more and the rest was cancelled.

    ``moment_s``: what counts as the same moment.
    """
    end = trace.call("archive", failed).end
    for call in trace.calls("archive"):
        if call.start > end + moment_s:
            return f"{failed} raised at {end:.2f} s, but {call} began at {call.start:.2f} s"
        if call.start < end - moment_s and call.end > end + moment_s:
            what = "was not cancelled" if call.outcome != "cancelled" else f"was cancelled only at {call.end:.2f} s"
            return f"{failed} raised at {end:.2f} s; {call}, which was under way, {what}"
    return ""


async def give_up(run: Run) -> None:
    """The mistake of this exercise is a program that hangs: such a run is ended, and what it did is judged."""
    await asyncio.sleep(4.0)
    run.stop()


as_it_is = record(None, deadline_s=3.5)
archived = record(
    "archive_all",
    PHOTOS,
    world=world(WORKERS, SECONDS, {photo: ValueError(f"{photo} is damaged") for photo in DAMAGED}),
    drive=give_up,
    allow=("stop",),
)
down = record(
    "night",
    WAIT,
    LOST,
    GOES_ON_S,
    scenario=True,
    world=world(WORKERS, LOST_SECONDS, {LOST[1]: ValueError("damaged"), LOST[3]: DOWN}),
    drive=give_up,
    allow=("stop",),
)


@points(1, "the program names the two damaged photos and ends after about 1.1 s", public=True)
def test_program(as_it_is: Trace, archived: Trace) -> None:
    expected = ["beach archived", "garden archived", "station archived", "harbour archived"]
    assert as_it_is.lines[:-1] == expected, f"expected {shown(expected)}; printed: {shown(as_it_is.lines[:-1])}"
    assert as_it_is.lines[-1] in ("damaged: blurred, torn", "damaged: torn, blurred"), (
        f"expected 'damaged: blurred, torn', got {as_it_is.lines[-1]!r}"
    )
    assert 0.9 < as_it_is.elapsed < 1.6
    through = len([call for call in archived.calls("archive") if call.outcome in ("replied", "raised")])
    assert through == len(PHOTOS), (
        f"all photos of the file are tried, but of a list of {len(PHOTOS)}, {len(DAMAGED)} of them damaged, {through}"
    )
    last = max(start + SECONDS[photo] for photo, start in starts(PHOTOS, SECONDS, WORKERS).items())
    assert archived.elapsed < last + 0.4, (
        f"your photos take {as_it_is.elapsed:.2f} s, but {len(PHOTOS)} photos that {WORKERS} workers can do in "
        f"{last:.2f} s take {archived.elapsed:.2f} s"
    )


@points(
    1, "every photo is archived once, and the damaged ones are returned", means=("failure-ends-all", "uncaught-group")
)
def test_damaged(archived: Trace) -> None:
    seen = [call.args[0] for call in archived.calls("archive")]
    assert seen == PHOTOS, f"the list was {shown(PHOTOS)}; archive was called for {shown(seen)}"
    for call in archived.calls("archive"):
        assert call.outcome in ("replied", "raised"), f"{call} was cancelled, or not awaited to its end"
    if archived.ended != "stopped":
        returned = archived.returned if isinstance(archived.returned, list) else [archived.returned]
        assert sorted(map(str, returned)) == sorted(DAMAGED), (
            f"expected the damaged photos {shown(DAMAGED)}; archive_all returned {archived.returned}"
        )
    assert archived.ended != "stopped", "every photo was tried, but archive_all never returns"


@points(2, "after a damaged photo, its worker begins the next one at once")
def test_pace(archived: Trace) -> None:
    peak = archived.peak("archive")
    assert peak <= WORKERS, f"{peak} photos were under way at once (graded with {WORKERS} workers)"
    began = {call.args[0]: call.start for call in reversed(archived.calls("archive"))}
    missing = [photo for photo in PHOTOS if photo not in began]
    assert not missing, f"these photos were never begun: {shown(missing)} (graded with {WORKERS} workers)"
    late, message = latest(
        (began[photo] - free, f"a worker was free for {photo} at {free:.2f} s, but it began at {began[photo]:.2f} s")
        for photo, free in starts(PHOTOS, SECONDS, WORKERS).items()
    )
    assert late < 0.35, message
    last = max((call.end for call in archived.calls("archive")), key=float)
    assert archived.elapsed - last < 0.35, (
        f"the last photo was done at {last:.2f} s, but at {archived.elapsed:.2f} s archive_all "
        + ("had not returned" if archived.ended == "stopped" else "returned")
    )


@points(2, "any other exception comes out of archive_all at once", means=("caught-too-much", "lost-exception"))
def test_down(down: Trace) -> None:
    failed = down.call("archive", LOST[3]).end
    notes = down.notes("ended")
    assert notes, (
        f"{LOST[3]} raised ConnectionError at {failed:.2f} s, but at {down.elapsed:.2f} s archive_all still ran"
    )
    note = notes[0]
    assert note.value is not None, f"{LOST[3]} raised ConnectionError at {failed:.2f} s, but archive_all returned"
    assert note.value == [["ConnectionError", str(DOWN)]], (
        f"expected archive_all to raise ConnectionError: {DOWN}; it raised "
        + shown([f"{kind}: {text}" for kind, text in note.value])
    )
    assert note.at - failed < 0.35, (
        f"{LOST[3]} raised ConnectionError at {failed:.2f} s, but it came out of archive_all at {note.at:.2f} s"
    )


PHOTO = st.tuples(st.integers(100, 4000), st.sampled_from(["good", "good", "damaged"]))


@points(1, "whichever photos are slow or damaged, the workers go on")
# More than the small number that a queue or a semaphore may have been given room for.
@example(workers=3, drawn=[(1713, "good"), (1009, "damaged")] * 7)
@given(workers=st.integers(1, 3), drawn=st.lists(PHOTO, max_size=9))
def test_any_photos(virtual: Virtual, workers: int, drawn: list[tuple[int, str]]) -> None:
    seconds = {f"photo-{number}": takes / 1000 for number, (takes, _) in enumerate(drawn, start=1)}
    damaged = [f"photo-{number}" for number, (_, state) in enumerate(drawn, start=1) if state == "damaged"]
    trouble: dict[str, Exception] = {photo: ValueError(f"{photo} is damaged") for photo in damaged}
    trace = virtual("archive_all", list(seconds), world=world(workers, seconds, trouble), allow=("raise",))
    when = situation(workers, seconds, trouble)
    assert trace.raised is None, f"{when}: {how_it_ended(trace)}"
    returned = trace.returned if isinstance(trace.returned, list) else [trace.returned]
    assert sorted(map(str, returned)) == sorted(damaged), f"{when}: {how_it_ended(trace)}"
    seen = [call.args[0] for call in trace.calls("archive")]
    assert seen == list(seconds), f"{when}: archive was called for {shown(seen)}"
    times = starts(list(seconds), seconds, workers)
    for call in trace.calls("archive"):
        free = times[call.args[0]]
        assert abs(call.start - free) < AT_ONCE_S, f"{when}: {call} began at {call.start:g} s; expected {free:g} s"
    end = max((times[photo] + seconds[photo] for photo in seconds), default=0.0)
    assert abs(trace.elapsed - end) < AT_ONCE_S, f"{when}: archive_all took {trace.elapsed:g} s; expected {end:g} s"


@points(1, "after any other exception, no photo is begun; the rest are cancelled")
@given(
    workers=st.integers(1, 3),
    before=st.lists(PHOTO, max_size=4),
    takes=st.integers(100, 2000),
    error=st.sampled_from(OTHER_ERRORS),
    after=st.lists(PHOTO, max_size=5),
)
def test_any_error(
    virtual: Virtual,
    workers: int,
    before: list[tuple[int, str]],
    takes: int,
    error: type[Exception],
    after: list[tuple[int, str]],
) -> None:
    drawn = [*before, (takes, "other"), *after]
    seconds = {f"photo-{number}": takes / 1000 for number, (takes, _) in enumerate(drawn, start=1)}
    bad = f"photo-{len(before) + 1}"
    trouble: dict[str, Exception] = {
        f"photo-{number}": ValueError("damaged") for number, (_, state) in enumerate(drawn, start=1) if state != "good"
    } | {bad: error("the archive is down")}
    times = starts(list(seconds), seconds, workers)
    end = times[bad] + seconds[bad]
    # At the same moment another worker may begin a photo or not.
    assume(all(abs(times[photo] + seconds[photo] - end) > 0.001 for photo in seconds if photo != bad))
    trace = virtual(
        "night", WAIT, list(seconds), 20.0, scenario=True, world=world(workers, seconds, trouble), allow=("raise",)
    )
    when = situation(workers, seconds, trouble)
    notes = trace.notes("ended")
    assert notes, f"{when}: archive_all never ends"
    raised = notes[0].value
    assert raised is not None, f"{when}: archive_all returned"
    assert raised == [[error.__name__, str(trouble[bad])]], (
        f"{when}: expected {error.__name__}: {trouble[bad]}; archive_all raised "
        + shown([f"{kind}: {text}" for kind, text in raised])
    )
    assert abs(notes[0].at - end) < AT_ONCE_S, f"{when}: it came out at {notes[0].at:g} s; expected {end:g} s"
    problem = called_off(trace, bad, AT_ONCE_S)
    assert not problem, f"{when}: {problem}"
