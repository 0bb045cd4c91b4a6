"""unsafe_yield: the timeout holds for the gauge and for nothing else."""

from collections.abc import Sequence

from hypothesis import assume, example, given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, ending, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("PATIENCE_S", "LEVELS", "next_level", "store", "main")

LEVELS = [fresh.number(100, 199), fresh.number(200, 299), fresh.number(300, 399)]
FAULT = f"the database {fresh.word()} does not answer"
PATIENCE_S = 0.6
REPORT_S = 0.05  # far from the patience: a run that was held up must not look like a silent gauge
STORE_S = {LEVELS[0]: 0.1, LEVELS[1]: 0.9, LEVELS[2]: 0.4}
CALLED_OFF_S = 0.8
WAIT = double("wait", delay=lambda seconds: seconds)
AT_ONCE_S = 1e-4
"""On the virtual clock."""


def river(reports: Sequence[tuple[int, float]], fails_at: int | None = None, fault: Exception | None = None) -> Double:
    """A gauge that reports these levels, each after some seconds, and then is silent; one report may fail."""
    silence = (-1, 600.0)
    return double(
        "next_level",
        delay=lambda number: [*reports, silence][min(number, len(reports))][1],
        reply=lambda number: [*reports, silence][min(number, len(reports))][0],
        raises=lambda number: fault if number == fails_at else None,
    )


def patient(trace: Trace) -> None:
    """No level that the gauge reported in time was given up. Times, not outcomes, so that noise is seen."""
    for call in trace.calls("next_level")[: len(LEVELS)]:
        assert call.seconds < PATIENCE_S - 0.15, (
            f"the gauge reported after {REPORT_S} s, but {call} was given up after {call.seconds:.2f} s"
        )


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
    "evening",
    WAIT,
    [CALLED_OFF_S],
    scenario=True,
    world={
        "PATIENCE_S": 1.5,
        "next_level": river([(LEVELS[0], 0.2)]),
        "store": double("store", delay=1.2),
    },
)


@points(1, "the program stores three levels and ends 0.5 s later", public=True)
def test_program(as_it_is: Trace, slow: Trace) -> None:
    assert as_it_is.lines == ["stored 212", "stored 215", "stored 219", "the gauge is silent"]
    assert 0.25 < as_it_is.gap("stored 219", "the gauge is silent") < 0.9
    patient(slow)
    stored = [call.args[0] for call in slow.calls("store") if call.outcome == "replied"]
    assert stored == LEVELS, (
        f"your three levels are stored, but when storing takes {', '.join(map(str, STORE_S.values()))} s and "
        f"PATIENCE_S is {PATIENCE_S} s, {len(stored)} of three are"
    )
    silent = slow.calls("next_level")[-1].seconds
    assert PATIENCE_S - 0.1 < silent < PATIENCE_S + 0.4, (
        f"with your levels it ends after 0.5 s of silence, but when PATIENCE_S is {PATIENCE_S} s, after {silent:.2f} s"
    )


@points(2, "every level is stored, however long storing takes")
def test_slow(slow: Trace) -> None:
    patient(slow)
    stored = [call.args[0] for call in slow.calls("store")]
    assert stored == LEVELS, f"the gauge reported {LEVELS}, but store was called for {stored or 'none'}"
    for call in slow.calls("store"):
        assert call.outcome == "replied", f"{call} was cancelled after {call.seconds:.2f} s"
    asked = [call.args[0] for call in slow.calls("next_level")]
    wanted = list(range(len(LEVELS) + 1))
    assert asked == wanted, f"next_level was called for the numbers {asked}; expected {wanted}"
    peak = slow.peak("store", "next_level")
    assert peak == 1, "next_level was called before the level before it was stored"
    assert slow.returned == len(LEVELS), f"record_levels returned {slow.returned}; expected {len(LEVELS)}"


@points(1, "it ends when the gauge has been silent for PATIENCE_S, and no sooner")
def test_silent(slow: Trace) -> None:
    patient(slow)
    reported = [call for call in slow.calls("next_level") if call.outcome == "replied"]
    assert len(reported) == len(LEVELS), (
        f"the gauge reported {len(LEVELS)} levels, but only {len(reported)} of these calls were awaited to their end"
    )
    asked = slow.calls("next_level")[-1]
    assert asked.outcome == "cancelled", (
        "the last call of next_level, which the silent gauge does not answer, was not ended"
    )
    assert PATIENCE_S - 0.1 < asked.seconds < PATIENCE_S + 0.35
    late = slow.elapsed - asked.end
    assert late < 0.35, f"the patience was over at {asked.end:.2f} s, but record_levels returned {late:.2f} s later"


@points(1, "a TimeoutError of store comes out", means="lost-exception")
def test_failing(failing: Trace) -> None:
    patient(failing)
    raised = failing.raised
    assert raised is not None, "store raised a TimeoutError, but record_levels raised nothing"
    how = f"{raised.type}: {raised.message}"
    assert how == f"TimeoutError: {FAULT}", f"store raised TimeoutError: {FAULT}, but record_levels {how}"


@points(1, "a cancellation while storing comes out, at once", means="swallowed-cancellation")
def test_called_off(called_off: Trace) -> None:
    note = called_off.notes("ended")[0]
    assert note.value == "cancelled", (
        f"record_levels was cancelled while it stored; expected it to end as cancelled, but it returned {note.value!r}"
    )
    late = note.at - called_off.call("wait", CALLED_OFF_S).end
    assert late < 0.35, f"record_levels was cancelled while it stored, but it ended only {late:.2f} s later"
    for call in called_off.calls("store"):
        late = call.end - note.at
        assert late < 0.3, f"record_levels ended as cancelled, but {call} was still running {late:.2f} s later"


