"""bare_except: a retry loop retries what went wrong, and a cancellation is none of that."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, points, record

READING = f"{fresh.number(1, 60)} knots, {fresh.word()}"
# Real runs get them in random order; under virtual time the same schedule has to have the same outcome.
REASONS: list[Exception] = [
    ConnectionError("no echo"),
    ValueError("bad checksum"),
    TimeoutError("waves"),
    OSError("low power"),
    KeyError("channel"),
    RuntimeError("antenna"),
]
SHUFFLED = fresh.shuffled(REASONS)
WAIT = double("wait", delay=lambda seconds: seconds)


def radio(delay: float, failures: int, reasons: Sequence[Exception]) -> Double:
    """transmit, which fails so many times, each time for another reason."""
    return double(
        "transmit",
        delay=delay,
        raises=lambda _, attempt: reasons[attempt % len(reasons)] if attempt <= failures else None,
    )


def cancelled(after: float, stay: float) -> dict[str, Any]:
    return {"reading": READING, "after": after, "stay": stay}


as_it_is = record(None)
# Six failures: every reason once.
retried = record("deliver", READING, world={"PAUSE": 0.2, "transmit": radio(0.1, 6, SHUFFLED)})
# Cancelled in the middle of the second attempt, which would succeed; and in the middle of the pause behind the first.
# A third attempt would be through before the first of them is over. Both see the first attempt fail for the same
# reason in every session: who does not retry that one has the same points whenever it is judged.
attempting = record(
    "cancelled",
    WAIT,
    scenario=True,
    params=cancelled(0.9, 0.9),
    world={"PAUSE": 0.2, "transmit": radio(0.5, 1, REASONS)},
)
pausing = record(
    "cancelled",
    WAIT,
    scenario=True,
    params=cancelled(0.5, 1.0),
    world={"PAUSE": 1.0, "transmit": radio(0.2, 9, REASONS)},
)


def ended(trace: Trace) -> str:
    """How deliver ended after the cancellation, for people."""
    cancel, end = trace.notes("cancel")[0], trace.notes("ended")[0]
    return f"cancelled at {cancel.at:.2f} s, deliver {end.value} at {end.at:.2f} s"


@points(1, "the program gives up after 1.3 s", public=True)
def test_program(as_it_is: Trace, attempting: Trace) -> None:
    assert as_it_is.lines == ["attempt 1 failed", "attempt 2 failed", "attempt 3 failed", "no contact today"]
    assert 1.1 < as_it_is.elapsed < 1.8
    calls = len(attempting.calls("transmit"))
    assert calls == 2, (
        f"here it gives up, but {ended(attempting)}, after {calls} attempts; it was cancelled in the second"
    )
    assert attempting.notes("ended")[0].value == "was cancelled", f"here it gives up, but {ended(attempting)}"


@points(1, "every failure is followed by another attempt, after PAUSE")
def test_retries(retried: Trace) -> None:
    calls = retried.calls("transmit")
    assert [call.args for call in calls] == [(READING, attempt) for attempt in range(1, 8)], (
        f"{len(calls)} attempts were made; the seventh is the first to succeed"
    )
    assert retried.returned == 7
    assert retried.lines == [f"attempt {attempt} failed" for attempt in range(1, 7)]
    for attempt, (call, following) in enumerate(pairwise(calls), start=1):
        pause = following.start - call.end
        assert pause > 0.1, f"after attempt {attempt} the pause was {pause:.2f} s, expected 0.20 s"
    assert retried.elapsed < 1.9 + 0.4


@points(1, "an attempt under way is cancelled, and no other follows", means="swallowed-cancellation")
def test_stops(attempting: Trace) -> None:
    calls = attempting.calls("transmit")
    assert len(calls) == 2, f"{ended(attempting)}, after {len(calls)} attempts; the cancellation came during the second"
    assert calls[1].outcome == "cancelled", f"{ended(attempting)}, and attempt 2 went on to its end"
    late = calls[1].end - attempting.notes("cancel")[0].at
    assert late < 0.4, f"attempt 2 was cancelled {late:.2f} s late"
    assert attempting.lines == ["attempt 1 failed"]


@points(1, "a cancellation during the pause ends it as well", means="swallowed-cancellation")
def test_pause(pausing: Trace) -> None:
    calls = len(pausing.calls("transmit"))
    assert calls == 1, f"{ended(pausing)}, after {calls} attempts; the cancellation came before the second"
    late = pausing.notes("ended")[0].at - pausing.notes("cancel")[0].at
    assert late < 0.45, f"{ended(pausing)}"


@points(1, "whoever cancels deliver is told that it was cancelled", means="swallowed-cancellation")
def test_told(attempting: Trace, pausing: Trace) -> None:
    for trace in (attempting, pausing):
        end = trace.notes("ended")[0]
        assert end.value == "was cancelled", ended(trace)


@points(1, "whenever it comes, the cancellation ends deliver")
@given(delay=st.integers(1, 3), pause=st.integers(1, 3), failures=st.integers(0, 4), after=st.integers(0, 20))
def test_any_moment(virtual: Virtual, delay: int, pause: int, failures: int, after: int) -> None:
    cancelled_at = after + 0.5
    trace = virtual(
        "cancelled",
        WAIT,
        scenario=True,
        params=cancelled(cancelled_at, 30.0),
        world={"PAUSE": float(pause), "transmit": radio(float(delay), failures, REASONS)},
    )
    when = f"when attempts take {delay} s, pauses {pause} s, {failures} fail, and it is cancelled at {cancelled_at} s"
    delivered_at = (delay + pause) * failures + delay
    end = trace.notes("ended")[0]
    expected = "returned" if delivered_at < cancelled_at else "was cancelled"
    assert end.value == expected, f"{when}: deliver {end.value} at {end.at:g} s; expected that it {expected}"
    attempts = min(failures + 1, int(cancelled_at // (delay + pause)) + 1)
    calls = len(trace.calls("transmit"))
    assert calls == attempts, f"{when}: {calls} attempts were made; expected {attempts}"
    failed = len([call for call in trace.calls("transmit") if call.outcome == "raised"])
    lines = [f"attempt {attempt} failed" for attempt in range(1, failed + 1)]
    assert trace.lines == lines, f"{when}: printed {len(trace.lines)} lines; {failed} attempts have failed"
