"""async_with: whatever ends the block, the valve is shut before it is left."""

from collections.abc import Sequence

from hypothesis import assume, given
from hypothesis import strategies as st

from grader.suite import Double, Event, Span, Trace, Virtual, counted, double, ending, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("turn", "moisture", "pump", "main")

BED, OTHER_BED, THIRD_BED = fresh.words(3)
FAULT = f"{fresh.word()} is blocked"
TURN_S, PUMP_S, BLOCK_S = 0.3, 0.4, 0.4
WAIT = double("wait", delay=lambda seconds: seconds)
AT_ONCE_S = 1e-4
"""On the virtual clock."""
KINDS: list[type[Exception]] = [OSError, TimeoutError, RuntimeError, KeyError, ValueError]


def nursery(
    *,
    wet: bool = False,
    open_s: float = TURN_S,
    shut_s: float = TURN_S,
    look_s: float = 0.0,
    pump_s: float = PUMP_S,
    failing: dict[str, Exception] | None = None,
) -> dict[str, Double]:
    """The world: the bed is wet or dry; of opening, moisture, pump and shutting those named in ``failing`` fail."""
    errors = failing or {}
    return {
        "turn": double(
            "turn",
            delay=lambda _, to: open_s if to == "open" else shut_s,
            raises=lambda _, to: errors.get("opening" if to == "open" else "shutting"),
        ),
        "moisture": double("moisture", delay=look_s, reply=61 if wet else 60, raises=errors.get("moisture")),
        "pump": double("pump", delay=pump_s, raises=errors.get("pump")),
    }


as_it_is = record(None)
wet = record("watering", WAIT, BED, scenario=True, world=nursery(wet=True))
failed = record("watering", WAIT, BED, scenario=True, world=nursery(failing={"pump": OSError(FAULT)}))
cancelled = record("watering", WAIT, BED, [TURN_S + 0.2], scenario=True, world=nursery(pump_s=1.0))
used = record(
    "blocks",
    WAIT,
    [
        [BED, 0.0, BLOCK_S, None, []],
        [OTHER_BED, 0.1, BLOCK_S, ["ValueError", FAULT], []],
        [THIRD_BED, 0.2, 3.0, None, [TURN_S + 0.2]],
    ],
    scenario=True,
    world=nursery(),
)


def of_bed(trace: Trace, bed: str) -> list[Span]:
    return [call for call in trace.calls("turn") if call.args[0] == bed]


def shut_in_time(trace: Trace, bed: str, note: Event, when: str = "") -> None:
    """The valve was turned open, and if that succeeded, shut, once, and before the end."""
    turns = of_bed(trace, bed)
    seen = [call.args[1] for call in turns]
    opened = [call for call in turns if call.args[1] == "open" and call.outcome == "replied"]
    wanted = ["open", "shut"] if opened else ["open"]
    assert seen == wanted, (
        f"{when}the valve of {bed} was turned to {', '.join(seen) or 'nothing'}; expected {', '.join(wanted)}"
    )
    assert {call.args[0] for call in trace.calls("turn")} <= {BED, OTHER_BED, THIRD_BED}
    for call in turns:
        assert call.end <= note.at, f"{when}it ended at {note.at:.2f} s, but {call} only at {call.end:.2f} s"


def ended(note: Event, how: str, when: str = "") -> None:
    assert note.value == how, f"{when}it {ending(note.value)}; it should have {ending(how, was='been')}"


@points(1, "the program shuts each valve before it says how it went", public=True)
def test_program(as_it_is: Trace, wet: Trace, failed: Trace) -> None:
    assert as_it_is.lines == [
        "roses: valve shut",
        "roses: watered",
        "ferns: valve shut",
        "ferns: wet enough",
        "lilies: valve shut",
        "lilies: the pump is stuck",
    ]
    assert 0.85 < as_it_is.elapsed < 1.5
    for trace, what in ((wet, "is wet enough"), (failed, "has a pump that fails")):
        shut_in_time(
            trace, BED, trace.notes("ended")[0], f"your valves are shut in time, but when the bed {BED} {what}, "
        )


@points(1, "when the bed is wet enough, the valve is shut and nothing is pumped", means="leaked-task")
def test_wet(wet: Trace) -> None:
    ended(wet.notes("ended")[0], "wet enough")
    shut_in_time(wet, BED, wet.notes("ended")[0])
    assert not wet.calls("pump"), "the bed was wet enough, but pump was called"


@points(
    1, "when the pump fails, the valve is shut before the error comes out", means=("skipped-cleanup", "lost-exception")
)
def test_failed(failed: Trace) -> None:
    note = failed.notes("ended")[0]
    ended(note, f"OSError: {FAULT}")
    shut_in_time(failed, BED, note)
    open_at, shut_at = failed.call("turn", BED, "open").end, failed.call("turn", BED, "shut").start
    pumped = failed.call("pump", BED)
    assert open_at <= pumped.start, "pump was called before the valve was open"
    assert pumped.end <= shut_at, "the valve was shut while pump was running"


