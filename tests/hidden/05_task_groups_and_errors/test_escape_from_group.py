"""escape_from_group: to leave a task group, a program has to end what runs in it."""

import itertools
from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from grader.record.trace import Raised
from grader.suite import Double, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("HOT", "PATIENCE", "temperature", "stir", "rinse", "fill", "main")

HOT = fresh.number(60, 140)
HOT_AFTER = 3
MINUTE, TURN, RINSE = 0.35, 0.9, 0.2
READY = HOT_AFTER * MINUTE
WORD = f"fault {fresh.number(100, 999)}"
DEADLINE = 3.5
"""Seconds. The longest of these takes 2 s when it is right; a program that stirs for ever is stopped then."""


def leaves(raised: Raised) -> Iterator[tuple[str, str]]:
    if not raised.inner:
        yield raised.type, raised.message
    for inner in raised.inner:
        yield from leaves(inner)


as_it_is = record(None, deadline_s=DEADLINE)
hot = record(
    "main",
    world={
        "HOT": HOT,
        "temperature": double(
            "temperature", delay=MINUTE, reply=lambda minute: HOT if minute >= HOT_AFTER else HOT - 1
        ),
        "stir": double("stir", delay=TURN),
        "rinse": double("rinse", delay=RINSE),
        "fill": double("fill", delay=0.7),
    },
    deadline_s=DEADLINE,
)
lukewarm = record(
    "main",
    world={
        "HOT": HOT,
        "PATIENCE": 4,
        "temperature": double("temperature", delay=0.2, reply=HOT - 1),
        "stir": double("stir", delay=0.3),
        "rinse": double("rinse", delay=0.1),
        "fill": double("fill", delay=0.3),
    },
    deadline_s=DEADLINE,
)
no_reading = record(
    "main",
    world={
        "HOT": HOT,
        "temperature": double(
            "temperature", delay=0.5, reply=0, raises=lambda minute: OSError(WORD) if minute == 2 else None
        ),
        "stir": double("stir", delay=1.5),
        "rinse": double("rinse", delay=0.1),
        "fill": double("fill"),
    },
    deadline_s=DEADLINE,
    allow=("raise",),
)
no_stirring = record(
    "main",
    world={
        "HOT": HOT,
        "PATIENCE": 6,
        "temperature": double("temperature", delay=0.35, reply=0),
        "stir": double("stir", delay=0.5, raises=RuntimeError(WORD)),
        "rinse": double("rinse", delay=0.1),
        "fill": double("fill"),
    },
    deadline_s=DEADLINE,
    allow=("raise",),
)


@points(1, "the program fills the jam after 3 minutes, and ends", public=True)
def test_program(as_it_is: Trace, hot: Trace) -> None:
    assert as_it_is.lines == ["70 degrees", "90 degrees", "104 degrees", "spoon rinsed", "filled after 3 minutes"]
    assert as_it_is.elapsed < 1.6
    filled = hot.call("fill").start
    assert filled < READY + RINSE + 0.4, (
        f"here the jam is filled in time, but when it is hot at {READY:.2f} s and rinsing takes {RINSE} s, "
        f"it is filled at {filled:.2f} s"
    )


@points(1, "the jam is stirred without a break, until it is hot and no longer")
def test_stirred(hot: Trace) -> None:
    turns = hot.calls("stir")
    assert turns, "expected the jam to be stirred; stir was never called"
    free = 0.0
    for turn in turns:
        assert turn.start - free < 0.4, (
            f"expected no break; the jam was not stirred from {free:.2f} to {turn.start:.2f} s"
        )
        free = turn.end
    ready = hot.call("temperature", HOT_AFTER).end
    assert turns[-1].outcome == "cancelled", (
        f"the jam was hot at {ready:.2f} s; expected the turn to be cancelled, it went on until {turns[-1].end:.2f} s"
    )
    late = turns[-1].end - ready
    assert -0.3 < late < 0.45, f"the jam was hot at {ready:.2f} s; the stirring ended at {turns[-1].end:.2f} s"


