"""two_tasks: two tasks wait during the same second."""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, points, record

LEAVE_ALONE: tuple[str, ...] = ("task_a", "task_b")

PROGRAM: Any = None
"""The file as a program, also under virtual time."""

# The slower one decides how long it takes, so each of the two is the slower one once. Neither takes a second, to
# catch programs that rely on the second of the file.
SLOW, FAST = 1.4, 0.6
LAST_LINE = re.compile(r"Executed in (\d+\.\d+) seconds")

as_it_is = record(None)
slow_a = record(None, world={"task_a": double("task_a", delay=SLOW), "task_b": double("task_b", delay=FAST)})
slow_b = record(None, world={"task_a": double("task_a", delay=FAST), "task_b": double("task_b", delay=SLOW)})


@points(1, "the program prints the five lines, in this order")
def test_lines(as_it_is: Trace, slow_a: Trace, slow_b: Trace) -> None:
    last = as_it_is.lines[4:5]
    assert as_it_is.lines == ["Task A starts", "Task B starts", "Task A ends", "Task B ends", *last]
    assert last, "expected a fifth line, with the time; got four lines"
    assert LAST_LINE.fullmatch(last[0]), (
        f'expected the last line to be like "Executed in 1.00 seconds"; got "{last[0]}"'
    )
    for run in (slow_a, slow_b):
        task_a, task_b = run.call("task_a"), run.call("task_b")
        assert task_a.start < task_b.start, "task_b was started before task_a"
        assert task_a.overlaps(task_b), f"when {_times(run)}, one ended before the other started"


@points(1, "the program takes about 1 s, not 2 s", means="sequential-await", public=True)
def test_time(as_it_is: Trace, slow_a: Trace, slow_b: Trace) -> None:
    assert as_it_is.elapsed < 1.5
    for run in (slow_a, slow_b):
        assert run.elapsed < SLOW + 0.4, (
            f"when {_times(run)}, expected the program to take {SLOW} s; it took {run.elapsed:.2f} s"
        )


@points(1, "the last line comes when both tasks have ended", means="leaked-task")
def test_both_ended(slow_a: Trace, slow_b: Trace) -> None:
    for run in (slow_a, slow_b):
        told = run.at(_last_line(run))
        for task in (run.call("task_a"), run.call("task_b")):
            assert task.outcome == "replied", (
                f"when {_times(run)}, {task.name} was still running when the program ended, at {run.elapsed:.2f} s"
            )
            assert told >= task.end, f"the last line came at {told:.2f} s; {task.name} ended at {task.end:.2f} s"


@points(1, "the last line shows the time that really passed")
def test_last_line(slow_a: Trace, slow_b: Trace) -> None:
    for run in (slow_a, slow_b):
        line = _last_line(run)
        match = LAST_LINE.fullmatch(line)
        assert match is not None
        took = run.at(line) - min(run.call("task_a").start, run.call("task_b").start)
        # At most since the program began: it may have done something before it started the tasks.
        assert took - 0.3 < float(match[1]) < run.at(line) + 0.3, (
            f'when {_times(run)}, the program says "{line}"; it came {took:.2f} s after the start of the tasks'
        )


EXAMPLES = 40

# Milliseconds that polling at any round interval would miss; 0, and longer than anybody waits.
DELAYS = st.one_of(st.just(0), st.integers(137, 2999), st.just(40_007))


@points(1, "the program ends as soon as both tasks have ended")
@settings(max_examples=EXAMPLES)
@given(a=DELAYS, b=DELAYS)
def test_no_time_lost(virtual: Virtual, a: int, b: int) -> None:
    second, late = _clock(virtual)
    run = virtual(PROGRAM, world=_world(a * second / 1000, b * second / 1000))
    task_a, task_b = run.call("task_a"), run.call("task_b")
    for task in (task_a, task_b):
        assert task.outcome == "replied", (
            f"{task.name} was given up after {task.end:.5g} s; expected the program to wait until it ends"
        )
    ended = max(float(task_a.end), float(task_b.end))
    assert run.elapsed <= ended + late, (
        f"both tasks had ended after {ended:.5g} s; the program ended after {run.elapsed:.5g} s"
    )


def _world(a: float, b: float) -> dict[str, Any]:
    return {"task_a": double("task_a", delay=a), "task_b": double("task_b", delay=b)}


_clocks: list[tuple[Virtual, tuple[float, float]]] = []


def _clock(virtual: Virtual) -> tuple[float, float]:
    """How long a second of the schedule lasts, and how late is too late.

    The simulated clock is exact. A program with threads keeps real time while they run: for that one the delays are
    short, and only what is late beyond doubt counts.
    """
    # Looked at once for each check: it is the same for all its schedules.
    if not _clocks or _clocks[0][0] is not virtual:
        probe = virtual(PROGRAM, world=_world(0.005, 0.005))
        exact = all(abs(float(call.seconds) - 0.005) < 1e-6 for call in probe.calls() if call.outcome == "replied")
        _clocks[:] = [(virtual, (1.0, 1e-4) if exact else (0.005, 1.0))]
    return _clocks[0][1]


def _last_line(run: Trace) -> str:
    told = [line for line in run.lines if LAST_LINE.fullmatch(line)]
    printed = " / ".join(run.lines) or "nothing"
    assert len(told) == 1, f'expected one line like "Executed in 1.00 seconds"; the program printed {printed}'
    return told[0]


def _times(run: Trace) -> str:
    """How long the tasks take in this run, for people."""
    slow, fast = sorted((run.call("task_a"), run.call("task_b")), key=lambda task: -float(task.seconds))
    return f"{slow.name} takes {SLOW} s and {fast.name} {FAST} s"
