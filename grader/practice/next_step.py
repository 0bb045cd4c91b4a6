"""What to do next, in words: the command to type is the one that works from where the user is."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from grader.files import typed_path
from grader.grade import recall
from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.load.mistake_pages import mistake_names
from grader.practice.hints import Hints
from grader.practice.progress import next_exercise
from grader.practice.reference_answer import NotYet, has_solutions
from grader.practice.typed_command import turtles_command
from grader.result import ExerciseResult, Result, Verdict
from grader.text import count


def _by_make(kit: Kit) -> bool:
    """Whether the user is where ``make`` works."""
    return (kit.root / "Makefile").is_file() and Path.cwd() == kit.root


def how(kit: Kit, command: str, exercise: str, option: str = "") -> str:
    """What to type, from where the user is."""
    if _by_make(kit):
        return f"make {command} EX={exercise}" + (f" ARGS={option}" if option else "")
    return f"{_turtles(kit)} {command} {exercise}" + (f" {option}" if option else "")


def _turtles(kit: Kit) -> str:
    """What starts the command; in a clone, whose Makefile sets it up, the plain name says it."""
    return turtles_command() if kit.installed else "turtles"


def next_step(kit: Kit, tree: Path | None, result: Result) -> Callable[[ExerciseResult], str]:
    """The last line of an exercise's block: how to go on after a failure, and after passing."""
    passed = [judged for judged in result.exercises if judged.verdict is Verdict.PASSED]

    def step(judged: ExerciseResult) -> str:
        if tree:
            again = f"{_turtles(kit)} grade {judged.name} --exercises {shlex.quote(str(tree))} to judge it again"
            return "" if judged in passed else again
        if judged in passed:
            return _what_comes(kit, result) if judged is passed[-1] else ""
        if judged.verdict is Verdict.INCONCLUSIVE or not kit.exercise(judged.name).hints:
            return f"{how(kit, 'grade', judged.name)} to judge it again"
        named = [name for name in judged.mistakes if name in mistake_names(kit)]
        more = f"{to_explain(kit, named)} for more on this kind of mistake\n" if named else ""
        return f"{more}{how(kit, 'hint', judged.name)} for a hint"

    return step


def to_explain(kit: Kit, mistakes: Sequence[str]) -> str:
    """What to type to read about kinds of mistake: ``make explain NAME=deadlock (or lost-exception)``."""
    first, *others = mistakes
    typed = f"make explain NAME={first}" if _by_make(kit) else f"{_turtles(kit)} explain {first}"
    return f"{typed} (or {', '.join(others)})" if others else typed


def _what_comes(kit: Kit, result: Result) -> str:
    """What comes next, with ``result`` known."""
    known = recall(kit) | {kit.exercise(judged.name): judged for judged in result.exercises}
    exercise = next_exercise(kit, known)
    if exercise is None:
        return all_passed(kit)
    number = exercise.chapter.partition("_")[0]
    return f"next: {number} {exercise.name} · {exercise.title}\n  {typed_path(kit.exercise_file(exercise))}"


def all_passed(kit: Kit) -> str:
    """Said when nothing comes next."""
    skipped = sum(bool(exercise.needs_newer_python) for exercise in kit.exercises)
    return "every exercise has passed" + (f" ({skipped} skipped: this Python is too old for it)" if skipped else "")


def ways(kit: Kit, exercise: Exercise) -> Iterator[tuple[str, str]]:
    """What there is to do with an exercise: what for, and the path or the command."""
    file = typed_path(kit.exercise_file(exercise))
    yield "file", file
    if kit.installed:  # what the exercises import is installed beside the grader, and maybe nowhere else
        yield "run it", how(kit, "run", exercise.name)
    else:
        yield "run it", f"{_python(kit)} {shlex.quote(file)}"
    yield "grade it", how(kit, "grade", exercise.name)
    yield "a hint", how(kit, "hint", exercise.name)
    if page := _chapter_page(kit, exercise):
        yield "read", page


def _chapter_page(kit: Kit, exercise: Exercise) -> str:
    """The page of an exercise's chapter; empty where there is none."""
    page = kit.exercise_file(exercise).with_name("README.md")
    return typed_path(page) if page.is_file() else ""


def _python(kit: Kit) -> str:
    """The Python to run an exercise with: what it imports is installed in the kit's own, which may not be activated."""
    own = Path(sys.executable)
    if own.is_relative_to(kit.root) and shutil.which("python") != str(own):
        return shlex.quote(typed_path(own))
    return "python"


def after_hints(kit: Kit, exercise: Exercise, hints: Hints) -> Iterator[str]:
    """What to do with the hints, or when there are no more."""
    if hints.passed:
        yield "it has passed"
    elif not hints.remembered and hints.left:
        yield f"nothing can be remembered here: {how(kit, 'hint', exercise.name, '--all')} for all hints"
        return
    elif hints.left:
        yield f"{how(kit, 'hint', exercise.name)} for the next one"
        return
    else:
        yield "that was the last hint" if hints.shown else "there is no hint for this one"
        if page := _chapter_page(kit, exercise):
            yield f"{page} explains what it is about"
    if has_solutions(kit):
        yield f"{how(kit, 'solution', exercise.name)} for the solution"


def not_yet(kit: Kit, exercise: Exercise, refusal: NotYet, file: str) -> Iterator[str]:
    """Why the solution, which lies in ``file``, is not shown yet."""
    if refusal.verdict is None:
        yield f"{exercise.name} was not judged as it is now: {how(kit, 'grade', exercise.name)}"
    else:
        yield f"{exercise.name} has not passed yet: it is worth trying on"
    if refusal.hints_left:
        yield f"{count(refusal.hints_left, 'hint')} left: {how(kit, 'hint', exercise.name)}"
    yield "ask again to see the solution" if refusal.remembered else f"the solution is in {file}"
