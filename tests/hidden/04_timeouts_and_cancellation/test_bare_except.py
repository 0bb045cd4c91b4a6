"""bare_except: a retry loop retries after an error; a cancellation is not an error."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, counted, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("PATIENCE", "PAUSE", "FAILURES", "transmit", "main")

READING = f"{fresh.number(1, 60)} knots, {fresh.token()}"
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


def radio(delays: Sequence[float], reasons: Sequence[Exception]) -> Double:
    """transmit, whose attempts take these seconds and fail, each for another reason; the last one succeeds."""

    def seconds(_: str, attempt: int) -> float:
        return delays[min(attempt, len(delays)) - 1]

    def raises(_: str, attempt: int) -> Exception | None:
        return reasons[attempt % len(reasons)] if attempt < len(delays) else None

    return double("transmit", delay=seconds, raises=raises)


def cancelled(after: float, stay: float) -> dict[str, Any]:
    return {"reading": READING, "after": after, "stay": stay}


as_it_is = record(None)
# Six failures: every reason once.
retried = record("deliver", READING, world={"PAUSE": 0.2, "transmit": radio([0.1] * 7, SHUFFLED)})
# Cancelled in the middle of the second attempt, which would succeed; and in the middle of the pause after the first.
# In both the first attempt fails for the same reason in every session: a program that does not retry that reason loses
# the same points whenever it is judged.
attempting = record(
    "cancelled",
    WAIT,
    scenario=True,
    params=cancelled(0.95, 0.9),
    world={"PAUSE": 0.2, "transmit": radio([0.3, 0.9], REASONS)},
)
pausing = record(
    "cancelled",
    WAIT,
    scenario=True,
    params=cancelled(0.7, 0.9),
    world={"PAUSE": 1.0, "transmit": radio([0.2] * 3, REASONS)},
)


ENDS = {"was cancelled": "end as cancelled", "returned": "return"}


def ended(trace: Trace) -> str:
    """How deliver ended after the cancellation, for people."""
    cancel, end = trace.notes("cancel")[0], trace.notes("ended")[0]
    return f"cancelled at {cancel.at:.2f} s, deliver {end.value} at {end.at:.2f} s"


@points(1, "the program gives up after PATIENCE seconds", public=True)
def test_program(as_it_is: Trace, attempting: Trace) -> None:
    assert as_it_is.lines == ["attempt 1 failed", "attempt 2 failed", "no contact today"]
    assert 1.1 < as_it_is.elapsed < 1.8
    calls = len(attempting.calls("transmit"))
    assert calls == 2, (
        f"the program gives up, but when deliver is cancelled during its second attempt, it makes {calls}: "
        f"{ended(attempting)}"
    )
    assert attempting.notes("ended")[0].value == "was cancelled", f"the program gives up, but {ended(attempting)}"


@points(1, "every failure is printed and followed by another attempt, after PAUSE")
def test_retries(retried: Trace) -> None:
    calls = retried.calls("transmit")
    assert [call.args for call in calls] == [(READING, attempt) for attempt in range(1, 8)], (
        f"expected attempts 1 to 7, of which the last succeeds; there were {len(calls)}"
    )
    assert retried.returned == 7
    assert retried.lines == [f"attempt {attempt} failed" for attempt in range(1, 7)]
    for attempt, (call, following) in enumerate(pairwise(calls), start=1):
        pause = following.start - call.end
        assert pause > 0.1, f"the pause after attempt {attempt} was {pause:.2f} s; expected 0.20 s"
    assert retried.elapsed < 1.9 + 0.5


@points(1, "a cancellation during an attempt cancels it, and no other follows", means="swallowed-cancellation")
def test_stops(attempting: Trace) -> None:
    calls = attempting.calls("transmit")
    assert len(calls) == 2, (
        f"{ended(attempting)}, after {counted(len(calls), 'attempt')}; it was cancelled during the second"
    )
    assert calls[1].outcome == "cancelled", f"{ended(attempting)}, but attempt 2 was not cancelled"
    late = calls[1].end - attempting.notes("cancel")[0].at
    assert late < 0.4, f"attempt 2 was cancelled {late:.2f} s too late"
    assert attempting.lines == ["attempt 1 failed"]


@points(1, "a cancellation during the pause ends deliver at once", means="swallowed-cancellation")
def test_pause(pausing: Trace) -> None:
    calls = len(pausing.calls("transmit"))
    assert calls == 1, f"{ended(pausing)}, after {counted(calls, 'attempt')}; it was cancelled before the second"
    late = pausing.notes("ended")[0].at - pausing.notes("cancel")[0].at
    assert late < 0.45, f"{ended(pausing)}"


@points(1, "deliver ends as cancelled when it is cancelled", means="swallowed-cancellation")
def test_told(attempting: Trace, pausing: Trace) -> None:
    for trace in (attempting, pausing):
        end = trace.notes("ended")[0]
        assert end.value == "was cancelled", f"{ended(trace)}; expected it to end as cancelled"


# No sum of these falls on a round number: a loop that looks now and then whether it is cancelled is late.
LENGTHS = st.integers(0, 200).map(lambda n: round(n * 0.01371 + 0.00019, 6)) | st.just(0.0)


@points(1, "whenever a cancellation comes, deliver ends at that moment")
@given(
    delays=st.lists(LENGTHS, min_size=1, max_size=5), pause=LENGTHS, phase=st.integers(0, 9), share=st.integers(1, 99)
)
def test_any_moment(virtual: Virtual, delays: list[float], pause: float, phase: int, share: int) -> None:
    phases = [length for delay in delays for length in (delay, pause)][:-1]
    if phase < len(phases):
        assume(phases[phase] > 0)
        cancelled_at = sum(phases[:phase]) + phases[phase] * share / 100
    else:
        cancelled_at = sum(phases) + share / 100  # it has returned by then
    trace = virtual(
        "cancelled",
        WAIT,
        scenario=True,
        params=cancelled(cancelled_at, 20.0),
        world={"PAUSE": pause, "transmit": radio(delays, REASONS)},
    )
    when = (
        f"when attempts take {', '.join(f'{delay:.2f} s' for delay in delays)} (the last one succeeds), PAUSE is "
        f"{pause:.2f} s and deliver is cancelled after {cancelled_at:.2f} s"
    )
    end = trace.notes("ended")[0]
    expected, ends_at = ("was cancelled", cancelled_at) if phase < len(phases) else ("returned", sum(phases))
    assert end.value == expected, f"{when}: deliver {end.value} at {end.at:.2f} s; expected it to {ENDS[expected]}"
    calls = trace.calls("transmit")
    attempts = min(phase // 2 + 1, len(delays))
    assert len(calls) == attempts, f"{when}: expected {counted(attempts, 'attempt')}; there were {len(calls)}"
    starts = [sum(phases[: 2 * number]) for number in range(attempts)]
    late, message = latest(
        (abs(call.start - start), f"{when}: attempt {number} began at {call.start:.2f} s; expected {start:.2f} s")
        for number, (call, start) in enumerate(zip(calls, starts, strict=True), start=1)
    )
    assert late < 1e-4, message
    if expected == "was cancelled":
        assert abs(end.at - ends_at) < 1e-4, f"{when}: deliver ended at {end.at:.4f} s; expected {ends_at:.4f} s"
        assert calls[-1].end < cancelled_at + 1e-4, f"{when}: attempt {attempts} went on until {calls[-1].end:.2f} s"
    failed = sum(call.outcome == "raised" for call in calls)
    lines = [f"attempt {attempt} failed" for attempt in range(1, failed + 1)]
    assert trace.lines == lines, (
        f"{when}: {counted(failed, 'attempt')} failed, but {counted(len(trace.lines), 'line')} came"
    )
