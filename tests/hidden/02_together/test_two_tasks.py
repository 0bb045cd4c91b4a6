"""two_tasks: two tasks wait during the same second."""

import re

from grader.suite import Trace, double, points, record

# The slower one decides how long it takes, so each of the two is the slower one once. Neither takes a second: whoever
# counts on the second of the file is found out.
SLOW, FAST = 1.4, 0.6
LAST_LINE = re.compile(r"Executed in (\d+\.\d+) seconds")

as_it_is = record(None)
slow_a = record(None, world={"task_a": double("task_a", delay=SLOW), "task_b": double("task_b", delay=FAST)})
slow_b = record(None, world={"task_a": double("task_a", delay=FAST), "task_b": double("task_b", delay=SLOW)})


@points(1, "the lines come in the right order")
def test_lines(as_it_is: Trace, slow_a: Trace, slow_b: Trace) -> None:
    assert as_it_is.lines[:4] == ["Task A starts", "Task B starts", "Task A ends", "Task B ends"]
    assert len(as_it_is.lines) == 5, f"expected five lines, got {len(as_it_is.lines)}"
    for run in (slow_a, slow_b):
        task_a, task_b = run.call("task_a"), run.call("task_b")
        assert task_a.overlaps(task_b), (
            f"here the lines come in order, but when {_times(run)}, the first had ended before the other started"
        )


@points(1, "the program takes about 1 s, not 2 s", means="sequential-await", public=True)
def test_time(as_it_is: Trace, slow_a: Trace, slow_b: Trace) -> None:
    assert 0.8 < as_it_is.elapsed < 1.5
    for run in (slow_a, slow_b):
        assert SLOW - 0.1 < run.elapsed < SLOW + 0.4, (
            f"here it takes {as_it_is.elapsed:.2f} s, but when {_times(run)}, it takes {run.elapsed:.2f} s; "
            f"expected {SLOW} s"
        )


@points(1, "task_a and task_b are both under way at the same time", means="sequential-await")
def test_together(slow_a: Trace, slow_b: Trace) -> None:
    for run in (slow_a, slow_b):
        task_a, task_b = run.call("task_a"), run.call("task_b")
        assert task_a.overlaps(task_b), (
            f"task_a ran from {task_a.start:.2f} s to {task_a.end:.2f} s, "
            f"task_b from {task_b.start:.2f} s to {task_b.end:.2f} s; expected both at the same time"
        )
        assert run.elapsed < SLOW + 0.4


@points(1, "the last line comes when both have ended, and tells how long they took", means="leaked-task")
def test_last_line(slow_a: Trace, slow_b: Trace) -> None:
    for run in (slow_a, slow_b):
        tasks = [run.call("task_a"), run.call("task_b")]
        for task in tasks:
            assert task.outcome == "replied", (
                f"{task.name} was not done when the program ended, {task.seconds:.2f} s after its start; "
                "expected the program to wait for its end"
            )
        told = [line for line in run.lines if LAST_LINE.fullmatch(line)]
        assert len(told) == 1, f'expected one line such as "Executed in 1.00 seconds", got {run.lines}'
        ended = max(task.end for task in tasks)
        assert run.at(told[0]) >= ended, f"{told[0]!r} came before both tasks had ended"
        took = ended - min(task.start for task in tasks)
        match = LAST_LINE.fullmatch(told[0])
        assert match is not None
        assert abs(float(match[1]) - took) < 0.25, f"the program says {told[0]!r}, but the tasks took {took:.2f} s"


def _times(run: Trace) -> str:
    """How long the tasks take in this run, for people."""
    slow, fast = sorted((run.call("task_a"), run.call("task_b")), key=lambda task: -float(task.seconds))
    return f"{slow.name} takes {SLOW} s and {fast.name} {FAST} s"
