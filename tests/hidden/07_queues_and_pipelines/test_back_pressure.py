"""back_pressure: a fast producer waits for a slow consumer, no sooner and no longer than it has to."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Double, Span, Trace, Virtual, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("ROOM", "expose", "store")

ROOM = 4
COUNT = 8
PICTURES = fresh.words(COUNT)
FILES = {picture: fresh.token() for picture in PICTURES}
EXPOSING = [0.1] * COUNT
# While the second picture is being stored, all the others could be exposed.
STORING = [0.2, 0.8] + [0.2] * (COUNT - 2)


def timetable(exposing: Sequence[float], storing: Sequence[float], room: int) -> tuple[list[float], list[float]]:
    """When each exposure and each storing can begin."""
    exposed: list[float] = []
    stored: list[float] = []
    exposures: list[float] = []
    storings: list[float] = []
    for number, (expose_s, store_s) in enumerate(zip(exposing, storing, strict=True)):
        ready = exposed[-1] if exposed else 0.0
        exposures.append(max(ready, stored[number - room]) if number >= room else ready)
        exposed.append(exposures[-1] + expose_s)
        storings.append(max(exposed[-1], stored[-1] if stored else 0.0))
        stored.append(storings[-1] + store_s)
    return exposures, storings


def in_memory(trace: Trace) -> list[tuple[Span, int]]:
    """Each exposure, and how many pictures took up room when it began, itself among them."""
    # As plain numbers: what happened in one process is in order, and no noise can change that.
    ends = [float(call.end) for call in trace.calls("store")]
    return [
        (call, before + 1 - sum(1 for end in ends if end <= float(call.start)))
        for before, call in enumerate(trace.calls("expose"))
    ]


as_it_is = record(None)
night = record(
    "night",
    COUNT,
    world={
        "ROOM": ROOM,
        "expose": double(
            "expose", delay=lambda number: EXPOSING[number - 1], reply=lambda number: PICTURES[number - 1]
        ),
        "store": double(
            "store",
            delay=lambda picture: STORING[PICTURES.index(picture)],
            reply=lambda picture: FILES[picture],
        ),
    },
    deadline_s=4,
)
EXPOSURES, STORINGS = timetable(EXPOSING, STORING, ROOM)


@points(1, "picture 4 waits until 1 is stored, and the program ends at 2.15 s", public=True)
def test_program(as_it_is: Trace, night: Trace) -> None:
    assert as_it_is.lines == [
        *["exposing 1", "exposing 2", "exposing 3", "stored 1", "exposing 4", "stored 2", "stored 3", "stored 4"],
        "picture-1.fits, picture-2.fits, picture-3.fits, picture-4.fits",
    ]
    assert as_it_is.gap("stored 1", "exposing 4") < 0.35
    assert as_it_is.elapsed < 2.6
    most = max((pictures for _, pictures in in_memory(night)), default=0)
    assert 0 < most <= ROOM, (
        f"the file's own four pictures fit; but with {COUNT} pictures and ROOM = {ROOM}, {most} were in memory"
    )
    last = STORINGS[-1] + STORING[-1]
    assert night.elapsed < last + 0.4, (
        f"the file's own four pictures are in time; but with {COUNT} pictures and ROOM = {ROOM}, night returned at "
        f"{night.elapsed:.2f} s; expected at {last:.2f} s"
    )


@points(1, "there are never more than ROOM pictures in memory")
def test_memory(night: Trace) -> None:
    assert night.calls("expose"), f"night({COUNT}) exposed no picture"
    for call, pictures in in_memory(night):
        assert pictures <= ROOM, (
            f"ROOM is {ROOM}; {call} began at {call.start:.2f} s, and {pictures} pictures were in memory then"
        )


@points(1, "every picture is exposed and stored once, one at a time, in order")
def test_none_lost(night: Trace) -> None:
    exposed = [call.args[0] for call in night.calls("expose")]
    assert exposed == list(range(1, COUNT + 1)), f"expected the exposures 1 to {COUNT}, got {exposed}"
    stored = [PICTURES.index(call.args[0]) + 1 if call.args[0] in PICTURES else 0 for call in night.calls("store")]
    assert stored == exposed, f"pictures 1 to {COUNT} were exposed; stored, in this order: {stored}"
    for name in ("expose", "store"):
        peak = night.peak(name)
        assert peak == 1, f"{peak} calls of {name} were under way at once"
    assert night.returned == [FILES[picture] for picture in PICTURES]


@points(1, "the next exposure begins as soon as there is room", means=("polling", "sequential-await"))
def test_camera(night: Trace) -> None:
    began = [night.call("expose", number).start for number in range(1, COUNT + 1)]
    late, message = latest(
        (
            start - free,
            f"ROOM is {ROOM}: there was room for picture {number} at {free:.2f} s; it was exposed at {start:.2f} s",
        )
        for number, (start, free) in enumerate(zip(began, EXPOSURES, strict=True), start=1)
    )
    assert late < 0.35, message


@points(1, "the disk stores the next picture as soon as it can")
def test_disk(night: Trace) -> None:
    began = [night.call("store", picture).start for picture in PICTURES]
    late, message = latest(
        (start - free, f"picture {number} could be stored from {free:.2f} s on; that began at {start:.2f} s")
        for number, (start, free) in enumerate(zip(began, STORINGS, strict=True), start=1)
    )
    assert late < 0.35, message


# All moments lie off every grid, so that a program that checks every hundredth of a second is late.
PAIRS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.13717, 1.07193, 5.31371]), st.sampled_from([0.0, 0.27193, 1.31371, 3.71319, 20.41371])
    ),
    max_size=8,
)


def telescope(room: int, pictures: Sequence[tuple[float, float]]) -> dict[str, int | Double]:
    return {
        "ROOM": room,
        "expose": double(
            "expose", delay=lambda number: pictures[number - 1][0], reply=lambda number: f"picture-{number}"
        ),
        "store": double(
            "store",
            delay=lambda picture: pictures[int(picture.rpartition("-")[2]) - 1][1],
            reply=lambda picture: f"{picture}.fits",
        ),
    }


def told(room: int, pictures: Sequence[tuple[float, float]]) -> str:
    if not pictures:
        return f"when ROOM is {room} and no picture is wanted: "
    times = ", ".join(f"{expose:.2f} + {store:.2f}" for expose, store in pictures)
    return f"when ROOM is {room} and exposing and storing the pictures takes {times} s: "


@points(1, "all of this holds for any night: slow pictures, slow disks, more room", means="polling")
@given(room=st.integers(3, 6), pictures=PAIRS)
def test_any_night(virtual: Virtual, room: int, pictures: list[tuple[float, float]]) -> None:
    trace = virtual("night", len(pictures), world=telescope(room, pictures))
    when = told(room, pictures)
    names = [f"picture-{number}" for number in range(1, len(pictures) + 1)]
    stored = [call.args[0] for call in trace.calls("store")]
    assert stored == names, f"{when}stored {', '.join(stored) or 'nothing'}"
    files = [f"{name}.fits" for name in names]
    assert trace.returned == files, f"{when}night returned {trace.returned}; expected {files}"
    for name in ("expose", "store"):
        assert trace.peak(name) <= 1, f"{when}{trace.peak(name)} calls of {name} were under way at once"
    for call, count in in_memory(trace):
        assert count <= room, f"{when}{count} pictures were in memory when {call} began at {call.start:.2f} s"
    exposures, storings = timetable([each for each, _ in pictures], [each for _, each in pictures], room)
    for number, (exposure, storing) in enumerate(zip(exposures, storings, strict=True), start=1):
        for call, free in ((trace.call("expose", number), exposure), (trace.call("store", names[number - 1]), storing)):
            assert abs(call.start - free) < 1e-4, f"{when}{call} began at {call.start:.4f} s; expected at {free:.4f} s"


@points(1, "night returns when the last picture is stored, and leaves no task")
@settings(max_examples=20)
@given(room=st.integers(3, 6), pictures=PAIRS)
def test_left(virtual: Virtual, room: int, pictures: list[tuple[float, float]]) -> None:
    trace = virtual("afterwards", len(pictures), scenario=True, world=telescope(room, pictures))
    when = told(room, pictures)
    assert len(trace.calls("store")) == len(pictures), (
        f"{when}expected {len(pictures)} calls of store, one for each picture; there were {len(trace.calls('store'))}"
    )
    for call in trace.calls("store"):
        assert call.outcome == "replied", f"{when}{call} was cancelled or still running at the end"
    end = max((float(call.end) for call in trace.calls("store")), default=0.0)
    returned = trace.notes("returned")[0].at
    assert abs(returned - end) < 1e-3, f"{when}night returned at {returned:.3f} s; expected at {end:.3f} s"
    left = sorted(str(note.value) for note in trace.notes("left"))
    assert not left, f"{when}a second after night returned, {', '.join(left)} still had not ended"
