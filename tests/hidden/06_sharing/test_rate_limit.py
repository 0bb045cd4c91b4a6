"""rate_limit: a token bucket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.record.trace import Raised
from grader.suite import Span, Trace, Virtual, counted, double, fresh, latest, points, record, times

LEAVE_ALONE: tuple[str, ...] = ("BURST", "EVERY", "MESSAGES", "send")


@dataclass(frozen=True)
class Message:
    """When a message comes, and how long it takes to send it (seconds)."""

    comes: float
    send: float
    fails: type[ConnectionError] | None = None


def gateway(burst: int, every: float, messages: Mapping[str, Message]) -> dict[str, object]:
    return {
        "BURST": burst,
        "EVERY": every,
        "MESSAGES": [[text, message.comes] for text, message in messages.items()],
        "send": double(
            "send",
            delay=lambda text: messages[text].send,
            raises=lambda text: error("no such number") if (error := messages[text].fails) else None,
        ),
    }


def expected(burst: int, every: float, comes: Sequence[float]) -> list[float]:
    """When messages are handed over that come at these times (in order)."""
    starts = []
    full = 0.0  # when the bucket will be full again
    for at in comes:
        start = max(at, full - (burst - 1) * every)
        full = max(full, start) + every
        starts.append(start)
    return starts


def handed_over(trace: Trace, messages: Mapping[str, Message]) -> list[Span]:
    """Each message's call, in the order in which they come; those that come together as they were handed over."""
    calls = {text: trace.call("send", text) for text in messages}
    return sorted(calls.values(), key=lambda call: (messages[call.args[0]].comes, float(call.start)))


def check_limit(calls: Sequence[Span], burst: int, every: float, slack: float, when: str = "", least: int = 1) -> None:
    """No stretch of time contains too many calls; one with fewer than ``least`` beyond a burst is not looked at."""
    starts = sorted((call.start for call in calls), key=float)
    for (first, start), (last, end) in combinations(enumerate(starts), 2):
        count, stretch = last - first + 1, end - start
        # This many calls beyond a burst need this much time. Written so that the noise of a recording is seen.
        if count >= burst + least:
            assert stretch > (count - burst) * every - slack, (
                f"{when}send was called {times(count)} within {stretch:.2f} s (from {start:.2f} to {end:.2f} s); "
                f"expected at most {counted(burst, 'call')}, and one more for every {every:g} s"
            )


def outcome(text: str, message: Message) -> str:
    return f"{text}: {'failed' if message.fails else 'sent'}"


BURST, EVERY = 4, 0.3
WORDS = fresh.words(9)
MESSAGES = {
    text: Message(0.0 if n < 6 else 1.55, send, ConnectionError if n == 1 else None)
    # The third is complete soon, while the fifth and the sixth still have to wait.
    for n, (text, send) in enumerate(zip(WORDS, [0.7, 0.3, 0.1, *fresh.delays(6, 0.2, 0.8, 0.1)], strict=True))
}
STARTS = dict(zip(WORDS, expected(BURST, EVERY, [message.comes for message in MESSAGES.values()]), strict=True))
# A program that lets all go at once is two whole steps too fast for the fifth and the sixth; a single step is less than
# a busy machine can be late, so smaller differences are judged under virtual time.
SLACK_S = 1.5 * EVERY
GRADED = f"with a burst of {BURST}, one more every {EVERY} s and {len(WORDS)} messages, "

as_it_is = record(None)
sent = record("main", world=gateway(BURST, EVERY, MESSAGES))


@points(1, "all eight messages are sent, at the times shown", public=True)
def test_program(as_it_is: Trace, sent: Trace) -> None:
    assert sorted(as_it_is.lines) == [f"{text}: sent" for text in "abcdefgh"]
    assert as_it_is.elapsed < 1.8
    calls = handed_over(sent, MESSAGES)
    check_limit(calls, BURST, EVERY, SLACK_S, f"the file's eight messages are sent; but {GRADED}", least=2)
    late, text = max(
        ((call.start - start, call.args[0]) for call, start in zip(calls, STARTS.values(), strict=True)),
        key=lambda each: float(each[0]),
    )
    assert late < 0.45, (
        f"the file's eight messages are sent; but {GRADED}{text} is handed to send {late:.2f} s later than it could be"
    )


@points(2, "no stretch of time contains more calls of send than allowed")
def test_limit(sent: Trace) -> None:
    check_limit(handed_over(sent, MESSAGES), BURST, EVERY, SLACK_S, GRADED, least=2)


@points(2, "each message is handed to send as early as the limit allows")
def test_pace(sent: Trace) -> None:
    late, message = latest(
        (
            call.start - start,
            f"{GRADED}{call.args[0]} could be handed to send at {start:.2f} s; it was at {call.start:.2f} s",
        )
        for call, start in zip(handed_over(sent, MESSAGES), STARTS.values(), strict=True)
    )
    assert late < 0.45, message


@points(1, "a message that takes long or fails is reported when its call ends")
def test_outcomes(sent: Trace) -> None:
    reports = [(call, sent.at(outcome(call.args[0], MESSAGES[call.args[0]]))) for call in handed_over(sent, MESSAGES)]
    late, message = latest(
        (told - call.end, f"send({call.args[0]}) ended at {call.end:.2f} s; its line was printed at {told:.2f} s")
        for call, told in reports
    )
    assert late < 0.4, message


