"""A result as parts that can be counted: what other systems call tests. Their points add up to the exercise's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from grader.report import sentences
from grader.result import Check, CheckVerdict, ExerciseResult, Result, Verdict
from grader.text import clean, cut, one_line

LONGEST_NAME = 160
_LONGEST_MESSAGE = 1_000


@dataclass(frozen=True)
class GradedPart:
    """A check, or a whole exercise where its checks do not account for its points. Its texts hold no escapes."""

    exercise: ExerciseResult
    title: str
    """One line."""
    verdict: CheckVerdict
    score: int
    max_score: int
    message: str
    """What is wrong, in as many lines as it takes; empty when it passed."""

    @property
    def name(self) -> str:
        """``03 blocked_tasks: each task takes its second``, one line."""
        return f"{self.exercise.chapter.partition('_')[0]} {self.exercise.name}: {self.title}"

    @property
    def line(self) -> int | None:
        """The line of the learner's file that most likely matters, if any is known."""
        return first_line(self.exercise)


def first_line(exercise: ExerciseResult) -> int | None:
    """The line of the learner's file that a message or a finding speaks of first."""
    if exercise.message_line is not None:
        return exercise.message_line
    return next((place.line for finding in exercise.findings for place in finding.places), None)


def parts(exercise: ExerciseResult) -> list[GradedPart]:
    """At least one part; ``score`` and ``max_score`` of all of them add up to those of the exercise."""
    if exercise.verdict is Verdict.UNTOUCHED:
        checks = [_part(exercise, check, CheckVerdict.FAILED, 0, "not started") for check in exercise.checks]
    else:
        checks = [_part(exercise, check, check.verdict, check.score, check.message) for check in exercise.checks]
    accounted = (sum(check.score for check in checks), sum(check.max_score for check in checks))
    if exercise.verdict is Verdict.BROKEN or not checks or accounted != (exercise.score, exercise.max_score):
        return [_whole(exercise)]
    return checks


def all_parts(result: Result) -> Iterator[GradedPart]:
    """The parts of every exercise, in their order."""
    for exercise in result.exercises:
        yield from parts(exercise)


def shared_messages(exercise: ExerciseResult) -> dict[str, str]:
    """What several checks say in the same words, with who says it: ``all 5 checks``, ``3 checks``. Said once is enough.

    Without what is said of the exercise as a whole.
    """
    said = Counter(check.message for check in exercise.checks if check.verdict is not CheckVerdict.PASSED)
    whole = len(exercise.checks)
    return {
        message: f"{'all ' if number == whole else ''}{number} checks"
        for message, number in said.items()
        if number > 1 and message not in ("", exercise.message)
    }


def no_points_lost(exercise: ExerciseResult) -> str:
    """What to say below an exercise that could not be judged."""
    verdicts = [check.verdict for check in exercise.checks]
    return sentences.no_points_lost(verdicts.count(CheckVerdict.INCONCLUSIVE), verdicts.count(CheckVerdict.FAILED))


def short(text: str, columns: int = _LONGEST_MESSAGE) -> str:
    """The text without escapes; line feeds stay, and it ends after about as many columns."""
    return cut(clean(text).strip(), columns)


def _part(exercise: ExerciseResult, check: Check, verdict: CheckVerdict, score: int, message: str) -> GradedPart:
    told = "" if verdict is CheckVerdict.PASSED else short(message)
    return GradedPart(exercise, one_line(check.title, LONGEST_NAME), verdict, score, check.max_score, told)


def _whole(exercise: ExerciseResult) -> GradedPart:
    verdicts = {Verdict.PASSED: CheckVerdict.PASSED, Verdict.INCONCLUSIVE: CheckVerdict.INCONCLUSIVE}
    verdict = verdicts.get(exercise.verdict, CheckVerdict.FAILED)
    told = "" if verdict is CheckVerdict.PASSED else short(exercise.message or exercise.verdict.value)
    return GradedPart(
        exercise, one_line(exercise.title, LONGEST_NAME), verdict, exercise.score, exercise.max_score, told
    )
