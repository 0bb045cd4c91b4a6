"""What a learner asks for between two gradings: a hint, the next exercise, a fresh start, the solution.

Nothing is run here. Whether an exercise has passed is known from memory, and only of the file as it is now.
"""

from __future__ import annotations

import ast
import difflib
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from grader.errors import KitError, UsageError
from grader.files import replacing
from grader.grade import recall
from grader.load.curriculum import Exercise, Hint
from grader.load.kit import BACKUP, Kit
from grader.load.practice_log import Practice
from grader.load.select import select
from grader.load.submission import read_submission, untouched
from grader.result import ExerciseResult, Verdict


def the_one(kit: Kit, name: str) -> Exercise:
    """The one exercise that ``name`` stands for; raises ``UsageError`` when it is none, or several."""
    found = select(kit, [name])
    if len(found) == 1:
        return found[0]
    raise UsageError(f"{name!r} stands for {len(found)} exercises; name one, such as {found[0].name}")


def next_exercise(kit: Kit, known: Mapping[Exercise, ExerciseResult | None]) -> Exercise | None:
    """The first in the kit's order that has not passed and that this Python can run; None when all have passed."""
    candidates = (exercise for exercise in kit.exercises if not exercise.needs_newer_python)
    return next((each for each in candidates if not has_passed(known.get(each))), None)


def has_passed(result: ExerciseResult | None) -> bool:
    """Whether what is known of an exercise is that it passed."""
    return result is not None and result.verdict is Verdict.PASSED


# --- hints ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hints:
    """The hints of an exercise that may be seen by now."""

    shown: tuple[Hint, ...]
    left: int
    passed: bool
    remembered: bool
    """False when the next call cannot know of this one."""


def ask_for_hint(kit: Kit, exercise: Exercise, *, everything: bool) -> Hints:
    """One hint more than the last time; all of them with ``everything`` or when the exercise has passed."""
    known = recall(kit, [exercise]).get(exercise)
    return one_more_hint(exercise, known, Practice(kit.state_folder), everything=everything)


def one_more_hint(
    exercise: Exercise, known: ExerciseResult | None, practice: Practice, *, everything: bool = False
) -> Hints:
    """The same, for whoever knows how far the exercise is and what was asked for."""
    if has_passed(known):
        return Hints(exercise.hints, 0, passed=True, remembered=True)
    before, most = practice.hints(exercise.name), len(exercise.hints)
    count = most if everything else min(before + 1, most)
    remembered = before >= count or practice.show_hints(exercise.name, count)
    return Hints(exercise.hints[:count], most - count, passed=False, remembered=remembered)


# --- reset ----------------------------------------------------------------------------------------------------------


class FileState(Enum):
    """What lies where an exercise's file belongs."""

    AS_HANDED_OUT = "as handed out"
    CHANGED = "changed"
    NOTHING = "nothing"


def look(kit: Kit, exercise: Exercise) -> FileState:
    """What lies in the place of the learner's file; raises ``UsageError`` when it is no file."""
    path = kit.exercise_file(exercise)
    if path.is_dir() or (path.exists() and not path.is_file()):
        raise UsageError(f"nothing was changed: what lies at {seen(path)} is no file; move it away and try again")
    if not path.exists():  # a link to nowhere is nothing as well
        return FileState.NOTHING
    submission = read_submission(path, exercise.file.as_posix())
    return FileState.AS_HANDED_OUT if untouched(kit, exercise, submission) else FileState.CHANGED


def reset(kit: Kit, exercise: Exercise) -> Path | None:
    """Put the file back as it was handed out. Returns where what the learner wrote is kept; None if there was nothing.

    A link is replaced, and what it leads to stays as it is. Raises ``UsageError`` when the file cannot be kept or
    written, and ``KitError`` when the kit has lost what was handed out; the learner's file is then unchanged.
    """
    path, handed_out = kit.exercise_file(exercise), kit.handed_out_file(exercise)
    try:
        content = handed_out.read_bytes()
    except OSError as error:
        shown = handed_out.relative_to(kit.root)
        raise KitError(
            f"{shown} cannot be read: {error.strerror or error}; `git checkout -- {shown}` brings it back"
        ) from error
    kept = _keep(kit, exercise) if path.exists() else None
    try:
        _put(path, content)
    except OSError as error:
        raise UsageError(f"{seen(path)} cannot be written: {error.strerror or error}") from error
    return kept


def _keep(kit: Kit, exercise: Exercise) -> Path:
    folder = kit.root / BACKUP / exercise.chapter
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with kit.exercise_file(exercise).open("rb") as source:
            path, copy = _new_file(folder, f"{exercise.name}.{time.strftime('%Y-%m-%d_%H-%M-%S')}")
            try:
                with copy:
                    shutil.copyfileobj(source, copy)
                    copy.flush()
                    os.fsync(copy.fileno())
            except OSError:
                path.unlink()
                raise
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(f"nothing was changed: what you wrote cannot be kept in {seen(folder)} ({reason})") from error
    return path


def _new_file(folder: Path, stem: str) -> tuple[Path, BinaryIO]:
    """A file that was not there before."""
    number = 1
    while True:
        path = folder / (f"{stem}.py" if number == 1 else f"{stem}_{number}.py")
        try:
            return path, path.open("xb")
        except FileExistsError:
            number += 1


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, keep_mode=True) as new:
        new.write_bytes(content)


# --- solution -------------------------------------------------------------------------------------------------------


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
    return (kit.root / "solutions").is_dir()


def read_solution(kit: Kit, exercise: Exercise) -> str:
    """The reference answer; raises ``UsageError`` in a kit that has none, ``KitError`` when this one is missing."""
    if not has_solutions(kit):
        raise UsageError("there are no solutions in this kit; whoever gave it to you has them")
    file = kit.solution_file(exercise)
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise KitError(f"{file.relative_to(kit.root)} cannot be read: {error}") from error


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
    """The same, for whoever knows how far the exercise is and what was asked for."""
    if has_passed(known) or practice.asked(exercise.name):
        return None
    left = max(len(exercise.hints) - practice.hints(exercise.name), 0)
    return NotYet(known.verdict if known else None, left, practice.ask(exercise.name))


def diff(kit: Kit, exercise: Exercise, solution: str) -> Sequence[str]:
    """Unified diff from the learner's file to the solution, empty when they are the same.

    Raises ``UsageError`` when the learner's file cannot be read. Its text may hold anything.
    """
    path = kit.exercise_file(exercise)
    submission = read_submission(path, seen(path))
    if submission.source is None:
        reason = f": {submission.unreadable.message}" if submission.unreadable else ""
        raise UsageError(f"{submission.display} cannot be compared{reason}")
    names = (submission.display, seen(kit.solution_file(exercise)))
    return list(difflib.unified_diff(_lines(submission.source), _lines(solution), *names, lineterm=""))


def _lines(source: str) -> list[str]:
    # Not splitlines: it would also break at characters that end no line of a program.
    return source.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")


# --- paths ----------------------------------------------------------------------------------------------------------


def seen(path: Path) -> str:
    """The path as it can be typed from where the user is."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # on another drive
        return str(path)
