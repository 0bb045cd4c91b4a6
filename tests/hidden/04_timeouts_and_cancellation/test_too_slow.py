"""too_slow: nobody waits longer than the limit, and a question that took too long is cancelled."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LINES = fresh.words(4)
LIMIT = fresh.number(90, 100) / 100
MINUTES = {line: fresh.number(1, 99) for line in LINES}
FIRST, UNKNOWN, SLOW, LAST = LINES
# The first and the last take longer than the program's own limit, and than half of this one. The third takes so long
# that whoever leaves it under way is still asking when the program ends.
DELAYS = {FIRST: 0.6, UNKNOWN: 0.2, SLOW: 1.9, LAST: 0.6}

as_it_is = record(None)
stop = record(
    "main",
    world={
        "LINES": LINES,
        "LIMIT": LIMIT,
        "ask": double(
            "ask",
            delay=lambda line: DELAYS[line],
            reply=lambda line: MINUTES[line],
            raises=lambda line: ConnectionError("no such line") if line == UNKNOWN else None,
        ),
    },
)


@points(1, "the program shows its four lines in about 1.3 s", public=True)
def test_program(as_it_is: Trace, stop: Trace) -> None:
    assert as_it_is.lines == ["line 4: 6 min", "line 9: no answer", "line 12: 2 min", "line 20: no answer"]
    assert 1.1 < as_it_is.elapsed < 1.8
    most = sum(min(seconds, LIMIT) for seconds in DELAYS.values())
    assert stop.elapsed < most + 0.4, (
        f"here it takes {as_it_is.elapsed:.2f} s, but with LIMIT at {LIMIT} s and answers after "
        f"{', '.join(f'{seconds:g}' for seconds in DELAYS.values())} s it takes {stop.elapsed:.2f} s; "
        f"expected {most:.2f} s"
    )
    slow = f"line {SLOW}: no answer"
    assert slow in stop.lines, (
        f"here the lines are right, but with an answer after {DELAYS[SLOW]} s {slow!r} is missing"
    )


@points(1, "every line is shown, with its answer or without one")
def test_lines(stop: Trace) -> None:
    shown = {line: f"{minutes} min" for line, minutes in MINUTES.items()}
    shown |= {UNKNOWN: "no answer", SLOW: "no answer"}
    assert stop.lines == [f"line {line}: {text}" for line, text in shown.items()]


@points(1, "the lines are asked about in turn, each once")
def test_in_turn(stop: Trace) -> None:
    asked = [call.args[0] for call in stop.calls("ask")]
    assert asked == LINES, f"asked about {', '.join(asked)}; expected {', '.join(LINES)}"
    started = sorted(float(call.start) for call in stop.calls("ask"))
    shown = 0.0
    for line, start in zip(LINES[:-1], started[1:], strict=True):
        shown += min(DELAYS[line], LIMIT)
        assert start > shown - 0.1, f"the line after {line} was asked about at {start:.2f} s, before {line} was through"


@points(1, "a question without an answer in time is cancelled")
def test_cancelled(stop: Trace) -> None:
    slow = stop.call("ask", SLOW)
    assert slow.outcome == "cancelled", f"the question about {SLOW} was never cancelled ({slow.outcome} at the end)"
    assert LIMIT - 0.1 < slow.seconds < LIMIT + 0.3


@points(2, "each line is shown when its answer is there, and after LIMIT at the latest")
@given(limit=st.integers(1, 4), answers=st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=5))
def test_any_delays(virtual: Virtual, limit: int, answers: list[tuple[int, bool]]) -> None:
    limit_s = limit + 0.5
    took = {f"L{n}": float(seconds) for n, (seconds, _) in enumerate(answers, start=1)}
    unknown = [line for line, (_, fails) in zip(took, answers, strict=True) if fails]
    world = {
        "LINES": list(took),
        "LIMIT": limit_s,
        "ask": double(
            "ask",
            delay=lambda line: took[line],
            reply=7,
            raises=lambda line: ConnectionError("no such line") if line in unknown else None,
        ),
    }
    trace = virtual("main", world=world)
    when = f"when LIMIT is {limit_s:g} s and answers take {', '.join(f'{seconds:g} s' for seconds in took.values())}"
    now = 0.0
    for line, seconds in took.items():
        now += min(seconds, limit_s)
        text = "no answer" if seconds > limit_s or line in unknown else "7 min"
        at = trace.at(f"line {line}: {text}")
        assert abs(at - now) < 0.1, f"{when}: line {line} was shown at {at:g} s; expected at {now:g} s"
