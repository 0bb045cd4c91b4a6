"""back_pressure: a fast producer waits for a slow consumer, no sooner and no longer than it has to."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Span, Trace, Virtual, double, fresh, latest, points, record

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


@points(1, "the program exposes picture 4 when picture 1 is stored, and is through after about 2.15 s", public=True)
def test_program(as_it_is: Trace, night: Trace) -> None:
    assert as_it_is.lines == [
        *["exposing 1", "exposing 2", "exposing 3", "stored 1", "exposing 4", "stored 2", "stored 3", "stored 4"],
        "picture-1.fits, picture-2.fits, picture-3.fits, picture-4.fits",
    ]
    assert as_it_is.gap("stored 1", "exposing 4") < 0.35
    assert 1.9 < as_it_is.elapsed < 2.6
    most = max((pictures for _, pictures in in_memory(night)), default=0)
    assert 0 < most <= ROOM, (
        f"here there is room for all, but in a night of {COUNT} pictures and ROOM for {ROOM}, {most} are in memory"
    )
    last = STORINGS[-1] + STORING[-1]
    assert night.elapsed < last + 0.4, (
        f"here it takes {as_it_is.elapsed:.2f} s, but a night of {COUNT} pictures that can be over after {last:.2f} s "
        f"takes {night.elapsed:.2f} s"
    )


@points(1, "there are never more than ROOM pictures in memory")
def test_memory(night: Trace) -> None:
    assert night.calls("expose"), f"of {COUNT} pictures none was exposed"
    for call, pictures in in_memory(night):
        assert pictures <= ROOM, (
            f"ROOM is {ROOM}; when exposure {call.args[0]} began at {call.start:.2f} s there were {pictures} pictures"
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


@points(1, "the camera goes on as soon as there is room", means=("polling", "sequential-await"))
def test_camera(night: Trace) -> None:
    began = [night.call("expose", number).start for number in range(1, COUNT + 1)]
    late, message = latest(
        (
            start - free,
            f"ROOM is {ROOM}: there was room for picture {number} at {free:.2f} s; it was exposed at {start:.2f} s",
        )
        for number, (start, free) in enumerate(zip(began, EXPOSURES, strict=True), start=1)
    )
    assert late < 0.25, message


@points(1, "the disk goes on as soon as there is a picture")
def test_disk(night: Trace) -> None:
    began = [night.call("store", picture).start for picture in PICTURES]
    late, message = latest(
        (start - free, f"picture {number} could be stored from {free:.2f} s on; that began at {start:.2f} s")
        for number, (start, free) in enumerate(zip(began, STORINGS, strict=True), start=1)
    )
    assert late < 0.25, message


@points(2, "all of this holds for any night: slow pictures, slow disks, more room")
@given(
    room=st.integers(3, 6),
    pictures=st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5)), max_size=8),
)
def test_any_night(virtual: Virtual, room: int, pictures: list[tuple[int, int]]) -> None:
    trace = virtual(
        "night",
        len(pictures),
        world={
            "ROOM": room,
            "expose": double(
                "expose", delay=lambda number: float(pictures[number - 1][0]), reply=lambda number: f"picture-{number}"
            ),
            "store": double(
                "store",
                delay=lambda picture: float(pictures[int(picture.rpartition("-")[2]) - 1][1]),
                reply=lambda picture: f"{picture}.fits",
            ),
        },
    )
    when = f"when ROOM is {room} and the pictures take " + (
        ", ".join(f"{expose}+{store}" for expose, store in pictures) + " s" if pictures else "no time, being none"
    )
    names = [f"picture-{number}" for number in range(1, len(pictures) + 1)]
    stored = [call.args[0] for call in trace.calls("store")]
    assert stored == names, f"{when}: stored {', '.join(stored) or 'none'}"
    assert trace.returned == [f"{name}.fits" for name in names], f"{when}: night returned {trace.returned}"
    for name in ("expose", "store"):
        assert trace.peak(name) <= 1, f"{when}: {trace.peak(name)} calls of {name} were under way at once"
    for call, count in in_memory(trace):
        assert count <= room, f"{when}: {count} pictures were in memory when exposure {call.args[0]} began"
    times = timetable([float(pair[0]) for pair in pictures], [float(pair[1]) for pair in pictures], room)
    for number, (exposure, storing) in enumerate(zip(*times, strict=True), start=1):
        for call, free in ((trace.call("expose", number), exposure), (trace.call("store", names[number - 1]), storing)):
            assert abs(call.start - free) < 0.1, f"{when}: {call} began at {call.start:g} s; expected {free:g} s"
