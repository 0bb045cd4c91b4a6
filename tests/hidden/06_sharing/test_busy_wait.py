"""busy_wait: wait for a signal instead of checking again and again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.suite import Span, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("PASSES", "MESSAGES", "rises", "sets", "transmit")


@dataclass(frozen=True)
class Message:
    """When a message comes and how long its transmission takes, in seconds."""

    comes: float
    takes: float


def station(below: Sequence[float], above: Sequence[float], messages: Mapping[str, Message]) -> dict[str, object]:
    return {
        "PASSES": len(below),
        "MESSAGES": [[text, message.comes] for text, message in messages.items()],
        "rises": double("rises", delay=lambda number: below[number]),
        "sets": double("sets", delay=lambda number: above[number]),
        "transmit": double("transmit", delay=lambda text: messages[text].takes),
    }


# Seconds below and above the horizon: it is up from 0.6 to 0.95 s and from 1.3 to 1.65 s. A program that checks
# twice a second, from 0.0 or 0.05 s on, finds it down at 0.5 and at 1.0 s.
BELOW, ABOVE = [0.6, 0.35], [0.35, 0.35]
WORDS = fresh.words(4)
MESSAGES = {
    WORDS[0]: Message(0.0, 0.1),
    WORDS[1]: Message(0.05, 0.1),
    WORDS[2]: Message(0.75, 0.1),  # during the first pass
    WORDS[3]: Message(1.05, 0.1),
}

as_it_is = record(None, deadline_s=3.0)
sent = record("main", world=station(BELOW, ABOVE, MESSAGES), deadline_s=4.5)


def transmissions(trace: Trace, messages: Mapping[str, Message], when: str = "") -> dict[str, Span]:
    """The one transmission of each message; none was cancelled."""
    found = {text: trace.call("transmit", text) for text in messages}
    for text, span in found.items():
        assert span.outcome == "replied", f"{when}main returned or cancelled {text} while it was being transmitted"
        trace.at(f"{text} sent")
    assert len(trace.calls("transmit")) == len(found), f"{when}something was transmitted that is not in MESSAGES"
    return found


def check_passes(trace: Trace, number: int, when: str = "") -> None:
    over = [fall for fall in trace.calls("sets") if fall.outcome == "replied"]
    assert len(over) == number, f"{when}the satellite was followed through {len(over)} passes; expected {number}"


@points(1, "the three lines come at the times shown", public=True)
def test_program(as_it_is: Trace, sent: Trace) -> None:
    assert as_it_is.lines == ["weather sent", "orbit sent", "photo sent"]
    assert as_it_is.at("weather sent") < 0.65
    assert as_it_is.at("photo sent") < 1.35
    rise = sent.call("rises", 0).end
    for text in WORDS[:2]:
        start = transmissions(sent, MESSAGES)[text].start
        assert start - rise < 0.4, (
            f"with the passes of the file the lines come in time; but with a satellite that rises at {BELOW[0]} s, "
            f"{text}, which came at {MESSAGES[text].comes} s, was transmitted at {start:.2f} s"
        )


@points(2, "no transmission begins while the satellite is below the horizon")
def test_below(sent: Trace) -> None:
    passes = list(zip(sent.calls("rises"), sent.calls("sets"), strict=False))
    for text, span in transmissions(sent, MESSAGES).items():
        assert any(rise.end <= span.start <= fall.end for rise, fall in passes), (
            f"{text} was transmitted at {span.start:.2f} s, when the satellite was below the horizon"
        )


@points(2, "each message is transmitted once, as soon as the satellite is up", means="polling")
def test_soon(sent: Trace) -> None:
    first, second = (sent.call("rises", number).end for number in range(len(BELOW)))
    since = dict(zip(WORDS, [first, first, MESSAGES[WORDS[2]].comes, second], strict=True))
    for text, span in transmissions(sent, MESSAGES).items():
        late = span.start - since[text]
        assert late < 0.35, (
            f"{text} came at {MESSAGES[text].comes} s; expected its transmission at {since[text]:.2f} s, "
            f"it began at {span.start:.2f} s"
        )


# All moments lie off every grid, so that a program which checks every hundredth of a second is late or misses a pass,
# and waits are so long that one which checks every tenth of a millisecond does not come to an end.
SOME_OF_IT = st.sampled_from([0.2137, 0.5319, 0.8713])
# The last pass is long: a program that misses the others comes to an end, late.
BELOW_S = st.builds(sum, st.tuples(st.integers(5, 15), SOME_OF_IT))
PASSES = st.builds(
    lambda short, below: [*short, (below, 4.1713)],
    st.lists(st.tuples(BELOW_S, st.sampled_from([0.0004, 0.0137, 1.0371, 4.1713])), max_size=2),
    BELOW_S,
)
COMES = st.tuples(st.integers(0, 2), st.sampled_from(["before", "before", "during"]), SOME_OF_IT)
TAKES = st.sampled_from([0.0, 0.0, 0.2719, 3.3137, 31.7131])


def schedule(passes: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """When the satellite rises and sets, from the seconds below and above the horizon."""
    spans, now = [], 0.0
    for below, above in passes:
        spans.append((now + below, now + below + above))
        now += below + above
    return spans


def told(spans: Sequence[tuple[float, float]], messages: Mapping[str, Message]) -> str:
    up = " and ".join(f"from {rise:g} to {fall:g} s" for rise, fall in spans)
    long = "".join(f", {text} takes {message.takes:g} s" for text, message in messages.items() if message.takes)
    return f"when the satellite is up {up}{long}: "


@points(2, "for any passes and messages, each is transmitted at its moment", means="polling")
@settings(max_examples=40)
@given(
    passes=PASSES,
    drawn=st.lists(st.tuples(COMES, TAKES), min_size=1, max_size=4),
)
def test_any_passes(
    virtual: Virtual,
    passes: list[tuple[float, float]],
    drawn: list[tuple[tuple[int, str, float], float]],
) -> None:
    below, above = [low for low, _ in passes], [high for _, high in passes]
    spans = schedule(passes)
    messages = {}
    expected = {}
    for number, ((which, phase, fraction), takes) in enumerate(drawn, start=1):
        rise, fall = spans[which % len(spans)]
        comes = rise + fraction * (fall - rise)
        expected[f"message-{number}"] = comes if phase == "during" else rise
        if phase == "before":
            comes = rise - fraction * below[which % len(spans)]
        messages[f"message-{number}"] = Message(comes, takes)
    trace = virtual("main", world=station(below, above, messages))
    when = told(spans, messages)
    for text, span in transmissions(trace, messages, when).items():
        # A tenth of a millisecond: nothing that checks now and then is always that lucky.
        assert abs(span.start - expected[text]) < 1e-4, (
            f"{when}{text}, which came at {messages[text].comes:.4f} s, was transmitted at {span.start:.4f} s; "
            f"expected at {expected[text]:.4f} s"
        )
        line = trace.at(f"{text} sent")
        assert abs(line - span.end) < 1e-4, (
            f"{when}the transmission of {text} ended at {span.end:.4f} s; its line was printed at {line:.4f} s"
        )


@points(1, "main returns when all messages are sent and the last pass is over")
@settings(max_examples=20)
@given(
    passes=PASSES,
    takes=TAKES,
    which=st.integers(0, 2),
)
@example(passes=[(5.2137, 4.1713)], takes=31.7131, which=0)
def test_end(virtual: Virtual, passes: list[tuple[float, float]], takes: float, which: int) -> None:
    below, above = [low for low, _ in passes], [high for _, high in passes]
    spans = schedule(passes)
    rise, last = spans[which % len(spans)][0], spans[-1][1]
    messages = {"photo": Message(0.0, 0.0), "letter": Message(rise + 1e-4, takes)}
    trace = virtual("main", world=station(below, above, messages))
    when = told(spans, messages)
    transmissions(trace, messages, when)
    check_passes(trace, len(spans), when)
    end = max(last, *(float(span.end) for span in trace.calls("transmit")))
    assert abs(trace.elapsed - end) < 1e-3, f"{when}main returned at {trace.elapsed:.3f} s; expected at {end:.3f} s"
