"""``turtles report``: how far a learner is, as a page; beside each recorded run what the reference answer does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from grader.grade import Graded, Request, grade
from grader.load.kit import REFERENCE
from grader.practice.progress import titles
from grader.practice.reference_answer import has_solutions
from grader.report import html
from grader.result import Result, Verdict

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
    return html.render(graded.result, titles(request.kit), reference, (*graded.notes, *without))


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
