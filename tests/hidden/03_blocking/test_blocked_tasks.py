"""blocked_tasks: a sleep that blocks the event loop."""

import re
from itertools import pairwise

from grader.suite import Seconds, Trace, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ()

# The second is the slower one: a program that waits for the first alone ends too early.
# Both are well over a second, so a program that always prints "1.00" prints a wrong time.
A, B = sorted(fresh.delays(2, 1.15, 1.6, apart=0.2))

both = record("main")
alone_a = record("task_a")
alone_b = record("task_b")
swapped = record("main", world={"task_a": double("task_a", delay=A), "task_b": double("task_b", delay=B)})
beside = record("beside", double("tick"), scenario=True)
themselves = record("themselves", double("tick"), scenario=True)

REPLACED = f"when task_a takes {A:.2f} s and task_b {B:.2f} s,"


@points(1, "both tasks start before either ends", public=True)
def test_order(both: Trace) -> None:
    lines = [line for line in both.lines if line.startswith("Task ")]
    # The two ends are a moment apart at most, so their order is the operating system's.
    assert lines[:2] == ["Task A starts", "Task B starts"], (
        f"expected 'Task A starts' and 'Task B starts' first; printed: {', '.join(lines) or 'neither'}"
    )
    assert sorted(lines[2:]) == ["Task A ends", "Task B ends"], (
        f"expected both tasks to end once; printed: {', '.join(lines) or 'nothing'}"
    )


@points(1, "both tasks finish in about one second", means="sequential-await")
def test_time(both: Trace, alone_a: Trace, alone_b: Trace, swapped: Trace) -> None:
    assert 0.7 < both.elapsed < 1.5
    for letter, trace in (("A", alone_a), ("B", alone_b)):
        second = trace.gap(f"Task {letter} starts", f"Task {letter} ends")
        assert second > 0.7, (
            f"both tasks finish within {both.elapsed:.2f} s, but task {letter} by itself takes {second:.2f} s; "
            "expected one second"
        )
    assert B - 0.1 < swapped.elapsed < B + 0.4, (
        f"both tasks finish within {both.elapsed:.2f} s, but {REPLACED} main takes {swapped.elapsed:.2f} s"
    )


@points(1, "each task prints its two lines, one second apart")
def test_alone(alone_a: Trace, alone_b: Trace) -> None:
    for letter, trace in (("A", alone_a), ("B", alone_b)):
        assert trace.lines == [f"Task {letter} starts", f"Task {letter} ends"]
        assert 0.7 < trace.gap(f"Task {letter} starts", f"Task {letter} ends") < 1.5


@points(1, "main runs task_a and task_b, at the same time")
def test_together(swapped: Trace) -> None:
    swapped.call("task_a")
    swapped.call("task_b")
    assert swapped.peak("task_a", "task_b") == 2, "expected task_a and task_b to run at the same time; they took turns"


@points(1, "the last line shows the time that really passed")
def test_last_line(swapped: Trace) -> None:
    last = swapped.lines[-1] if swapped.lines else "nothing at all"
    told = re.fullmatch(r"Executed in (\d+\.\d\d) seconds", last)
    assert told, f"expected 'Executed in ... seconds' at the end; printed {last!r}"
    assert B - 0.1 < float(told[1]) < float(swapped.elapsed) + 0.1, (
        f"{REPLACED} main takes {swapped.elapsed:.2f} s; printed {last!r}"
    )


@points(2, "the event loop is free while the tasks wait")
def test_loop(beside: Trace, themselves: Trace) -> None:
    assert beside.elapsed > 0.7, f"each task waits for a second, but main returned after {beside.elapsed:.2f} s"
    held = longest_hold(beside)
    assert held < 0.45, f"another task, which was due every 0.1 s, had to wait for {held:.2f} s"
    held = longest_hold(themselves)
    assert held < 0.45, (
        f"when task_a and task_b run without main, another task, due every 0.1 s, had to wait for {held:.2f} s"
    )


def longest_hold(run: Trace) -> Seconds:
    moments = [*(tick.start for tick in run.calls("tick")), run.elapsed]
    return max(later - earlier for earlier, later in pairwise(moments))