REPORTS = st.lists(st.tuples(st.integers(1, 5500), st.integers(0, 9000)), max_size=5)
"""Milliseconds until the gauge reports, and to store what it reports; patience is 4.567 s."""
PATIENCE_MS = 4567
FIRST_LEVEL = -1
"""The next is 0, which is a level like any other."""


def steps(reports: Sequence[tuple[int, int]]) -> list[tuple[str, int]]:
    """What is called, and how long each call lasts, when nothing fails."""
    wanted: list[tuple[str, int]] = []
    for number, (report, store) in enumerate(reports):
        if report > PATIENCE_MS:
            return [*wanted, (f"next_level({number})", PATIENCE_MS)]
        wanted += [(f"next_level({number})", report), (f"store({FIRST_LEVEL + number})", store)]
    return [*wanted, (f"next_level({len(reports)})", PATIENCE_MS)]


def world_of(reports: Sequence[tuple[int, int]], fails: str = "", fault: Exception | None = None) -> dict[str, object]:
    """The drawn river; ``fails`` names the one call that fails."""
    gauge = [(FIRST_LEVEL + number, report / 1000) for number, (report, _) in enumerate(reports)]
    fails_at = next((n for n in range(len(reports)) if fails == f"next_level({n})"), None)
    return {
        "PATIENCE_S": PATIENCE_MS / 1000,
        "next_level": river(gauge, fails_at, fault),
        "store": double(
            "store",
            delay=lambda level: reports[level - FIRST_LEVEL][1] / 1000,
            raises=lambda level: fault if fails == f"store({level})" else None,
        ),
    }


def told(reports: Sequence[tuple[int, int]]) -> str:
    """The drawn river, in words."""
    each = ", ".join(f"{report / 1000:g} s (storing: {store / 1000:g} s)" for report, store in reports)
    if not each:
        return f"when the gauge is silent from the beginning and PATIENCE_S is {PATIENCE_MS / 1000}"
    return f"when the gauge reports after {each} and PATIENCE_S is {PATIENCE_MS / 1000}"


def in_one_go(trace: Trace, wanted: Sequence[str], when: str) -> None:
    """These calls were made, one after the other and without a pause."""
    calls = [call for call in trace.calls() if call.name != "wait"]
    seen = [str(call) for call in calls]
    assert seen == list(wanted), (
        f"{when}: expected the calls {', '.join(wanted)}; there were {', '.join(seen) or 'none'}"
    )
    over = 0.0
    for call in calls:
        assert abs(call.start - over) < AT_ONCE_S, f"{when}: {call} began at {call.start:g} s; expected {over:g} s"
        over = float(call.end)


@points(1, "only the silence of the gauge ends it, whatever else takes long")
@given(reports=REPORTS)
@example(reports=[(1231, 8713), (517, 293)])
def test_any_times(virtual: Virtual, reports: list[tuple[int, int]]) -> None:
    assume(all(report != PATIENCE_MS for report, _ in reports))
    trace = virtual("record_levels", world=world_of(reports), allow=("raise",))
    when = told(reports)
    assert trace.raised is None, f"{when}: record_levels raised {trace.raised}"
    wanted = steps(reports)
    in_one_go(trace, [name for name, _ in wanted], when)
    count = sum(name.startswith("store") for name, _ in wanted)
    assert trace.returned == count, f"{when}: record_levels returned {trace.returned}; expected {count}"
    end = sum(ms for _, ms in wanted) / 1000
    assert abs(trace.elapsed - end) < AT_ONCE_S, f"{when}: it ended at {trace.elapsed:g} s; expected {end:g} s"


KINDS: list[type[Exception]] = [OSError, ConnectionError, RuntimeError, LookupError, ValueError, Exception]


@points(1, "every other exception and every cancellation comes out, at once")
@given(
    reports=st.lists(st.tuples(st.integers(1, 4000), st.integers(137, 9000)), min_size=1, max_size=4),
    which=st.integers(0, 7),
    kind=st.none() | st.sampled_from([*KINDS, TimeoutError]),
    share=st.floats(0.02, 0.98),
)
def test_any_trouble(
    virtual: Virtual, reports: list[tuple[int, int]], which: int, kind: type[Exception] | None, share: float
) -> None:
    wanted = steps(reports)
    which %= len(wanted) - (1 if kind else 0)
    name, takes = wanted[which]
    # A gauge that raises TimeoutError may be called silent.
    kind = OSError if kind is TimeoutError and name.startswith("next_level") else kind
    end = (sum(ms for _, ms in wanted[:which]) + (takes if kind else takes * share)) / 1000
    cancel_at = [] if kind else [round(end, 6)]
    fault = kind(FAULT) if kind else None
    world = world_of(reports, name if kind else "", fault)
    trace = virtual("evening", WAIT, cancel_at, 700.0, scenario=True, world=world)
    what = f"{name} raises {kind.__name__}" if kind else f"record_levels is cancelled at {end:.6f} s"
    when = f"{told(reports)}, and {what}"
    how = f"{kind.__name__}: {fault}" if kind else "cancelled"
    note = trace.notes("ended")[0]
    assert note.value == how, f"{when}: it {ending(note.value)}; it should have {ending(how, was='been')}"
    assert abs(note.at - end) < AT_ONCE_S, f"{when}: it ended at {note.at:g} s; expected {end:g} s"
    in_one_go(trace, [each for each, _ in wanted[: which + 1]], when)
    last = [call for call in trace.calls() if call.name != "wait"][-1]
    assert last.end < end + AT_ONCE_S, f"{when}: {last} went on until {last.end:g} s"
