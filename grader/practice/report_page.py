"""``turtles report``: how far a learner is, as a page; beside each recorded run what the reference answer does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from grader.grade import Graded, Request, grade
from grader.load.kit import REFERENCE, Kit
from grader.load.mistake_pages import mistake_names, mistake_page
from grader.practice.next_step import how, next_step
from grader.practice.progress import titles
from grader.practice.reference_answer import has_solutions
from grader.report import html
from grader.result import ExerciseResult, Result, Verdict

Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
"""Given what is done, shows how far it is."""


def make_page(request: Request, progress: Progress) -> str:
    """The page of what was asked for, as it is now: what was not judged yet is judged first.

    Raises ``TurtlesError`` as ``grade`` does.
    """
    with progress("recording") as update:
        graded = grade(request, update)
    reference = _reference(request, graded, progress)
    without = () if has_solutions(request.kit) else ("this kit has no reference answers to show beside the runs",)
    kit, result = request.kit, graded.result
    return html.render(
        result,
        titles(kit),
        reference,
        (*graded.notes, *without),
        pages={name: mistake_page(kit, name).text for name in mistake_names(kit)},
        next_step=lambda exercise: _next(kit, result, exercise),
    )


def _next(kit: Kit, result: Result, exercise: ExerciseResult) -> str:
    """What to do with it; what has passed shows the way on."""
    if exercise.verdict is Verdict.UNTOUCHED:
        return f"repair {exercise.path}, then {how(kit, 'grade', exercise.name)}"
    if exercise.verdict is Verdict.PASSED:
        compare = f"{how(kit, 'solution', exercise.name)} to compare with the reference answer"
        return compare if has_solutions(kit) else ""
    return next_step(kit, None, result)(exercise)


def _reference(request: Request, graded: Graded, progress: Progress) -> Result | None:
    """What the solutions of the exercises do that the learner has begun. They are recorded once, and kept."""
    begun = {judged.name for judged in graded.result.exercises if judged.verdict is not Verdict.UNTOUCHED}
    chosen = [exercise for exercise in request.chosen if exercise.name in begun]
    if not chosen or not has_solutions(request.kit):
        return None
    solutions = request.kit.home / "solutions"
    asked = replace(request, chosen=chosen, exercises=solutions, memory=REFERENCE)
    with progress("recording the reference answers") as update:
        result = grade(asked, update).result
    # One that did not pass, on a machine that is too busy, shows nothing to learn from.
    return replace(result, exercises=tuple(judged for judged in result.exercises if judged.verdict is Verdict.PASSED))