@points(1, "cook returns the minute only after the spoon has been rinsed", means="uncaught-group")
def test_rinsed(hot: Trace) -> None:
    assert list(hot.call("fill").args) == [HOT_AFTER], (
        f"the jam was hot in minute {HOT_AFTER}; cook returned {hot.call('fill').args[0]!r}"
    )
    rinse, filled = hot.call("rinse"), hot.call("fill").start
    order = hot.order()
    rinsed = "rinse() ends" in order and order.index("rinse() ends") < order.index(f"fill({HOT_AFTER}) begins")
    assert rinsed, (
        f"rinsing began at {rinse.start:.2f} s and takes {RINSE} s; expected cook to return after that, "
        f"it returned at {filled:.2f} s"
    )
    assert rinse.outcome == "replied", "the rinsing of the spoon was cancelled"
    late = hot.call("fill").start - hot.call("temperature", HOT_AFTER).end
    assert late < RINSE + 0.45, f"rinsing takes {RINSE} s; cook returned {late:.2f} s after the jam was hot"


@points(1, "cook returns 0 when the jam is not hot after PATIENCE minutes")
def test_patience(lukewarm: Trace) -> None:
    assert list(lukewarm.call("fill").args) == [0], (
        f"the jam did not get hot; expected cook to return 0, it returned {lukewarm.call('fill').args[0]!r}"
    )
    minutes = [call.args[0] for call in lukewarm.calls("temperature")]
    assert minutes == [1, 2, 3, 4], (
        f"PATIENCE is 4; expected the minutes 1, 2, 3, 4 to be read, got {', '.join(map(str, minutes)) or 'none'}"
    )
    over = lukewarm.call("fill").start
    assert over < 4 * 0.2 + 0.1 + 0.45, f"4 minutes of 0.2 s and rinsing take 0.9 s; cook returned after {over:.2f} s"


@points(1, "an error of the thermometer ends the stirring, and cook raises it", means="lost-exception")
def test_no_reading(no_reading: Trace) -> None:
    failed = no_reading.call("temperature", 2).end
    expected = f"OSError: {WORD}"
    assert no_reading.raised is not None, f"the thermometer raised {expected!r}; cook returned"
    assert ("OSError", WORD) in list(leaves(no_reading.raised)), (
        f"expected cook to raise {expected!r}; it raised {no_reading.raised}"
    )
    assert no_reading.call("rinse").outcome == "replied", "the spoon was not rinsed"
    rinsed = no_reading.call("rinse").start
    late = rinsed - failed
    assert -0.2 < late < 0.45, f"the thermometer failed at {failed:.2f} s; the spoon was rinsed at {rinsed:.2f} s"


@points(1, "an error of the stirring ends the reading, and cook raises it", means="lost-exception")
def test_no_stirring(no_stirring: Trace) -> None:
    failed = no_stirring.calls("stir")[0].end if no_stirring.calls("stir") else None
    assert failed is not None, "expected the jam to be stirred; stir was never called"
    expected = f"RuntimeError: {WORD}"
    assert no_stirring.raised is not None, f"stir raised {expected!r}; cook returned"
    found = list(leaves(no_stirring.raised))
    assert ("RuntimeError", WORD) in found, f"expected cook to raise {expected!r}; it raised {no_stirring.raised}"
    assert no_stirring.call("rinse").outcome == "replied", "the spoon was not rinsed"
    late = no_stirring.elapsed - failed
    assert late < 0.1 + 0.45, f"stir failed at {failed:.2f} s; cook went on for {late:.2f} s"


ERRORS = (OSError, TimeoutError, ValueError, KeyError, RuntimeError)
# In seconds; no turn ends at the moment of a minute. A stove that is stirred for ever meets the limit of turns.
MINUTES = st.lists(st.sampled_from([0.0, 0.137, 1.003, 2.707]), min_size=1, max_size=5)
TURNS = st.sampled_from([0.1733, 0.7313, 5.0033])
RINSING = st.sampled_from([0.0, 0.0471, 1.3])
MOST = 120


