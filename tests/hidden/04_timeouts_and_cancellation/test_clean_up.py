"""clean_up: every valve that was opened is closed, however the watering ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import Span, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("pump_on", "pump_off", "open_valve", "close_valve", "soak", "main")

BEDS = fresh.words(4)
QUICK_S = 0.1
"""What a valve or the pump takes."""
SOAK_S = 0.2
WAIT = double("wait", delay=lambda seconds: seconds)
# OSError, its subclass, and errors that have nothing to do with it.
ERRORS = (OSError, TimeoutError, ValueError, KeyError, RuntimeError)


def garden(
    soaking: Mapping[str, float],
    quick_s: float,
    stuck: str = "",
    broken: str = "",
    error: type[Exception] = OSError,
) -> dict[str, Any]:
    """The functions of the garden; one bed's valve may be stuck, another bed's sensor broken."""

    def fails(what: str, which: str) -> Any:
        return lambda bed: error(what) if bed == which else None

    return {
        "pump_on": double("pump_on", delay=quick_s),
        "pump_off": double("pump_off", delay=quick_s),
        "open_valve": double("open_valve", delay=quick_s, raises=fails("the valve is stuck", stuck)),
        "close_valve": double("close_valve", delay=quick_s),
        "soak": double("soak", delay=lambda bed: soaking[bed], raises=fails("the sensor is broken", broken)),
    }


def steps(trace: Trace) -> list[Span]:
    return [call for call in trace.calls() if call.name != "wait"]


def deeds(beds: list[str]) -> list[str]:
    """What has to be done for these beds, in this order."""
    each = [f"{deed}({bed})" for bed in beds for deed in ("open_valve", "close_valve")]
    return ["pump_on()", *each, "pump_off()"]


def done(trace: Trace, shut: str = "", undone: str = "") -> list[str]:
    """What was done, in the order in which it began, without what does no harm: closing a valve that is ``shut``,
    switching off a pump that was never on. ``undone`` is a step that the cancellation met: it may be done or not.
    """
    calls = [call for call in steps(trace) if call.name != "soak" and call.outcome == "replied" and str(call) != undone]
    on = any(call.name == "pump_on" for call in calls)
    return [
        str(call)
        for call in calls
        if not (call.name == "close_valve" and call.args == (shut,)) and (on or call.name != "pump_off")
    ]


def check(trace: Trace, expected: list[str], when: str, shut: str = "", undone: str = "") -> None:
    """Exactly these steps were completed, one after the other."""
    seen = done(trace, shut, undone)
    missing = [deed for deed in expected if deed not in seen]
    assert not missing, f"{when}: expected {', '.join(expected) or 'nothing'}; never completed: {', '.join(missing)}"
    assert seen == expected, f"{when}: expected {', '.join(expected) or 'nothing'}; got {', '.join(seen)}"
    # The step that the cancellation interrupted may complete in the background.
    whole = [call for call in steps(trace) if call.outcome in ("replied", "raised") and str(call) != undone]
    for n, later in enumerate(whole):
        # An order, not a length of time.
        before = next((call for call in whole[:n] if float(call.end) > float(later.start)), None)
        assert before is None, f"{when}: expected one step after the other; {later} began before {before} had ended"


def interrupted(beds: list[str], after: float, stay: float) -> dict[str, Any]:
    return {"beds": beds, "after": after, "stay": stay}


STEADY = dict.fromkeys(BEDS, SOAK_S)
# The second bed soaks from 0.6 s to 2.2 s: even on a slow machine, the cancellation comes in the middle of that.
AFTER = fresh.number(120, 140) / 100

as_it_is = record(None)
wet = record("water", BEDS[:3], world=garden(STEADY, QUICK_S))
broken = record("water", BEDS, world=garden(STEADY, QUICK_S, broken=BEDS[1]), allow=("raise",))
stuck = record("water", BEDS, world=garden(STEADY, QUICK_S, stuck=BEDS[1]), allow=("raise",))
cancelled = record(
    "cancelled",
    WAIT,
    scenario=True,
    params=interrupted(BEDS, AFTER, 0.7),
    world=garden({**STEADY, BEDS[1]: 1.6}, QUICK_S),
)


@points(1, "the program turns everything off when the guests come", public=True)
def test_program(as_it_is: Trace, cancelled: Trace) -> None:
    assert as_it_is.lines == [
        "pump on",
        "roses open",
        "roses closed",
        "beans open",
        "beans closed",
        "pump off",
        "stopped",
    ]
    assert 1.1 < as_it_is.elapsed < 1.7
    undone = [deed for deed in deeds(BEDS[:2]) if deed not in done(cancelled)]
    assert not undone, (
        f"here all is closed, but when water is cancelled during the second of 4 beds, {undone[0]} is missing"
    )


@points(1, "the beds are watered in turn, and then the pump is switched off")
def test_wet(wet: Trace) -> None:
    check(wet, deeds(BEDS[:3]), "when all beds are wet")
    soaked = [str(call) for call in wet.calls("soak")]
    assert soaked == [f"soak({bed})" for bed in BEDS[:3]], (
        f"expected every bed to soak once; got {', '.join(soaked) or 'nothing'}"
    )


@points(
    1,
    "water raises the error of a sensor or valve, and leaves nothing on",
    means=("lost-exception", "skipped-cleanup"),
)
def test_errors(broken: Trace, stuck: Trace) -> None:
    for trace, what, beds in ((broken, "sensor is broken", BEDS[:2]), (stuck, "valve is stuck", BEDS[:1])):
        check(trace, deeds(beds), f"when the second bed's {what}", shut=BEDS[1] if trace is stuck else "")
        raised = f"{trace.raised.type}: {trace.raised.message}" if trace.raised else "nothing"
        text = f"OSError: the {what}"
        assert raised == text, f"when the second bed's {what}: expected water to raise {text!r}; it raised {raised}"


@points(2, "a cancelled water() closes the open valve, then switches the pump off", means="skipped-cleanup")
def test_closed(cancelled: Trace) -> None:
    check(cancelled, deeds(BEDS[:2]), "when water is cancelled during the second bed")
    cancel = cancelled.notes("cancel")[0].at
    closing = cancelled.call("close_valve", BEDS[1])
    late = closing.start - cancel
    assert late < 0.4, f"water was cancelled; it began to close the valve {late:.2f} s later, expected at once"


@points(
    1,
    "a cancelled water() ends as cancelled, when the clean-up is done",
    means=("swallowed-cancellation", "leaked-task"),
)
def test_told(cancelled: Trace) -> None:
    ended, cancel = cancelled.notes("ended")[0], cancelled.notes("cancel")[0].at
    assert ended.value == "was cancelled", f"cancelled at {cancel:.2f} s, water {ended.value} at {ended.at:.2f} s"
    off = cancelled.calls("pump_off")
    assert off, "the pump was never switched off"
    early = float(off[-1].end) - float(ended.at)  # an order, not a length of time
    assert early <= 0, f"water ended at {ended.at:.2f} s; the pump was off only {early:.2f} s later"
    late = ended.at - cancel
    assert late < 2 * QUICK_S + 0.4, f"water ended {late:.2f} s after the cancellation; the clean-up takes 0.20 s"


SOAKING = st.sampled_from([1, 137, 713, 2003, 4001])


@points(1, "whenever water is cancelled and whichever step fails, nothing is left on")
@given(
    soaking=st.lists(SOAKING, min_size=1, max_size=4),
    failing=st.integers(0, 6),
    at_the_valve=st.booleans(),
    error=st.sampled_from(ERRORS),
    quick=st.sampled_from([1, 53, 1301]),
    step=st.integers(0, 17),
    share=st.sampled_from([0.0731, 0.4937, 0.9371]),
)
# An error closes the valve, and the cancellation meets that.
@example(soaking=[611], failing=1, at_the_valve=False, error=OSError, quick=1301, step=3, share=0.4937)
def test_any_end(
    virtual: Virtual,
    soaking: list[int],
    failing: int,
    at_the_valve: bool,
    error: type[Exception],
    quick: int,
    step: int,
    share: float,
) -> None:
    took = {f"bed {n}": milliseconds / 1000 for n, milliseconds in enumerate(soaking, start=1)}
    quick_s = quick / 1000
    bad = f"bed {failing}" if f"bed {failing}" in took else ""
    no_valve, no_sensor = (bad, "") if at_the_valve else ("", bad)
    # What an undisturbed run would do: each step, and how long it takes.
    plan: list[tuple[str, str, float]] = [("pump_on", "", quick_s)]
    for bed, seconds in took.items():
        plan.append(("open_valve", bed, quick_s))
        if bed == no_valve:
            break
        plan += [("soak", bed, seconds), ("close_valve", bed, quick_s)]
        if bed == no_sensor:
            break
    plan.append(("pump_off", "", quick_s))
    at = min(step, len(plan))
    met = plan[at] if at < len(plan) else ("", "", 1.0)
    cancelled_at = sum(seconds for *_, seconds in plan[:at]) + share * met[2]
    if at == len(plan):
        cancelled_at += 2 * quick_s  # a stuck valve may have been closed again, which takes a moment
    trace = virtual(
        "cancelled",
        WAIT,
        scenario=True,
        params=interrupted(list(took), cancelled_at, 30.0),
        world=garden(took, quick_s, no_valve, no_sensor, error),
    )
    name, bed = met[:2]
    during = f"during {name}({bed})" if name else "after the end"
    fault = f", {bad} has a {'stuck valve' if at_the_valve else 'broken sensor'} ({error.__name__})" if bad else ""
    when = (
        f"when beds soak for {', '.join(f'{seconds:g}' for seconds in took.values())} s{fault}, "
        f"each other step takes {quick_s:g} s, and water is cancelled at {cancelled_at:.3f} s, {during}"
    )
    begun = [step[:2] for step in plan[:at]]
    opened = [which for what, which in begun if what == "open_valve" and which != no_valve]
    undone = f"{name}({bed})" if name in ("close_valve", "pump_off") else ""
    expected = deeds(opened) if at else []
    shut = bed if name == "open_valve" else no_valve
    check(trace, [deed for deed in expected if deed != undone], when, shut=shut, undone=undone)
    ended = trace.notes("ended")[0]
    raised = f"raised {error.__name__}: {error('the valve is stuck' if at_the_valve else 'the sensor is broken')}"
    met_fault = bool(bad) and (("open_valve", bad) in begun if at_the_valve else ("soak", bad) in begun)
    outcomes = {raised} if met_fault else {"returned"}
    if name:
        # An error on its way out, and a cancellation during the clean-up: water may raise either.
        outcomes = {"was cancelled"} | ({raised} if met_fault else set())
    should = " or ".join(sorted(outcomes)).replace("was cancelled", "been cancelled")
    assert ended.value in outcomes, f"{when}: water {ended.value}; it should have {should}"
    if name:
        late = float(ended.at) - cancelled_at
        assert late < 3 * quick_s + 1e-4, f"{when}: water ended {late:.3f} s after that"