@points(1, "when water is cancelled, it stops pumping and shuts the valve first", means="skipped-cleanup")
def test_cancelled(cancelled: Trace) -> None:
    note = cancelled.notes("ended")[0]
    ended(note, "cancelled")
    shut_in_time(cancelled, BED, note)
    pumped = cancelled.call("pump", BED)
    assert pumped.outcome == "cancelled", "water was cancelled, but the pump went on"
    late = note.at - cancelled.call("wait", TURN_S + 0.2).end - TURN_S
    assert late < 0.4, f"water was cancelled, and shutting takes {TURN_S} s, but it ended {late:.2f} s later than that"


@points(1, "`async with Valve(bed)` has the valve open inside, and shut afterwards")
def test_block(used: Trace) -> None:
    for bed, how in ((BED, BED), (OTHER_BED, f"ValueError: {FAULT}"), (THIRD_BED, "cancelled")):
        note = used.notes(f"ended {bed}")[0]
        ended(note, how, "a block with a valve: ")
        shut_in_time(used, bed, note)
        inside, opened = used.notes(f"inside {bed}")[0].at, used.call("turn", bed, "open").end
        assert opened <= inside, f"the block began at {inside:.2f} s, but the valve was open only at {opened:.2f} s"
    leaves, shut = used.notes(f"leaves {BED}")[0].at, used.call("turn", BED, "shut").start
    assert leaves <= shut, f"the block was left at {leaves:.2f} s, but the valve was turned at {shut:.2f} s already"


STEP = st.integers(137, 2000)
ERROR = st.builds(lambda kind: kind("out of order"), st.sampled_from(KINDS))
LATE = ("moisture", "pump", "shutting")


@points(1, "whatever fails, water shuts a valve that was opened, once")
@given(
    wet=st.booleans(),
    times=st.tuples(STEP, STEP, STEP, STEP),
    fails=st.lists(st.sampled_from(["opening", *LATE]), max_size=2, unique=True),
    error=ERROR,
)
def test_any_failure(
    virtual: Virtual, wet: bool, times: tuple[int, int, int, int], fails: list[str], error: Exception
) -> None:
    open_s, look_s, pump_s, shut_s = (ms / 1000 for ms in times)
    failing = {name: type(error)(f"{name} fails") for name in fails}
    world = nursery(wet=wet, open_s=open_s, shut_s=shut_s, look_s=look_s, pump_s=pump_s, failing=failing)
    trace = virtual("watering", WAIT, BED, [], 20.0, scenario=True, world=world)
    when = (
        f"when the bed is {'wet' if wet else 'dry'}"
        + "".join(f" and {name} raises {type(error).__name__}" for name in fails)
        + ": "
    )
    note = trace.notes("ended")[0]
    shut_in_time(trace, BED, note, when)
    steps = [("opening", open_s)]
    if "opening" not in failing:
        steps += [("moisture", look_s)]
        if not wet and "moisture" not in failing:
            steps += [("pump", pump_s)]
        steps += [("shutting", shut_s)]
    pumps = any(name == "pump" for name, _ in steps)
    times_pumped = len(trace.calls("pump"))
    assert times_pumped == int(pumps), f"{when}pump was called {times_pumped} times; expected {int(pumps)}"
    raised = [f"{type(error).__name__}: {failing[name]}" for name, _ in steps if name in failing]
    possible = raised or ["watered" if pumps else "wet enough"]
    assert note.value in possible, f"{when}water {ending(note.value)}; it should have {ending(*possible, was='been')}"
    end = sum(seconds for _, seconds in steps)
    assert abs(note.at - end) < AT_ONCE_S, f"{when}water ended at {note.at:g} s; expected {end:g} s"


def interrupted(trace: Trace, bed: str, note: Event, cancels: Sequence[float], when: str) -> None:
    """The cancellations ended what was under way; shutting began at once, and with its end all was over."""
    shut_in_time(trace, bed, note, when)
    calls = [call for call in trace.calls() if call.name != "wait" and call.args[0] == bed]
    for call in calls:
        if call.args[-1] != "shut" and any(call.start + AT_ONCE_S < at < call.end - AT_ONCE_S for at in cancels):
            raise AssertionError(f"{when}{call} went on after the cancellation")
        if call.name in ("pump", "moisture") and any(at < call.start - AT_ONCE_S for at in cancels):
            raise AssertionError(f"{when}{call} began after the cancellation")
    over = calls[-1].end
    assert note.at - over < AT_ONCE_S, f"{when}{calls[-1]} ended at {over:g} s, but all was over only at {note.at:g} s"