@points(1, "however long minutes and turns take, or if they fail, cook ends in time")
@given(
    minutes=MINUTES,
    turn_s=TURNS,
    rinse_s=RINSING,
    hot_after=st.integers(1, 6),
    unread=st.integers(1, 12),
    unstirred=st.integers(1, 20),
    error=st.sampled_from(ERRORS),
)
def test_any_jam(
    virtual: Virtual,
    minutes: list[float],
    turn_s: float,
    rinse_s: float,
    hot_after: int,
    unread: int,
    unstirred: int,
    error: type[Exception],
) -> None:
    last = min(hot_after, unread, len(minutes))
    end, text = sum(minutes[:last]), "thermometer" if unread == last else ""
    if unstirred * turn_s < end:
        # While a spoon is rinsed after an error, the cook may go on reading: that must not come to an end meanwhile.
        rinse_s = rinse_s if unstirred * turn_s + rinse_s < end else 0.0
        end, text = unstirred * turn_s, "spoon"
    turns = itertools.count(1)
    trace = virtual(
        "cooked",
        double("wait", delay=lambda seconds: seconds),
        double("ended"),
        scenario=True,
        world={
            "HOT": 100,
            "PATIENCE": len(minutes),
            "temperature": double(
                "temperature",
                delay=lambda minute: minutes[minute - 1],
                reply=lambda minute: (100 if minute == hot_after else 130) if minute >= hot_after else 99,
                raises=lambda minute: error("thermometer") if minute == unread else None,
            ),
            "stir": spoon(turns, turn_s, error("spoon") if text == "spoon" else None, unstirred),
            "rinse": double("rinse", delay=rinse_s),
            "fill": double("fill"),
        },
    )
    when = f"when the minutes take {_seconds(minutes)}, a turn {turn_s} s, " + (
        f"{'stir' if text == 'spoon' else 'temperature'} raises {error.__name__} at {end:.4f} s"
        if text
        else f"and the jam is hot after {hot_after}"
        if hot_after == last
        else "and the jam does not get hot"
    )
    stirred = check_stirring(trace, end, turn_s, when)
    ended = trace.call("ended")
    raised = [tuple(each) for each in ended.args[1]]
    expected = [(error.__name__, str(error(text)))] if text else []
    assert raised == expected, f"{when}: expected cook to raise {_errors(expected)}; it raised {_errors(raised)}"
    rinsed = trace.calls("rinse")
    assert len(rinsed) == 1, f"{when}: expected the spoon to be rinsed once; it was rinsed {_times(len(rinsed))}"
    assert rinsed[0].outcome == "replied", f"{when}: the rinsing of the spoon was cancelled"
    assert float(rinsed[0].start) >= float(stirred), f"{when}: the spoon was rinsed before the stirring had ended"
    over = float(ended.start)
    assert float(rinsed[0].end) <= over, f"{when}: cook ended before the spoon had been rinsed"
    assert abs(over - end - rinse_s) < 1e-4, (
        f"{when}, and rinsing takes {rinse_s} s: expected cook to end at {end + rinse_s:.4f} s; "
        f"it ended at {over:.4f} s"
    )
    for reading in trace.calls("temperature"):
        assert float(reading.end) < over + 1e-4, f"{when}: the temperature was read until {reading.end:.4f} s"
    if not text:
        minute = hot_after if hot_after == last else 0
        assert ended.args[0] == minute, f"{when}: expected cook to return {minute}; it returned {ended.args[0]!r}"


