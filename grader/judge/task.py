"""What there is to judge: a program, by the suite of an exercise."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from grader.judge.plan import Candidate, Part, Plan, TaskKey, silent
from grader.load.curriculum import Exercise
from grader.load.kit import Kit, Suites
from grader.load.submission import Submission, read_handed_out
from grader.record import left_alone
from grader.record.recorder import Recorder
from grader.record.recording import Subject


@dataclass(frozen=True)
class Task:
    """One program to judge by the suite of one exercise."""

    exercise: Exercise
    submission: Submission
    label: str = "submission"
    only_check: str | None = None
    """The title of the one check that is made; all are when None."""
    until_failure: bool = False
    """Whether nothing more is wanted once a check has failed: the others are then not made."""

    @property
    def key(self) -> TaskKey:
        """What its outcomes are kept under."""
        return TaskKey(self.exercise.name, self.label)


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
    suites = {exercise: _suite(kit, exercise) for exercise in {task.exercise for task in tasks}}
    candidates: dict[Path, list[Candidate]] = {}
    for task in tasks:
        subject = _subject(kit, task, suites[task.exercise])
        candidate = Candidate(task.key, subject, task.only_check, task.until_failure)
        candidates.setdefault(kit.suite_file(task.exercise), []).append(candidate)
    opened = {kit.suite_file(each): text for each, text in suites.items()} if kit.suites is Suites.SEALED else {}
    return Plan(candidates, recorder, progress, part, shrink, opened)


def _suite(kit: Kit, exercise: Exercise) -> str:
    """The text of the suite; empty where there is none; the code that looks for its checks reports that."""
    return kit.suite(exercise) if kit.suite_file(exercise).is_file() else ""


def _subject(kit: Kit, task: Task, suite: str) -> Subject:
    submission, scenario = task.submission, kit.scenario(task.exercise)
    source, handed_out = submission.source or "", _handed_out(kit, task.exercise)
    names = left_alone.names_of(suite) if submission.fault is None else ()
    alone = left_alone.compare(handed_out, source, names)
    return Subject(source, submission.display, scenario, _coroutines(handed_out), alone)


def _handed_out(kit: Kit, exercise: Exercise) -> str:
    """The file as handed out; empty where it is missing or does not compile, which `turtles check` reports."""
    handed_out = read_handed_out(kit, exercise)
    return "" if handed_out.fault else handed_out.source or ""


def _coroutines(handed_out: str) -> frozenset[str]:
    """Its coroutine functions."""
    return frozenset(node.name for node in ast.parse(handed_out).body if isinstance(node, ast.AsyncFunctionDef))
