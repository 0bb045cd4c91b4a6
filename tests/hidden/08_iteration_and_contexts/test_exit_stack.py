"""exit_stack: what was connected is disconnected, the last one first, whatever happens."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, points, record

CAMERAS = fresh.words(4)
FEEDS = {camera: fresh.token() for camera in CAMERAS}
# Each is sooner there than the one before: connected all at once they come in the wrong order, and never in a race.
CONNECT_S = dict(zip(CAMERAS, (0.35, 0.25, 0.15, 0.05), strict=True))
SILENT = CAMERAS[fresh.number(1, 3)]
STUCK = CAMERAS[fresh.number(1, 3)]
WAIT = double("wait", delay=lambda seconds: seconds)


def station(
    seconds: float, *, silent: str = "", broken: bool = False, stuck: frozenset[str] = frozenset()
) -> dict[str, Double]:
    """The world: one camera is silent, the line breaks, some cameras are stuck.

    Every step takes these seconds, but ``CAMERAS`` are connected in ``CONNECT_S``.
    """
    return {
        "connect": double(
            "connect",
            delay=lambda camera: CONNECT_S.get(camera, seconds),
            reply=lambda camera: FEEDS.get(camera, f"feed of {camera}"),
            raises=lambda camera: OSError(f"{camera} is silent") if camera == silent else None,
        ),
        "broadcast": double("broadcast", delay=seconds, raises=OSError("the line is broken") if broken else None),
        "disconnect": double(
            "disconnect",
            # An error comes while others are under way, if any are.
            delay=lambda camera: seconds / 2 if camera in stuck else seconds,
            raises=lambda camera: OSError(f"{camera} is stuck") if camera in stuck else None,
        ),
    }


as_it_is = record(None)
well = record("evening", WAIT, CAMERAS, scenario=True, world=station(0.2))
partial = record("evening", WAIT, CAMERAS, scenario=True, world=station(0.2, silent=SILENT))
stuck = record("evening", WAIT, CAMERAS, scenario=True, world=station(0.2, stuck=frozenset([STUCK])))


def unwound(trace: Trace, when: str = "") -> None:
    """Every camera that was connected was disconnected, once, the last one first, before on_air ended."""
    connected = [call.args[0] for call in trace.calls("connect") if call.outcome == "replied"]
    calls = trace.calls("disconnect")
    freed = [call.args[0] for call in calls]
    assert freed == connected[::-1], (
        f"{when}connected were {shown(connected)}, then disconnected {shown(freed)}; expected {shown(connected[::-1])}"
    )
    end = trace.notes("ended")[0].at
    for call in calls:
        assert call.end <= end, f"{when}on_air ended at {end:.2f} s, {call} only at {call.end:.2f} s"


def shown(cameras: list[str]) -> str:
    return ", ".join(cameras) or "none"


def one_at_a_time(trace: Trace, when: str = "") -> None:
    for name, what in (("connect", "connected"), ("disconnect", "disconnected")):
        peak = trace.peak(name)
        assert peak <= 1, f"{when}{peak} cameras were being {what} at once"


def ended(trace: Trace, how: str, when: str = "") -> None:
    value = trace.notes("ended")[0].value
    assert value == how, f"{when}on_air ended with {value!r}; expected {how!r}"


@points(1, "the program disconnects two cameras and says why there is no broadcast", public=True)
def test_program(as_it_is: Trace, partial: Trace) -> None:
    assert as_it_is.lines == [
        "south: disconnected",
        "north: disconnected",
        "no broadcast: the camera at the finish does not answer",
    ]
    unwound(partial, f"here all is disconnected, but when {SILENT} of {', '.join(CAMERAS)} does not answer: ")


@points(1, "when all goes well: connected in order, broadcast, disconnected in reverse")
def test_well(well: Trace) -> None:
    ended(well, "well")
    connected = [call.args[0] for call in well.calls("connect")]
    assert connected == CAMERAS, f"connected were {shown(connected)}; expected {shown(CAMERAS)}"
    assert list(well.call("broadcast").args[0]) == [FEEDS[camera] for camera in CAMERAS]
    one_at_a_time(well)
    unwound(well)
    assert well.notes("ended")[0].at < 0.2 * (2 * len(CAMERAS) + 1) + 0.4


@points(1, "a camera that does not answer: those before it are disconnected", means="skipped-cleanup")
def test_partial(partial: Trace) -> None:
    unwound(partial)
    ended(partial, f"OSError: {SILENT} is silent")
    assert not partial.calls("broadcast"), "there was a broadcast although a camera was missing"


@points(1, "a camera that cannot be disconnected: the others are", means=("skipped-cleanup", "lost-exception"))
def test_stuck(stuck: Trace) -> None:
    unwound(stuck)
    ended(stuck, f"OSError: {STUCK} is stuck")


@points(2, "whatever fails, every connected camera is disconnected")
@given(
    count=st.integers(1, 5),
    silent=st.none() | st.integers(0, 4),
    broken=st.booleans(),
    stuck=st.sets(st.integers(0, 4), max_size=2),
)
def test_any_failure(virtual: Virtual, count: int, silent: int | None, broken: bool, stuck: set[int]) -> None:
    cameras = [f"cam-{n}" for n in range(count)]
    silent_one = cameras[silent] if silent is not None and silent < count else ""
    connected = cameras[: cameras.index(silent_one)] if silent_one else cameras
    stuck_ones = frozenset(f"cam-{n}" for n in stuck) & frozenset(connected)
    when = f"when there are {count} cameras"
    when += f", {silent_one} does not answer" if silent_one else ", the line breaks" if broken else ""
    when += "".join(f", {camera} cannot be disconnected" for camera in sorted(stuck_ones)) + ": "
    world = station(1.0, silent=silent_one, broken=broken, stuck=stuck_ones)
    trace = virtual("evening", WAIT, cameras, scenario=True, world=world)
    unwound(trace, when)
    one_at_a_time(trace, when)
    errors = [f"OSError: {camera} is stuck" for camera in stuck_ones]
    if silent_one:
        errors.append(f"OSError: {silent_one} is silent")
    elif broken:
        errors.append("OSError: the line is broken")
    if len(errors) <= 1:
        ended(trace, errors[0] if errors else "well", when)
    else:
        value = trace.notes("ended")[0].value
        assert value != "well", f"{when}on_air ended as if all had been well"


@points(2, "whenever it is cancelled, every connected camera is disconnected")
@given(count=st.integers(1, 4), after=st.integers(0, 8))
def test_any_cancellation(virtual: Virtual, count: int, after: int) -> None:
    cameras = [f"cam-{n}" for n in range(count)]
    after_s = min(after, 2 * count) + 0.5  # there are 2 * count + 1 steps of a second
    when = f"when there are {count} cameras and on_air is cancelled after {after_s} s: "
    trace = virtual("evening", WAIT, cameras, after_s, scenario=True, world=station(1.0))
    unwound(trace, when)
    ended(trace, "cancelled", when)
