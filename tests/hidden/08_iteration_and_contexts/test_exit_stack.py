"""exit_stack: what was connected is disconnected, the last one first, whatever happens."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, ending, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("connect", "broadcast", "disconnect", "main")

CAMERAS = fresh.words(4)
FEEDS = {camera: fresh.token() for camera in CAMERAS}
# Each is sooner there than the one before: connected all at once they come in the wrong order, and never in a race.
CONNECT_S = dict(zip(CAMERAS, (0.35, 0.25, 0.15, 0.05), strict=True))
SILENT = CAMERAS[2]
STUCK = CAMERAS[2]
WAIT = double("wait", delay=lambda seconds: seconds)
AT_ONCE_S = 1e-4
"""On the virtual clock."""


def station(
    connect_s: Mapping[str, float],
    broadcast_s: float,
    disconnect_s: Mapping[str, float],
    *,
    silent: Mapping[str, Exception] | None = None,
    broken: Exception | None = None,
    stuck: Mapping[str, Exception] | None = None,
) -> dict[str, Double]:
    """The world: how long everything takes, and what fails with which exception."""
    return {
        "connect": double(
            "connect",
            delay=lambda camera: connect_s[camera],
            reply=lambda camera: FEEDS.get(camera, f"feed of {camera}"),
            raises=lambda camera: (silent or {}).get(camera),
        ),
        "broadcast": double("broadcast", delay=broadcast_s, raises=broken),
        "disconnect": double(
            "disconnect",
            delay=lambda camera: disconnect_s.get(camera, 0.0),
            raises=lambda camera: (stuck or {}).get(camera),
        ),
    }


DISCONNECT_S = dict.fromkeys(CAMERAS, 0.2) | {STUCK: 0.1}
as_it_is = record(None)
well = record("evening", WAIT, CAMERAS, scenario=True, world=station(CONNECT_S, 0.2, DISCONNECT_S))
partial = record(
    "evening",
    WAIT,
    CAMERAS,
    scenario=True,
    world=station(CONNECT_S, 0.2, DISCONNECT_S, silent={SILENT: OSError(f"{SILENT} is silent")}),
)
stuck = record(
    "evening",
    WAIT,
    CAMERAS,
    scenario=True,
    world=station(CONNECT_S, 0.2, DISCONNECT_S, stuck={STUCK: OSError(f"{STUCK} is stuck")}),
)


def shown(cameras: Sequence[str]) -> str:
    return ", ".join(cameras) or "no camera"


def unwound(trace: Trace, when: str = "") -> None:
    """Every camera that was connected was disconnected, once, the last one first, before on_air ended."""
    connected = [call.args[0] for call in trace.calls("connect") if call.outcome == "replied"]
    calls = trace.calls("disconnect")
    freed = [call.args[0] for call in calls]
    assert freed == connected[::-1], (
        f"{when}{shown(connected)} had been connected, so expected disconnect to be called for "
        f"{shown(connected[::-1])}; it was called for {shown(freed)}"
    )
    end = trace.notes("ended")[0].at
    for call in calls:
        assert call.end <= end, f"{when}on_air ended at {end:.2f} s, but {call} only at {call.end:.2f} s"


def one_at_a_time(trace: Trace, when: str = "") -> None:
    peak = trace.peak("connect", "broadcast", "disconnect", "main")
    assert peak <= 1, f"{when}{peak} calls of connect, broadcast and disconnect were under way at once"


def ended(trace: Trace, how: str, when: str = "") -> None:
    value = trace.notes("ended")[0].value
    assert value == how, f"{when}on_air {ending(value)}; it should have {ending(how, was='been')}"


@points(1, "the program disconnects two cameras and says why there is no broadcast", public=True)
def test_program(as_it_is: Trace, partial: Trace) -> None:
    assert as_it_is.lines == [
        "south: disconnected",
        "north: disconnected",
        "no broadcast: the camera at the finish does not answer",
    ]
    assert 0.35 < as_it_is.elapsed < 0.9
    unwound(partial, f"your two cameras are disconnected, but when {SILENT} of {', '.join(CAMERAS)} does not answer: ")


@points(1, "cameras are connected in order, and disconnected in reverse")
def test_well(well: Trace) -> None:
    ended(well, "well")
    connected = [call.args[0] for call in well.calls("connect")]
    assert connected == CAMERAS, f"connected were {shown(connected)}; expected {shown(CAMERAS)}"
    wanted = [FEEDS[camera] for camera in CAMERAS]
    feeds = list(well.call("broadcast").args[0])
    assert feeds == wanted, f"broadcast got the feeds {shown(feeds)}; expected {shown(wanted)}"
    one_at_a_time(well)
    unwound(well)
    ideal = sum(CONNECT_S.values()) + 0.2 + sum(DISCONNECT_S.values())
    end = well.notes("ended")[0].at
    assert end < ideal + 0.4, f"{len(CAMERAS)} cameras can be done after {ideal:.2f} s; on_air ended at {end:.2f} s"


@points(1, "when a camera does not answer, those before it are disconnected", means="skipped-cleanup")
def test_partial(partial: Trace) -> None:
    unwound(partial)
    ended(partial, f"OSError: {SILENT} is silent")
    assert not partial.calls("broadcast"), f"{SILENT} did not answer, but broadcast was called"


@points(1, "when a camera cannot be disconnected, the others still are", means=("skipped-cleanup", "lost-exception"))
def test_stuck(stuck: Trace) -> None:
    unwound(stuck)
    ended(stuck, f"OSError: {STUCK} is stuck")


FAILURES = [OSError, TimeoutError, ConnectionError, RuntimeError, KeyError, ValueError]
KIND = st.sampled_from(FAILURES)
STEP = st.integers(137, 3000)


def in_order(trace: Trace, cameras: Sequence[str], when: str, *, to_the_end: bool) -> None:
    """The cameras were connected in order until one failed, and all of them before the broadcast."""
    calls = [call for call in trace.calls() if call.name in ("connect", "broadcast")]
    wanted = [f"connect({camera})" for camera in cameras]
    fails = next((nth for nth, call in enumerate(calls) if call.name == "connect" and call.outcome == "raised"), None)
    wanted = [*wanted, "broadcast"] if fails is None else wanted[: fails + 1]
    seen = [str(call) if call.name == "connect" else "broadcast" for call in calls]
    if not to_the_end:
        wanted = wanted[: len(seen)]
    assert seen == wanted, f"{when}expected the calls {shown(wanted)}; on_air made the calls {shown(seen)}"


def in_one_go(trace: Trace, when: str) -> None:
    """One call began when the one before had ended, and on_air ended with the last one."""
    one_at_a_time(trace, when)
    calls = [call for call in trace.calls() if call.name != "wait"]
    assert calls, f"{when}on_air connected no camera"
    for earlier, later in pairwise(calls):
        assert later.start - earlier.end < AT_ONCE_S, (
            f"{when}{earlier} ended at {earlier.end:g} s, but {later} began at {later.start:g} s"
        )
    end = trace.notes("ended")[0].at
    assert end - calls[-1].end < AT_ONCE_S, f"{when}{calls[-1]} ended at {calls[-1].end:g} s, but on_air at {end:g} s"


def evening(
    drawn: Sequence[tuple[int, int, Exception | None]], broadcast_ms: int, broken: Exception | None, silent: int | None
) -> tuple[list[str], dict[str, Double], list[str], str]:
    """From what the cameras take and how they are stuck: their names, the world, its errors, and words for it."""
    cameras = [f"cam-{number}" for number in range(1, len(drawn) + 1)]
    connect_s = {camera: each[0] / 1000 for camera, each in zip(cameras, drawn, strict=True)}
    disconnect_s = {camera: each[1] / 1000 for camera, each in zip(cameras, drawn, strict=True)}
    silent_one = cameras[silent] if silent is not None and silent < len(cameras) else ""
    silence = {silent_one: broken or OSError("no answer")} if silent_one else {}
    connected = cameras[: cameras.index(silent_one)] if silent_one else cameras
    stuck_ones = {
        camera: each[2] for camera, each in zip(cameras, drawn, strict=True) if each[2] and camera in connected
    }
    told = [f"{camera} ({connect_s[camera]:g} s, {disconnect_s[camera]:g} s)" for camera in cameras]
    told[0] = f"the cameras (and their times to connect and to disconnect) are {told[0]}"
    told += [f"connect({camera}) raises {type(error).__name__}" for camera, error in silence.items()]
    if broken and not silent_one:
        told.append(f"the broadcast raises {type(broken).__name__} after {broadcast_ms / 1000:g} s")
    elif not silent_one:
        told.append(f"the broadcast takes {broadcast_ms / 1000:g} s")
    told += [f"disconnect({camera}) raises {type(error).__name__}" for camera, error in stuck_ones.items()]
    first = silence.get(silent_one, broken)
    errors = [first] if first else []
    errors += stuck_ones.values()
    world = station(
        connect_s,
        broadcast_ms / 1000,
        disconnect_s,
        silent=silence,
        broken=broken if not silent_one else None,
        stuck=stuck_ones,
    )
    return cameras, world, [f"{type(error).__name__}: {error}" for error in errors], f"when {', '.join(told)}"


ERROR = st.builds(lambda kind: kind("out of order"), KIND)
CAMERA = st.tuples(STEP, STEP, st.one_of(st.none(), st.none(), ERROR))


@points(2, "whatever fails, every connected camera is disconnected", means=("skipped-cleanup", "lost-exception"))
@given(
    drawn=st.lists(CAMERA, min_size=1, max_size=5),
    broadcast_ms=STEP,
    broken=st.none() | ERROR,
    silent=st.none() | st.integers(0, 4),
)
def test_any_failure(
    virtual: Virtual,
    drawn: list[tuple[int, int, Exception | None]],
    broadcast_ms: int,
    broken: Exception | None,
    silent: int | None,
) -> None:
    cameras, world, errors, when = evening(drawn, broadcast_ms, broken, silent)
    when += ": "
    trace = virtual("evening", WAIT, cameras, [], 20.0, scenario=True, world=world)
    in_order(trace, cameras, when, to_the_end=True)
    unwound(trace, when)
    in_one_go(trace, when)
    if len(errors) <= 1:
        ended(trace, errors[0] if errors else "well", when)
    else:
        value = trace.notes("ended")[0].value
        assert value in errors or value.startswith("ExceptionGroup"), (
            f"{when}on_air {ending(value)}; it should have raised one of the exceptions"
        )


@points(2, "whenever it is cancelled, every connected camera is disconnected", means="swallowed-cancellation")
@given(
    drawn=st.lists(CAMERA, min_size=1, max_size=4),
    broadcast_ms=STEP,
    broken=st.one_of(st.none(), st.none(), st.none(), ERROR),
    silent=st.one_of(st.none(), st.none(), st.integers(0, 4)),
    moments=st.lists(st.floats(0.01, 0.999), min_size=1, max_size=2),
)
def test_any_cancellation(
    virtual: Virtual,
    drawn: list[tuple[int, int, Exception | None]],
    broadcast_ms: int,
    broken: Exception | None,
    silent: int | None,
    moments: list[float],
) -> None:
    cameras, world, errors, when = evening(drawn, broadcast_ms, broken, silent)
    # The moments are shares of the whole evening.
    whole_s = (sum(connect + disconnect for connect, disconnect, _ in drawn) + broadcast_ms) / 1000
    at = [max(0.0003, round(share * whole_s, 4)) for share in moments]
    when += f", and on_air is cancelled at {' and '.join(f'{moment:g} s' for moment in sorted(at))}: "
    trace = virtual("evening", WAIT, cameras, at, 20.0, scenario=True, world=world)
    cancels = [note.at for note in trace.notes("cancel")]
    calls = [call for call in trace.calls() if call.name != "wait"]
    # Not at the very moment at which a call ends: then it is a matter of chance which comes first.
    assume(
        all(abs(call.end - cancel) > AT_ONCE_S or call.outcome == "cancelled" for call in calls for cancel in cancels)
    )
    in_order(trace, cameras, when, to_the_end=not cancels)
    unwound(trace, when)
    in_one_go(trace, when)
    for call in calls:
        if call.name != "disconnect" and cancels and call.end > cancels[0] + AT_ONCE_S:
            raise AssertionError(f"{when}{call} went on, or began, after the cancellation")
    value = trace.notes("ended")[0].value
    possible = [*errors, *(["cancelled"] if cancels else [])]
    if possible == ["cancelled"]:
        assert value == "cancelled", f"{when}on_air {ending(value)}; it should have been cancelled"
    else:
        assert (
            value in possible
            or (possible and value.startswith(("ExceptionGroup", "BaseExceptionGroup")))
            or (not possible and value == "well")
        ), f"{when}on_air {ending(value)}; it should have {ending(*possible or ['well'], was='been')}"
