"""too_slow: no line waits longer than the limit, and a question that takes too long is cancelled."""

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, counted, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("LINES", "LIMIT", "SECONDS", "NEXT", "ask")

LINES = [str(number) for number in fresh.shuffled(range(1, 100))[:4]]
LIMIT = fresh.number(95, 100) / 100
MINUTES = {line: fresh.number(1, 99) for line in LINES}
FIRST, UNKNOWN, SLOW, LAST = LINES
# The first and the last take longer than half of LIMIT. The third takes so long that a program which leaves it under
# way is still asking when it ends.
DELAYS = {FIRST: 0.6, UNKNOWN: 0.2, SLOW: 1.9, LAST: 0.6}
WAIT = double("wait", delay=lambda seconds: seconds)

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
    assert stop.elapsed < most + 0.5, (
        f"the program takes {as_it_is.elapsed:.2f} s, but when LIMIT is {LIMIT} s and the answers take "
        f"{', '.join(f'{seconds:g} s' for seconds in DELAYS.values())}, main takes {stop.elapsed:.2f} s; "
        f"expected {most:.2f} s"
    )
    slow = f"line {SLOW}: no answer"
    assert slow in stop.lines, (
        f"the program shows the right lines, but with an answer after {DELAYS[SLOW]} s {slow!r} is missing"
    )


@points(1, "every line is shown, with its answer or with 'no answer'")
def test_lines(stop: Trace) -> None:
    shown = {line: f"{minutes} min" for line, minutes in MINUTES.items()}
    shown |= {UNKNOWN: "no answer", SLOW: "no answer"}
    assert stop.lines == [f"line {line}: {text}" for line, text in shown.items()]


@points(1, "each line is asked about once, one line after the other")
def test_in_turn(stop: Trace) -> None:
    asked = [call.args[0] for call in stop.calls("ask")]
    assert asked == LINES, f"expected questions about lines {', '.join(LINES)}; got {', '.join(asked) or 'none'}"
    started = sorted(float(call.start) for call in stop.calls("ask"))
    shown = 0.0
    for line, start in zip(LINES[:-1], started[1:], strict=True):
        shown += min(DELAYS[line], LIMIT)
        assert start > shown - 0.1, (
            f"the line after {line} was asked about at {start:.2f} s; expected at {shown:.2f} s, when {line} is shown"
        )


@points(1, "a question that is not answered in time is cancelled")
def test_cancelled(stop: Trace) -> None:
    slow = stop.call("ask", SLOW)
    assert slow.outcome == "cancelled", f"ask({SLOW}) was never cancelled; expected it to be after {LIMIT} s"
    assert LIMIT - 0.1 < slow.seconds < LIMIT + 0.45, (
        f"ask({SLOW}) was cancelled after {slow.seconds:.2f} s; expected {LIMIT} s"
    )


# No sum of these falls on a round number: a program that looks at the clock now and then is late.
LENGTHS = st.integers(0, 300).map(lambda n: round(n * 0.01371 + 0.00019, 6)) | st.just(0.0)
FAILURES = {"ConnectionError": ConnectionError("no such line"), "ConnectionResetError": ConnectionResetError("gone")}


@points(2, "each line is shown when its answer comes, and after LIMIT at the latest")
@given(
    limit=st.integers(5, 200).map(lambda n: round(n * 0.0173 + 0.00007, 6)),
    answers=st.lists(st.tuples(LENGTHS, st.sampled_from(["", "", *FAILURES])), min_size=1, max_size=5),
)
def test_any_delays(virtual: Virtual, limit: float, answers: list[tuple[float, str]]) -> None:
    assume(all(abs(seconds - limit) > 0.002 for seconds, _ in answers))
    took = {str(number): seconds for number, (seconds, _) in enumerate(answers, start=1)}
    fails = {str(number): failure for number, (_, failure) in enumerate(answers, start=1)}
    world = {
        "LINES": list(took),
        "LIMIT": limit,
        "ask": double(
            "ask",
            delay=lambda line: took[line],
            reply=lambda line: 7 + int(line),
            raises=lambda line: FAILURES.get(fails[line]),
        ),
    }
    trace = virtual("then_stay", WAIT, scenario=True, world=world)
    told = ", ".join(f"{seconds:.2f} s{f' ({fails[line]})' if fails[line] else ''}" for line, seconds in took.items())
    when = f"when LIMIT is {limit:.2f} s and the answers take {told}"
    now, moments = 0.0, []
    for line, seconds in took.items():
        now += min(seconds, limit)
        text = "no answer" if seconds > limit or fails[line] else f"{7 + int(line)} min"
        at = trace.at(f"line {line}: {text}")
        moments.append((abs(at - now), f"{when}: line {line} was shown at {at:.4f} s; expected {now:.4f} s"))
        call = trace.call("ask", line)
        if seconds > limit:
            assert call.outcome == "cancelled", f"{when}: ask({line}) was not cancelled"
            moments.append(
                (abs(call.end - now), f"{when}: ask({line}) ended at {call.end:.4f} s; expected {now:.4f} s")
            )
    late, message = latest(moments)
    assert late < 1e-4, message
    assert len(trace.lines) == len(took), f"{when}: expected {len(took)} lines; {len(trace.lines)} were printed"


OTHERS: list[Exception] = [
    KeyError("line"),
    OSError("no network"),
    PermissionError("not allowed"),
    ValueError("no number"),
    RuntimeError("centre"),
]


@points(1, "main raises any other exception of ask", means="caught-too-much")
@given(before=st.integers(0, 2), delay=st.integers(0, 8), error=st.sampled_from(OTHERS))
def test_other_exception(virtual: Virtual, before: int, delay: int, error: Exception) -> None:
    lines = [str(number) for number in range(1, before + 3)]
    world: dict[str, Any] = {
        "LINES": lines,
        "LIMIT": 10.3,
        "ask": double("ask", delay=delay + 0.17, reply=7, raises=lambda line: error if line == lines[before] else None),
    }
    trace = virtual("main", world=world, allow=["raise"])
    when = f"when ask({lines[before]}) raises {type(error).__name__}"
    assert trace.raised, f"{when}: main returned; expected it to raise that error"
    raised = [each.type for each in trace.raised.inner or (trace.raised,)]
    assert raised == [type(error).__name__], f"{when}: main raised {', '.join(raised)}"
    assert len(trace.lines) == before, (
        f"{when}: expected {counted(before, 'line')} before it; the program printed {counted(len(trace.lines), 'line')}"
    )
