"""The reference answer of an exercise: shown after passing, or when asked for twice. Nothing is run."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from grader.errors import KitError, UsageError
from grader.files import typed_path
from grader.grade import recall
from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.load.practice_log import Practice
from grader.load.submission import read_submission
from grader.practice.progress import has_passed
from grader.result import ExerciseResult, Verdict


@dataclass(frozen=True)
class NotYet:
    """The solution was asked for the first time, of an exercise that has not passed."""

    verdict: Verdict | None
    """None when the file has to be judged first."""
    hints_left: int
    remembered: bool
    """False when asking again would be the first time again."""


def has_solutions(kit: Kit) -> bool:
    """Whether this kit holds the reference answers; one that was handed out in a class may not."""
    return (kit.home / "solutions").is_dir()


def read_solution(kit: Kit, exercise: Exercise) -> str:
    """The reference answer; raises ``UsageError`` in a kit that has none, ``KitError`` when this one is missing."""
    if not has_solutions(kit):
        raise UsageError("there are no solutions in this kit; ask the people who gave it to you")
    file = kit.solution_file(exercise)
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise KitError(f"{kit.shown(file)} cannot be read: {error}") from error


def without_docstring(source: str) -> str:
    """A program without its first text, which the learner has in their own file: what is left fits a screen."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):  # it is shown as it is
        return source
    first = body[0] if body else None
    if not (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    ):
        return source
    return "\n".join(source.split("\n")[first.end_lineno :]).lstrip("\n")


def ask_for_solution(kit: Kit, exercise: Exercise) -> NotYet | None:
    """None when it may be seen: after passing, or when it was asked for before."""
    return refuse_solution(exercise, recall(kit, [exercise]).get(exercise), Practice(kit.state_folder))


def refuse_solution(exercise: Exercise, known: ExerciseResult | None, practice: Practice) -> NotYet | None:
    """The same, for a caller that knows how far the exercise is and what was asked for."""
    if has_passed(known) or practice.asked(exercise.name):
        return None
    left = max(len(exercise.hints) - practice.hints(exercise.name), 0)
    return NotYet(known.verdict if known else None, left, practice.ask(exercise.name))


def diff(kit: Kit, exercise: Exercise, solution: str) -> Sequence[str]:
    """Unified diff from the learner's file to the solution, empty when they are the same.

    Raises ``UsageError`` when the learner's file cannot be read. Its text may hold anything.
    """
    path = kit.exercise_file(exercise)
    submission = read_submission(path, typed_path(path))
    if submission.source is None:
        reason = f": {submission.unreadable.message}" if submission.unreadable else ""
        raise UsageError(f"{submission.display} cannot be compared{reason}")
    names = (submission.display, typed_path(kit.solution_file(exercise)))
    return list(difflib.unified_diff(_lines(submission.source), _lines(solution), *names, lineterm=""))


def _lines(source: str) -> list[str]:
    # Not splitlines: it would also break at characters that end no line of a program.
    return source.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
