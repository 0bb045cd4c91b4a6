"""async_with: whatever ends the block, the valve is shut before it is left."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, points, record

BED = fresh.word()
FAULT = f"{fresh.word()} is blocked"
TURN_S, PUMP_S = 0.3, 0.4
WAIT = double("wait", delay=lambda seconds: seconds)


def nursery(*, wet: bool = False, pump: str = "", turn: str = "", probe: str = "") -> dict[str, Double]:
    """The world: the bed is wet or dry; what has a text fails with it (``turn`` when the valve is to be opened)."""
    return {
        "turn": double("turn", delay=TURN_S, raises=lambda _, to: OSError(turn) if turn and to == "open" else None),
        "moisture": double("moisture", reply=90 if wet else 20, raises=OSError(probe) if probe else None),
        "pump": double("pump", delay=PUMP_S, raises=OSError(pump) if pump else None),
    }


as_it_is = record(None)
wet = record("watering", WAIT, BED, scenario=True, world=nursery(wet=True))
failed = record("watering", WAIT, BED, scenario=True, world=nursery(pump=FAULT))
cancelled = record("watering", WAIT, BED, TURN_S + 0.2, scenario=True, world=nursery())
used = record("block", WAIT, BED, scenario=True, world=nursery())
misused = record("block", WAIT, BED, FAULT, scenario=True, world=nursery())
given_up = record("block", WAIT, BED, None, TURN_S + 0.2, scenario=True, world=nursery())


def ended(trace: Trace, how: str, *, turned: tuple[str, ...] = ("open", "shut")) -> None:
    """It ended like this; by then the valve had been turned so, and no other way."""
    note = trace.notes("ended")[0]
    assert note.value == how, f"it ended with {note.value!r}; expected {how!r}"
    turns = [call.args for call in trace.calls("turn")]
    assert [to for _, to in turns] == list(turned), (
        f"the valve was turned to {[to for _, to in turns]}; expected {list(turned)}"
    )
    assert {bed for bed, _ in turns} <= {BED}
    last = trace.calls("turn")[-1]
    assert last.end <= note.at, f"it ended at {note.at:.2f} s, the valve was {turned[-1]} at {last.end:.2f} s"
    late = note.at - last.end
    assert late < 0.45, f"the valve was {turned[-1]} at {last.end:.2f} s, it ended {late:.2f} s later"


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
        turned = [call.args[1] for call in trace.calls("turn")]
        assert turned == ["open", "shut"], (
            f"here each valve is shut, but that of another bed, which {what}, is turned to {turned}"
        )
        shut, over = trace.calls("turn")[-1].end, trace.notes("ended")[0].at
        assert shut <= over, (
            f"here each valve is shut in time, but that of another bed, which {what}, {shut - over:.2f} s later"
        )


@points(1, "a bed that is wet enough: the valve is shut, nothing is pumped", means="leaked-task")
def test_wet(wet: Trace) -> None:
    ended(wet, "wet enough")
    assert not wet.calls("pump"), "the bed was wet enough, and water was pumped all the same"


@points(
    1, "a pump that fails: the valve is shut before the error comes out", means=("skipped-cleanup", "lost-exception")
)
def test_failed(failed: Trace) -> None:
    ended(failed, f"OSError: {FAULT}")
    open_at, shut_at = failed.call("turn", BED, "open").end, failed.call("turn", BED, "shut").start
    pumped = failed.call("pump", BED)
    assert open_at <= pumped.start, "water was pumped before the valve was open"
    assert pumped.end <= shut_at, "the valve was turned while water was pumped"


@points(1, "watering is cancelled: the valve is shut before it ends", means="skipped-cleanup")
def test_cancelled(cancelled: Trace) -> None:
    ended(cancelled, "cancelled")
    pumped = cancelled.call("pump", BED)
    assert pumped.outcome == "cancelled", "watering was cancelled, and water was pumped on"


@points(2, "any block under `async with Valve(bed)` has it open inside and shut afterwards")
def test_block(used: Trace, misused: Trace, given_up: Trace) -> None:
    for trace, how in ((used, BED), (misused, f"ValueError: {FAULT}"), (given_up, "cancelled")):
        ended(trace, how)
        inside = trace.notes("inside")[0].at
        opened = trace.call("turn", BED, "open").end
        assert opened <= inside, f"the block began at {inside:.2f} s, the valve was open at {opened:.2f} s"
    leaves, shut = used.notes("leaves")[0].at, used.call("turn", BED, "shut").start
    assert leaves <= shut, f"the block was left at {leaves:.2f} s, the valve was turned at {shut:.2f} s already"


@points(2, "whatever fails, a valve that was opened is shut, once")
@given(wet=st.booleans(), fails=st.sampled_from(["nothing", "turn", "probe", "pump"]))
def test_any_failure(virtual: Virtual, wet: bool, fails: str) -> None:
    world = nursery(wet=wet) if fails == "nothing" else nursery(wet=wet, **{fails: FAULT})
    trace = virtual("watering", WAIT, BED, scenario=True, world=world)
    pumps = not wet and fails not in ("turn", "probe")
    good = "watered" if pumps else "wet enough"
    bad = fails in ("turn", "probe") or (fails == "pump" and pumps)
    ended(trace, f"OSError: {FAULT}" if bad else good, turned=("open",) if fails == "turn" else ("open", "shut"))
    pumped = len(trace.calls("pump"))
    assert pumped == int(pumps), f"water was pumped {pumped} times; expected {int(pumps)}"
