"""The grade that counts: points by the assignment's weights and total, lateness, and what a person decided.

Every export, page and screen shows what is made here, and computes nothing of it itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Final

from grader.assignment import Assignment, Attempts, exact, to_hundredths
from grader.class_result import (
    Attempt,
    Column,
    ExerciseGrade,
    Grade,
    Lateness,
    Mark,
    Override,
    Timing,
)
from grader.result import Verdict

WHOLE: Final = ""
"""What an override about the whole grade goes by, where others go by the exercise."""


@dataclass(frozen=True)
class Scale:
    """How an assignment makes grades of marks."""

    assignment: Assignment
    worth: Mapping[str, Fraction] = field(default_factory=dict)
    """By exercise, in the order of the curriculum."""

    @classmethod
    def of(cls, assignment: Assignment, exercises: Iterable[Column]) -> Scale:
        """The scale for these exercises."""
        return cls(assignment, assignment.worth({exercise.name: exercise.points for exercise in exercises}))

    def grade(self, student: str, attempt: Attempt | None, overrides: Mapping[str, Override]) -> Grade:
        """A student's grade for an attempt, None for nothing handed in."""
        timing, late = lateness(self.assignment, student, attempt)
        marks = attempt.marks if attempt else {}
        refused = bool(attempt and attempt.refused)
        parts: dict[str, ExerciseGrade] = {}
        unsettled = []
        earned, counted = Fraction(0), False
        for name, worth in self.worth.items():
            decided = _decided(overrides.get(name))
            points = _points(marks.get(name), worth) if decided is None else _of_worth(decided, worth)
            if points is not None:
                earned += points
                counted = True
            elif name in marks or refused:
                unsettled.append(name)
            parts[name] = ExerciseGrade(_hundredths(points), to_hundredths(worth), decided is not None)
        known = counted and not unsettled
        most = to_hundredths(sum(self.worth.values(), Fraction(0)))
        score = to_hundredths(earned * (1 - exact(late.taken if late else 0))) if known else None
        whole = _decided(overrides.get(WHOLE))
        return Grade(
            parts,
            to_hundredths(earned) if known else None,
            score if whole is None else to_hundredths(whole),
            most,
            timing,
            late,
            () if whole is not None else tuple(unsettled),
            whole is not None,
        )

    def counting(self, student: str, attempts: Iterable[Attempt], overrides: Mapping[str, Override]) -> Attempt | None:
        """Which of the attempts, the earliest first, counts; None of none. Of equally good ones it is the first."""
        every = list(attempts)
        if self.assignment.attempts is Attempts.LAST or len(every) < 2:
            return every[-1] if every else None
        scored = [(self.grade(student, attempt, overrides).score, attempt) for attempt in every]
        graded = [(score, attempt) for score, attempt in scored if score is not None]
        return max(graded, key=lambda each: each[0])[1] if graded else every[-1]


def lateness(assignment: Assignment, student: str, attempt: Attempt | None) -> tuple[Timing, Lateness | None]:
    """Whether an attempt was in time, and what it costs if not."""
    due = assignment.due_for(student)
    if due is None or attempt is None:
        return Timing.NOT_DUE, None
    try:
        late_s = (datetime.fromisoformat(attempt.handed_in) - due).total_seconds()
    except (ValueError, TypeError):
        # A platform's mark rests on its own due time, and so says nothing to a student who has an extension here.
        if not attempt.marked_late or student in assignment.extensions:
            return Timing.UNKNOWN, None
        return Timing.LATE, Lateness(None, assignment.rule.least, assignment.rule.needs_time)
    if late_s <= 0:
        return Timing.IN_TIME, None
    return Timing.LATE, Lateness(late_s, assignment.rule.taken(late_s))


def _decided(override: Override | None) -> Fraction | None:
    return None if override is None or override.points is None else exact(override.points)


def _of_worth(decided: Fraction, worth: Fraction) -> Fraction:
    """The points as decided: people see what it is worth to the hundredth, and giving that means giving all."""
    return worth if decided == exact(to_hundredths(worth)) else decided


def _points(mark: Mark | None, worth: Fraction) -> Fraction | None:
    if mark is None or mark.verdict is Verdict.INCONCLUSIVE:
        return None
    return worth * mark.score / mark.max_score if mark.max_score else Fraction(0)


def _hundredths(points: Fraction | None) -> float | None:
    return None if points is None else to_hundredths(points)