# All moments lie off every grid, so that a program that checks every hundredth of a second is late.
GAPS = st.sampled_from([0.0, 0.0, 0.12731, 0.62173, 2.07137, 9.13719])
SENDING = st.sampled_from([0.0, 0.31371, 4.17139])
FAILS = st.sampled_from([None, None, ConnectionError, ConnectionResetError])


@points(1, "for any messages and any limit, each is sent at its earliest moment")
# Chance does not always find two mistakes: each message counts by itself, and the last message goes first.
@example(burst=2, every=0.51371, drawn=[(0.0, 0.0, None)] * 5)
@example(burst=1, every=0.51371, drawn=[(0.0, 0.0, None), *[(0.12731, 0.0, None)] * 3])
@given(
    burst=st.integers(1, 4),
    every=st.sampled_from([0.25193, 0.51371, 1.53117]),
    drawn=st.lists(st.tuples(GAPS, SENDING, FAILS), min_size=1, max_size=9),
)
def test_any_messages(
    virtual: Virtual, burst: int, every: float, drawn: list[tuple[float, float, type[ConnectionError] | None]]
) -> None:
    messages, now = {}, 0.0
    for number, (gap, send, fails) in enumerate(drawn, start=1):
        now += gap
        messages[f"message-{number}"] = Message(now, send, fails)
    trace = virtual("main", world=gateway(burst, every, messages))
    calls = handed_over(trace, messages)
    comes = [message.comes for message in messages.values()]
    moments = ", ".join(f"{at:g}" for at in comes)
    when = f"when {burst} may go at once and one more every {every:g} s, and messages come at {moments} s: "
    check_limit(calls, burst, every, 1e-4, when)
    for earlier, later in pairwise(calls):
        assert earlier.start <= later.start, f"{when}{later.args[0]} overtook {earlier.args[0]}, which came before it"
    for call, start in zip(calls, expected(burst, every, comes), strict=True):
        text = call.args[0]
        assert abs(call.start - start) < 1e-4, (
            f"{when}{text} was handed to send at {call.start:.4f} s; expected at {start:.4f} s"
        )
        message = messages[text]
        assert call.outcome == ("raised" if message.fails else "replied"), f"{when}send({text}) was cancelled"
        told = trace.at(outcome(text, message))
        ends = call.start + message.send
        assert abs(told - ends) < 1e-4, (
            f"{when}send({text}) ended at {ends:.4f} s; its line was printed at {told:.4f} s"
        )
    end = max(float(call.end) for call in calls)
    assert abs(trace.elapsed - end) < 1e-3, f"{when}main returned at {trace.elapsed:.3f} s; expected at {end:.3f} s"


@points(1, "messages are handed to send in the order in which they come")
@settings(max_examples=30)
@given(
    burst=st.integers(1, 3),
    every=st.sampled_from([0.25193, 0.51371]),
    waiting=st.integers(1, 4),
    which=st.integers(0, 3),
)
def test_order(virtual: Virtual, burst: int, every: float, waiting: int, which: int) -> None:
    comes = [0.0131 * n for n in range(burst + waiting)]
    # The next message is due while the event loop is held up, shortly before the limit allows one of those that wait.
    allowed = expected(burst, every, comes)[burst + which % waiting]
    comes = sorted([*comes, allowed - 0.0213])
    messages = {f"message-{number}": Message(at, 0.0713) for number, at in enumerate(comes, start=1)}
    begins, seconds = allowed - 0.0417, 0.0731
    trace = virtual("beside_a_busy_neighbour", begins, seconds, scenario=True, world=gateway(burst, every, messages))
    moments = ", ".join(f"{at:.2f}" for at in comes)
    when = (
        f"when {burst} may go at once and one more every {every:g} s, messages come at {moments} s, and the event loop "
        f"is blocked from {begins:.2f} to {begins + seconds:.2f} s: "
    )
    handed_over(trace, messages)
    order = [call.args[0] for call in trace.calls("send")]
    for earlier, later in pairwise(order):
        assert messages[earlier].comes < messages[later].comes, (
            f"{when}{earlier} overtook {later}, which came before it"
        )


def errors(raised: Raised | None) -> set[str]:
    """The names of an error and, if it is a group, of all errors inside it (a TaskGroup raises a group)."""
    if raised is None:
        return set()
    return {raised.type}.union(*(errors(inner) for inner in raised.inner))


@points(1, "the program ends with any other error of send", means="caught-too-much")
@settings(max_examples=12)
@given(error=st.sampled_from([OSError, TimeoutError, ValueError, KeyError]))
def test_other_errors(virtual: Virtual, error: type[Exception]) -> None:
    world = gateway(1, 0.25193, {"letter": Message(0.13717, 0.0)})
    world["send"] = double("send", delay=0.13717, raises=error("broken"))
    trace = virtual("main", world=world, allow=("raise",))
    seen = f"it raised {trace.raised}".replace("raised Deadlock:", "never ended:")
    if trace.raised is None:
        seen = f"it returned, and printed {', '.join(trace.lines) or 'nothing'}"
    assert error.__name__ in errors(trace.raised), (
        f"when send raises {error.__name__}: expected main to raise {error.__name__}; {seen}"
    )
