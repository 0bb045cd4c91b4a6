"""What there is to judge: a program, by the suite of an exercise."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from grader.judge.plan import Labelled, Part, Plan, silent
from grader.load.curriculum import Exercise
from grader.load.kit import Kit, Suites
from grader.load.submission import Submission, read_submission
from grader.record.recorder import Recorder
from grader.record.run import Subject


@dataclass(frozen=True)
class Task:
    """One program to judge by the suite of one exercise."""

    exercise: Exercise
    submission: Submission
    label: str = "submission"
    sought: str | None = None
    """The title of the one check that matters: the others stand as they come out at first, and those under virtual time
    are not made."""


def make_plan(
    kit: Kit,
    tasks: Sequence[Task],
    recorder: Callable[[], AbstractContextManager[Recorder]],
    progress: Callable[[int, int], None] = silent,
    *,
    shrink: bool = True,
    part: Part = Part.ALL,
) -> Plan:
    """What a session of pytest has to know of the tasks. Raises ``KitError`` for a suite that cannot be opened."""
    subjects: dict[Path, list[Labelled]] = {}
    for task in tasks:
        subjects.setdefault(kit.suite_file(task.exercise), []).append(
            Labelled(task.label, _subject(kit, task), task.sought)
        )
    sealed = {task.exercise for task in tasks} if kit.suites is Suites.SEALED else ()
    opened = {kit.suite_file(exercise): kit.suite(exercise) for exercise in sealed}
    return Plan(subjects, recorder, progress, part, shrink, opened)


def _subject(kit: Kit, task: Task) -> Subject:
    submission, scenario = task.submission, kit.scenario(task.exercise)
    return Subject(submission.source or "", submission.display, scenario, _coroutines(kit, task.exercise))


def _coroutines(kit: Kit, exercise: Exercise) -> frozenset[str]:
    """The coroutine functions of the file as handed out; none where it is missing, which `turtles check` reports."""
    handed_out = read_submission(kit.handed_out_file(exercise), "")
    if handed_out.fault or handed_out.source is None:
        return frozenset()
    body = ast.parse(handed_out.source).body
    return frozenset(node.name for node in body if isinstance(node, ast.AsyncFunctionDef))