@points(1, "whenever water is cancelled, it shuts a valve that was opened, once", means="swallowed-cancellation")
@given(
    wet=st.booleans(),
    times=st.tuples(STEP, STEP, STEP, STEP),
    fails=st.sampled_from(["nothing", "nothing", *LATE]),
    error=ERROR,
    moments=st.lists(st.floats(0.01, 0.999), min_size=1, max_size=2),
)
def test_any_cancellation(
    virtual: Virtual,
    wet: bool,
    times: tuple[int, int, int, int],
    fails: str,
    error: Exception,
    moments: list[float],
) -> None:
    open_s, look_s, pump_s, shut_s = (ms / 1000 for ms in times)
    whole_s = open_s + look_s + (0 if wet else pump_s) + shut_s
    at = [round(share * whole_s, 4) for share in moments]
    failing = {} if fails == "nothing" else {fails: error}
    world = nursery(wet=wet, open_s=open_s, shut_s=shut_s, look_s=look_s, pump_s=pump_s, failing=failing)
    trace = virtual("watering", WAIT, BED, at, 20.0, scenario=True, world=world)
    when = (
        f"when opening takes {open_s:g} s, moisture {look_s:g} s"
        + ("" if wet else f", pump {pump_s:g} s")
        + f" and shutting {shut_s:g} s"
        + ("" if fails == "nothing" else f", {fails} raises {type(error).__name__}")
        + f", and water is cancelled at {' and '.join(f'{moment:g} s' for moment in sorted(at))}: "
    )
    cancels = [float(event.at) for event in trace.notes("cancel")]
    calls = [call for call in trace.calls() if call.name != "wait"]
    # At the very moment at which a call ends, either may come first.
    assume(
        all(abs(call.end - cancel) > AT_ONCE_S or call.outcome == "cancelled" for call in calls for cancel in cancels)
    )
    note = trace.notes("ended")[0]
    interrupted(trace, BED, note, cancels, when)
    possible = [f"{type(error).__name__}: {error}"] if any(call.outcome == "raised" for call in calls) else []
    possible += ["cancelled"] if cancels else []
    possible = possible or ["wet enough" if wet else "watered"]
    assert note.value in possible, f"{when}it {ending(note.value)}; it should have {ending(*possible, was='been')}"


@points(1, "with several blocks at once, each valve is shut, however they end")
@given(
    drawn=st.lists(
        st.tuples(STEP, STEP, st.none() | st.sampled_from(KINDS), st.lists(st.integers(1, 6000), max_size=2)),
        min_size=1,
        max_size=3,
    ),
    open_ms=STEP,
    shut_ms=STEP,
)
def test_any_blocks(
    virtual: Virtual,
    drawn: list[tuple[int, int, type[Exception] | None, list[int]]],
    open_ms: int,
    shut_ms: int,
) -> None:
    beds = [BED, OTHER_BED, THIRD_BED][: len(drawn)]
    plan = [
        [bed, begins / 1000, takes / 1000, [kind.__name__, FAULT] if kind else None, [ms / 1000 for ms in cancelled]]
        for bed, (begins, takes, kind, cancelled) in zip(beds, drawn, strict=True)
    ]
    world = nursery(open_s=open_ms / 1000, shut_s=shut_ms / 1000)
    trace = virtual("blocks", WAIT, plan, 20.0, scenario=True, world=world)
    for bed, (begins, takes, kind, cancelled) in zip(beds, drawn, strict=True):
        when = f"when opening takes {open_ms / 1000:g} s, shutting {shut_ms / 1000:g} s, and a block {takes / 1000:g} s"
        when += f", which then raises {kind.__name__}" if kind else ""
        when += f", cancelled at {' and '.join(f'{ms / 1000:g} s' for ms in sorted(cancelled))}" if cancelled else ""
        when += f", with {counted(len(beds) - 1, 'other')} at the same time: " if len(beds) > 1 else ": "
        note = trace.notes(f"ended {bed}")[0]
        ends = (open_ms, open_ms + takes, open_ms + takes + shut_ms)
        assume(all(abs(end - ms) > 1 for end in ends for ms in cancelled))
        effective = [(begins + ms) / 1000 for ms in cancelled if (begins + ms) / 1000 < note.at + AT_ONCE_S]
        possible = [f"{kind.__name__}: {kind(FAULT)}"] if kind and trace.notes(f"leaves {bed}") else []
        possible += ["cancelled"] if effective else []
        possible = possible or [bed]
        assert note.value in possible, f"{when}it {ending(note.value)}; it should have {ending(*possible, was='been')}"
        interrupted(trace, bed, note, effective, when)
        if not effective:
            end = begins / 1000 + sum((open_ms, takes, shut_ms)) / 1000
            assert abs(note.at - end) < AT_ONCE_S, f"{when}it ended at {note.at:g} s; expected {end:g} s"