@points(1, "a cancelled cook() stops both, rinses the spoon and ends as cancelled")
@given(
    minute_s=st.sampled_from([0.137, 1.003, 2.707]),
    turn_s=TURNS,
    rinse_s=RINSING,
    share=st.sampled_from([0.0, 0.0731, 0.4937, 0.9371]),
    rinsing=st.sampled_from([False, False, True]),
)
def test_called_away(
    virtual: Virtual, minute_s: float, turn_s: float, rinse_s: float, share: float, rinsing: bool
) -> None:
    # The jam is hot after three minutes. Cancelled before that, or while the spoon is rinsed.
    rinsing = rinsing and bool(rinse_s)
    hot_at = 3 * minute_s
    after = hot_at + rinse_s * max(share, 0.05) if rinsing else hot_at * share
    trace = virtual(
        "called_away",
        double("wait", delay=lambda seconds: seconds),
        double("ended"),
        after,
        scenario=True,
        world={
            "HOT": 100,
            "temperature": double(
                "temperature",
                delay=minute_s,
                reply=lambda minute: 100 if isinstance(minute, int) and minute > 2 else 20,
            ),
            "stir": spoon(itertools.count(1), turn_s, None, 0),
            "rinse": double("rinse", delay=rinse_s),
            "fill": double("fill"),
        },
    )
    when = (
        f"when a minute takes {minute_s} s, a turn {turn_s} s, rinsing {rinse_s} s, and cook is cancelled "
        f"at {after:.4f} s{', while the spoon is rinsed' if rinsing else ''}"
    )
    ended = trace.call("ended")
    raised = [tuple(each) for each in ended.args[1]]
    if raised or not rinsing:
        assert raised == [("CancelledError", "")], (
            f"{when}: expected cook to raise CancelledError; it raised {_errors(raised)}"
        )
    if share or rinsing:
        check_stirring(trace, hot_at if rinsing else after, turn_s, when)
    for reading in trace.calls("temperature"):
        assert float(reading.end) < after + 1e-4, f"{when}: the temperature was read until {reading.end:.4f} s"
    if rinsing:
        return  # the learner decides what happens to the rinsing then
    rinsed = [call for call in trace.calls("rinse") if call.outcome == "replied"]
    wanted = 1 if trace.calls("stir") else 0
    assert len(rinsed) == wanted, (
        f"{when}: expected the spoon to be rinsed {_times(wanted)}; it was rinsed {_times(len(rinsed))}"
    )
    assert float(ended.start) < after + rinse_s + 1e-4, (
        f"{when}: expected cook to end by {after + rinse_s:.4f} s; it ended at {ended.start:.4f} s"
    )
    for rinse in rinsed:
        assert float(rinse.end) <= float(ended.start), f"{when}: cook ended before the spoon had been rinsed"


def spoon(turns: Iterator[int], turn_s: float, error: Exception | None, unstirred: int) -> Double:
    """Turns with the spoon, one of which may fail; after many of them it stops, and the run with it."""
    counted: list[int] = []

    def delay() -> float:
        counted.append(next(turns))
        return turn_s if counted[-1] < MOST else 5000.0

    return double("stir", delay=delay, raises=lambda: error if counted[-1] == unstirred else None)


def check_stirring(trace: Trace, end: float, turn_s: float, when: str) -> float:
    """One turn after the other until ``end``, no longer; when the last one ended."""
    stirred = trace.calls("stir")
    assert len(stirred) < MOST, f"{when}: expected the stirring to end at {end:.4f} s; it never ended"
    assert stirred or end < 1e-4, f"{when}: expected the jam to be stirred; stir was never called"
    for nth, turn in enumerate(stirred):
        assert abs(float(turn.start) - nth * turn_s) < 1e-4, (
            f"{when}: expected turn {nth + 1} at {nth * turn_s:.4f} s; it began at {turn.start:.4f} s"
        )
        assert float(turn.end) < end + 1e-4, (
            f"{when}: expected the stirring to end at {end:.4f} s; turn {nth + 1} went on until {turn.end:.4f} s"
        )
    last = float(stirred[-1].end) if stirred else 0.0
    assert last > end - 1e-4, f"{when}: expected stirring until {end:.4f} s; it ended at {last:.4f} s"
    return last


def _errors(errors: Sequence[tuple[str, ...]]) -> str:
    return ", ".join(": ".join(filter(None, each)) for each in errors) or "nothing"


def _seconds(times: list[float]) -> str:
    return ", ".join(f"{each:g}" for each in times) + " s"


def _times(count: int) -> str:
    return {0: "0 times", 1: "once", 2: "twice"}.get(count, f"{count} times")
