"""clean_up: what was opened is closed, whichever way it ends."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Span, Trace, Virtual, double, fresh, points, record

BEDS = fresh.words(4)
QUICK_S = 0.1
"""What a valve or the pump takes."""
SOAK_S = 0.2
WAIT = double("wait", delay=lambda seconds: seconds)


def garden(soaking: Mapping[str, float], quick_s: float, stuck: str = "", broken: str = "") -> dict[str, Any]:
    """The functions of the garden; one bed's valve may be stuck, another bed's sensor broken."""

    def fails(what: str, which: str) -> Any:
        return lambda bed: OSError(what) if bed == which else None

    return {
        "pump_on": double("pump_on", delay=quick_s),
        "pump_off": double("pump_off", delay=quick_s),
        "open_valve": double("open_valve", delay=quick_s, raises=fails("the valve is stuck", stuck)),
        "close_valve": double("close_valve", delay=quick_s),
        "soak": double("soak", delay=lambda bed: soaking[bed], raises=fails("the sensor is broken", broken)),
    }


def garden_calls(trace: Trace) -> list[Span]:
    return [call for call in trace.calls() if call.name != "wait"]


def deeds(beds: list[str]) -> list[str]:
    """What has to be done for these beds, in this order."""
    each = [f"{deed}({bed})" for bed in beds for deed in ("open_valve", "close_valve")]
    return ["pump_on()", *each, "pump_off()"]


def done(trace: Trace, stuck: str = "") -> list[str]:
    """What was done, in the order in which it began. A stuck valve is closed: closing it again does no harm."""
    calls = [call for call in garden_calls(trace) if call.name != "soak" and call.outcome == "replied"]
    return [str(call) for call in calls if not (call.name == "close_valve" and call.args == (stuck,))]


def check(trace: Trace, beds: list[str], when: str, stuck: str = "") -> None:
    """Exactly these beds were watered, one deed after the other, and nothing was left on."""
    expected, seen = deeds(beds), done(trace, stuck)
    missing = [deed for deed in expected if deed not in seen]
    assert not missing, f"{when}: never completed: {', '.join(missing)}"
    assert seen == expected, f"{when}: expected {', '.join(expected)}; got {', '.join(seen)}"
    # The end of a cancelled call arrives by itself, perhaps a moment after the next call.
    ends = [(float(earlier.end), later) for earlier, later in pairwise(garden_calls(trace))]
    early = next((later for end, later in ends if float(later.start) < end - 0.05), None)
    assert early is None, f"{when}: {early} began before what came before it had ended"


def interrupted(beds: list[str], after: float, stay: float) -> dict[str, Any]:
    return {"beds": beds, "after": after, "stay": stay}


STEADY = dict.fromkeys(BEDS, SOAK_S)
# The second bed soaks from 0.6 s on, and for long: five answers may be late before it is cancelled meanwhile.
AFTER = fresh.number(105, 125) / 100

as_it_is = record(None)
wet = record("water", BEDS[:3], world=garden(STEADY, QUICK_S))
broken = record("water", BEDS, world=garden(STEADY, QUICK_S, broken=BEDS[1]), allow=("raise",))
stuck = record("water", BEDS, world=garden(STEADY, QUICK_S, stuck=BEDS[1]), allow=("raise",))
cancelled = record(
    "cancelled",
    WAIT,
    scenario=True,
    params=interrupted(BEDS, AFTER, 0.5),
    world=garden({**STEADY, BEDS[1]: 1.6}, QUICK_S),
)


@points(1, "the program closes the valve and the pump when the guests come", public=True)
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
    assert 0.9 < as_it_is.elapsed < 1.7
    undone = [deed for deed in deeds(BEDS[:2]) if deed not in done(cancelled)]
    assert not undone, f"here all is closed, but when it is cancelled during the second of four beds: no {undone[0]}"


@points(1, "all beds are watered in turn, and everything is off in the end")
def test_wet(wet: Trace) -> None:
    check(wet, BEDS[:3], "when all beds are wet")
    soaked = [str(call) for call in wet.calls("soak")]
    assert soaked == [f"soak({bed})" for bed in BEDS[:3]], f"expected every bed to soak once; got {', '.join(soaked)}"


@points(
    1,
    "a broken sensor or a stuck valve leaves nothing open, and the error goes on",
    means=("lost-exception", "skipped-cleanup"),
)
def test_errors(broken: Trace, stuck: Trace) -> None:
    for trace, what, beds in ((broken, "sensor is broken", BEDS[:2]), (stuck, "valve is stuck", BEDS[:1])):
        check(trace, beds, f"when the second bed's {what}", stuck=BEDS[1] if trace is stuck else "")
        assert trace.raised is not None, f"the second bed's {what}, and water returned as if all were well"
        assert trace.raised.type == "OSError", f"the second bed's {what}, and water raised {trace.raised.type}"


@points(2, "when it is cancelled, the open valve is closed and then the pump goes off", means="skipped-cleanup")
def test_closed(cancelled: Trace) -> None:
    check(cancelled, BEDS[:2], "when it is cancelled during the second bed")
    cancel = cancelled.notes("cancel")[0].at
    closing = cancelled.call("close_valve", BEDS[1])
    late = closing.start - cancel
    assert late < 0.25, f"the valve was closed {late:.2f} s after the cancellation"


@points(1, "it ends as cancelled, when the clean-up is done", means=("swallowed-cancellation", "leaked-task"))
def test_told(cancelled: Trace) -> None:
    ended, cancel = cancelled.notes("ended")[0], cancelled.notes("cancel")[0].at
    assert ended.value == "was cancelled", f"cancelled at {cancel:.2f} s, water {ended.value} at {ended.at:.2f} s"
    off = cancelled.calls("pump_off")
    assert off, "the pump was never switched off"
    early = float(off[-1].end) - float(ended.at)  # an order, not a length of time
    assert early <= 0, f"water had ended at {ended.at:.2f} s, and the pump was off {early:.2f} s later"
    late = ended.at - cancel
    assert late < 2 * QUICK_S + 0.4, f"water ended {late:.2f} s after the cancellation; the clean-up takes 0.20 s"


@points(1, "whenever and however it ends, nothing is left on")
@given(
    soaking=st.lists(st.integers(1, 4), min_size=1, max_size=5),
    failing=st.integers(0, 9),
    at_the_valve=st.booleans(),
    after=st.integers(0, 12),
)
def test_any_end(virtual: Virtual, soaking: list[int], failing: int, at_the_valve: bool, after: int) -> None:
    took = {f"bed-{n}": float(seconds) for n, seconds in enumerate(soaking, start=1)}
    bad = f"bed-{failing}" if f"bed-{failing}" in took else ""
    no_valve, no_sensor = (bad, "") if at_the_valve else ("", bad)
    cancelled_at = after + 0.5
    trace = virtual(
        "cancelled",
        WAIT,
        scenario=True,
        params=interrupted(list(took), cancelled_at, 30.0),
        world=garden(took, 0.0, stuck=no_valve, broken=no_sensor),
    )
    opened: list[str] = []
    now, expected = 0.0, "returned"
    for bed, seconds in took.items():
        if bed == no_valve:
            expected = "raised OSError"
            break
        opened.append(bed)
        now += seconds
        if now > cancelled_at or bed == no_sensor:
            expected = "was cancelled" if now > cancelled_at else "raised OSError"
            break
    fault = f", {bad} has a {'stuck valve' if at_the_valve else 'broken sensor'}" if bad else ""
    when = f"when beds soak for {', '.join(map(str, soaking))} s{fault} and it is cancelled at {cancelled_at} s"
    check(trace, opened, when, stuck=no_valve)
    ended = trace.notes("ended")[0]
    assert ended.value == expected, f"{when}: water {ended.value}; expected that it {expected}"
