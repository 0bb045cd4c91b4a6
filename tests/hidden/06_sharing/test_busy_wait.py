"""busy_wait: wait to be told, do not look again and again."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Span, Trace, Virtual, double, fresh, points, record

# Seconds below the horizon, above it; and who comes when. The second message comes shortly before the satellite rises:
# who looks twice a second looks again when it has set.
BELOW, ABOVE = [0.3, 0.4], [0.25, 0.35]
WORDS = fresh.words(4)
COMES = dict(zip(WORDS, [0.0, 0.2, 0.42, 0.75], strict=True))


def station(below: Sequence[float], above: Sequence[float], comes: dict[str, float], send: float) -> dict[str, object]:
    return {
        "PASSES": len(below),
        "MESSAGES": [[message, seconds] for message, seconds in comes.items()],
        "rises": double("rises", delay=lambda number: below[number]),
        "sets": double("sets", delay=lambda number: above[number]),
        "transmit": double("transmit", delay=send),
    }


as_it_is = record(None, deadline_s=3.0)
sent = record("main", world=station(BELOW, ABOVE, COMES, 0.1), deadline_s=4.0)


def transmissions(trace: Trace, messages: Sequence[str]) -> dict[str, Span]:
    found = {message: trace.call("transmit", message) for message in messages}
    for message, span in found.items():
        assert span.outcome == "replied", f"{message} was being sent and was given up"
    return found


def below_horizon(trace: Trace, span: Span) -> bool:
    """Whether this transmission began outside every pass."""
    return not any(
        rise.end <= span.start <= fall.end
        for rise, fall in zip(trace.calls("rises"), trace.calls("sets"), strict=False)
    )


@points(1, "the program sends three messages at the times that it says", public=True)
def test_program(as_it_is: Trace, sent: Trace) -> None:
    assert as_it_is.lines == ["weather sent", "orbit sent", "photo sent"]
    assert as_it_is.at("weather sent") < 0.65
    assert 0.9 < as_it_is.at("photo sent") < 1.35
    assert 1.14 < as_it_is.elapsed < 1.65
    for message, span in transmissions(sent, WORDS[:2]).items():
        late = span.start - sent.calls("rises")[0].end
        assert late < 0.4, (
            f"here they come in time, but {message}, there before a satellite that rises at {BELOW[0]} s, "
            f"is sent at {span.start:.2f} s"
        )


@points(2, "nothing is sent while the satellite is below the horizon")
def test_below(sent: Trace) -> None:
    for message, span in transmissions(sent, WORDS).items():
        assert not below_horizon(sent, span), f"{message} was sent at {span.start:.2f} s, below the horizon"


@points(2, "a message goes out as soon as it can", means="polling")
def test_soon(sent: Trace) -> None:
    rises = sent.calls("rises")
    assert len(rises) == len(BELOW), f"the satellite was awaited {len(rises)} times; it rises {len(BELOW)} times"
    # Three of them wait for a rise, one comes during the first pass.
    since = dict(zip(WORDS, [rises[0].end, rises[0].end, COMES[WORDS[2]], rises[1].end], strict=True))
    for message, span in transmissions(sent, WORDS).items():
        late = span.start - since[message]
        assert late < 0.35, f"{message} could go out at {since[message]:.2f} s, but did at {span.start:.2f} s"


# Passes begin after whole seconds and messages come on half seconds. Some passes are so short that who looks every
# hundredth of a second misses them, some waits so long that who looks without a pause never gets through them.
@points(3, "however long the wait, however short the pass: at that very moment", means="polling")
@settings(max_examples=30)
@given(
    short=st.lists(st.tuples(st.integers(5, 15), st.sampled_from([0.001, 1.0, 4.0])), max_size=2),
    last=st.integers(5, 15),
    times=st.lists(st.integers(0, 44), min_size=1, max_size=4),
)
def test_any_passes(virtual: Virtual, short: list[tuple[int, float]], last: int, times: list[int]) -> None:
    passes = [*short, (last, 4.0)]  # who misses the short ones comes to an end, late
    spans = []
    now = 0.0
    for below, above in passes:
        spans.append((now + below, now + below + above))
        now += below + above
    comes = {f"message-{n}": time % int(spans[-1][0]) + 0.5 for n, time in enumerate(times, start=1)}
    trace = virtual("main", world=station([float(low) for low, _ in passes], [high for _, high in passes], comes, 0.0))
    when = "when the satellite is up " + ", ".join(f"from {rise:g} to {fall:g} s" for rise, fall in spans)
    for message, span in transmissions(trace, list(comes)).items():
        rise, _ = next(each for each in spans if comes[message] < each[1])
        expected = max(rise, comes[message])
        # A tenth of a millisecond: nobody who looks now and then is always that lucky.
        assert abs(span.start - expected) < 1e-4, (
            f"{when}: {message}, there from {comes[message]:g} s on, was sent at {span.start:.4f} s; "
            f"expected at {expected:g} s"
        )
    assert trace.elapsed < now + 0.001, f"{when}: the last pass is over at {now:g} s; it took {trace.elapsed:g} s"
