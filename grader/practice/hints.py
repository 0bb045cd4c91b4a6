"""The hints of an exercise, one more each time. Nothing is run: what has passed is known from memory."""

from __future__ import annotations

from dataclasses import dataclass

from grader.grade import recall
from grader.load.curriculum import Exercise, Hint
from grader.load.kit import Kit
from grader.load.practice_log import Practice
from grader.practice.progress import has_passed
from grader.result import ExerciseResult


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
    """The same, for a caller that knows how far the exercise is and what was asked for."""
    if has_passed(known):
        return Hints(exercise.hints, 0, passed=True, remembered=True)
    before, most = practice.hints(exercise.name), len(exercise.hints)
    count = most if everything else min(before + 1, most)
    remembered = before >= count or practice.show_hints(exercise.name, count)
    return Hints(exercise.hints[:count], most - count, passed=False, remembered=remembered)
