"""unsafe_yield: the timeout holds for the gauge and for nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, points, record

LEVELS = [fresh.number(100, 199), fresh.number(200, 299), fresh.number(300, 399)]
FAULT = f"the database {fresh.word()} does not answer"
PATIENCE_S = 0.6
REPORT_S = 0.05  # far from the patience: a run that was held up must not look like a silent gauge
STORE_S = {LEVELS[0]: 0.1, LEVELS[1]: 0.9, LEVELS[2]: 0.4}
CALLED_OFF_S = 0.8
WAIT = double("wait", delay=lambda seconds: seconds)


def river(reports: list[tuple[int, float]]) -> Double:
    """A gauge that reports these levels, each after so many seconds, and then is silent."""
    silence = (-1, 600.0)
    return double(
        "next_level",
        delay=lambda number: [*reports, silence][min(number, len(reports))][1],
        reply=lambda number: [*reports, silence][min(number, len(reports))][0],
    )


def patient(trace: Trace) -> None:
    """No level that the gauge reported in time was given up. Times, not outcomes, so that noise is seen."""
    for call in trace.calls("next_level")[: len(LEVELS)]:
        assert call.seconds < PATIENCE_S - 0.15, f"{call} was given up after {call.seconds:.2f} s"


as_it_is = record(None)
slow = record(
    "record_levels",
    world={
        "PATIENCE_S": PATIENCE_S,
        "next_level": river([(level, REPORT_S) for level in LEVELS]),
        "store": double("store", delay=lambda level: STORE_S[level]),
    },
)
failing = record(
    "record_levels",
    world={
        "PATIENCE_S": PATIENCE_S,
        "next_level": river([(level, REPORT_S) for level in LEVELS]),
        "store": double("store", delay=0.1, raises=lambda level: TimeoutError(FAULT) if level == LEVELS[1] else None),
    },
    allow=("raise",),
)
called_off = record(
    "called_off",
    WAIT,
    CALLED_OFF_S,
    scenario=True,
    world={
        "PATIENCE_S": 5.0,
        "next_level": river([(level, 0.2) for level in LEVELS]),
        "store": double("store", delay=1.2),
    },
)


@points(1, "the program stores three levels and ends 0.5 s later", public=True)
def test_program(as_it_is: Trace, slow: Trace) -> None:
    assert as_it_is.lines == ["stored 212", "stored 215", "stored 219", "the gauge is silent"]
    assert 0.4 < as_it_is.gap("stored 219", "the gauge is silent") < 0.9
    patient(slow)
    stored = [call.args[0] for call in slow.calls("store") if call.outcome == "replied"]
    assert stored == LEVELS, (
        f"here three levels are stored, but when storing takes {', '.join(map(str, STORE_S.values()))} s and "
        f"PATIENCE_S is {PATIENCE_S} s: {len(stored)}"
    )
    silent = slow.calls("next_level")[-1].seconds
    assert PATIENCE_S - 0.1 < silent < PATIENCE_S + 0.4, (
        f"here it ends 0.5 s after the last level, but when PATIENCE_S is {PATIENCE_S} s, {silent:.2f} s after"
    )


@points(2, "however long storing takes, every level is stored")
def test_slow(slow: Trace) -> None:
    patient(slow)
    stored = [call.args[0] for call in slow.calls("store")]
    assert stored == LEVELS, f"the gauge reported {LEVELS}; stored were {stored}"
    for call in slow.calls("store"):
        assert call.outcome == "replied", f"{call} was cancelled after {call.seconds:.2f} s"
    asked = [call.args[0] for call in slow.calls("next_level")]
    wanted = list(range(len(LEVELS) + 1))
    assert asked == wanted, f"the gauge was asked for the levels {asked}; expected {wanted}"
    peak = slow.peak("store", "next_level")
    assert peak == 1, "the gauge was asked for the next level before the last one was stored"
    assert slow.returned == len(LEVELS), f"record_levels returned {slow.returned}; expected {len(LEVELS)}"


@points(1, "it ends when the gauge has been silent for PATIENCE_S, and no sooner")
def test_silent(slow: Trace) -> None:
    patient(slow)
    reported = [call for call in slow.calls("next_level") if call.outcome == "replied"]
    assert len(reported) == len(LEVELS), f"{len(reported)} of {len(LEVELS)} levels were waited for"
    asked = slow.calls("next_level")[-1]
    assert asked.outcome == "cancelled", "nobody waited for the silent gauge"
    assert PATIENCE_S - 0.1 < asked.seconds < PATIENCE_S + 0.35
    assert slow.elapsed - asked.end < 0.3


@points(1, "a TimeoutError of store comes out", means="lost-exception")
def test_failing(failing: Trace) -> None:
    patient(failing)
    raised = failing.raised
    assert raised is not None, "storing failed with a TimeoutError, but record_levels raised nothing"
    assert f"{raised.type}: {raised.message}" == f"TimeoutError: {FAULT}"


@points(1, "a cancellation while storing comes out, at once", means="swallowed-cancellation")
def test_called_off(called_off: Trace) -> None:
    note = called_off.notes("ended")[0]
    assert note.value == "cancelled", "record_levels was cancelled while it stored, and went on all the same"
    late = note.at - called_off.call("wait", CALLED_OFF_S).end
    assert late < 0.35, f"record_levels was cancelled while it stored, and went on for {late:.2f} s"
    stored = len(called_off.calls("store"))
    assert stored == 1, f"record_levels was cancelled at the first level, but stored {stored}"


@points(2, "only the silence of the gauge counts, whatever takes long")
@given(
    reports=st.lists(st.tuples(st.integers(1, 7), st.integers(0, 15)), max_size=5),
)
def test_any_times(virtual: Virtual, reports: list[tuple[int, int]]) -> None:
    patience = 4.5
    store_s = {100 + n: float(seconds) for n, (_, seconds) in enumerate(reports)}
    gauge = river([(100 + n, float(seconds)) for n, (seconds, _) in enumerate(reports)])
    evening = virtual(
        "record_levels",
        world={
            "PATIENCE_S": patience,
            "next_level": gauge,
            "store": double("store", delay=lambda level: store_s[level]),
        },
    )
    when = "when the gauge reports after " + " and ".join(
        f"{report} s (storing: {store} s)" for report, store in reports
    )
    when = f"{when}, and patience is {patience} s" if reports else "when the gauge is silent from the beginning"
    expected = []
    end = patience
    for n, (report, store) in enumerate(reports):
        if report > patience:
            break
        expected.append(100 + n)
        end += report + store
    stored = [call.args[0] for call in evening.calls("store") if call.outcome == "replied"]
    assert stored == expected, f"{when}: {len(stored)} levels were stored, expected {len(expected)}"
    assert evening.returned == len(expected), f"{when}: returned {evening.returned}, expected {len(expected)}"
    assert abs(evening.elapsed - end) < 0.1, f"{when}: ended at {evening.elapsed:g} s, expected {end:g} s"
