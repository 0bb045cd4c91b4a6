"""How far each exercise is, as the screens show it."""

from __future__ import annotations

from collections.abc import Mapping

from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.load.practice_log import count_days
from grader.report.exercise_list import ExerciseProgress
from grader.result import ExerciseResult, Verdict


def of_exercise(exercise: Exercise, known: ExerciseResult | None) -> ExerciseProgress:
    """How far an exercise is by what is known of it; None where it has to be judged first."""
    return ExerciseProgress(
        name=exercise.name,
        title=exercise.title,
        chapter=exercise.chapter,
        verdict=known.verdict if known else None,
        score=known.score if known else 0,
        max_score=exercise.points,
        skipped=exercise.needs_newer_python or "",
    )


def of_kit(kit: Kit, known: Mapping[Exercise, ExerciseResult | None]) -> list[ExerciseProgress]:
    """How far every exercise is, in the kit's order."""
    return [of_exercise(exercise, known.get(exercise)) for exercise in kit.exercises]


def days(kit: Kit) -> int:
    """On how many days there was practice."""
    return count_days(kit.state_folder)


def titles(kit: Kit) -> dict[str, str]:
    """The chapters' titles by their ids."""
    return {chapter.id: chapter.title for chapter in kit.chapters}


def next_exercise(kit: Kit, known: Mapping[Exercise, ExerciseResult | None]) -> Exercise | None:
    """The first in the kit's order that has not passed and that this Python can run; None when all have passed."""
    candidates = (exercise for exercise in kit.exercises if not exercise.needs_newer_python)
    return next((exercise for exercise in candidates if not has_passed(known.get(exercise))), None)


def has_passed(result: ExerciseResult | None) -> bool:
    """Whether what is known of an exercise is that it passed."""
    return result is not None and result.verdict is Verdict.PASSED
