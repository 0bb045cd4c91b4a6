"""What a class comes to: how its totals are distributed, which exercises and checks were hard, and what went wrong.

Every share is of the students who worked on an exercise: who handed it in as it was handed out, or could not be
judged, tells nothing of how hard it is.
"""

from __future__ import annotations

import itertools
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from grader.assignment import Attempts
from grader.class_result import ClassResult, Column
from grader.result import CheckVerdict, ExerciseResult, Verdict

_IDLE: Final = (Verdict.UNTOUCHED, Verdict.INCONCLUSIVE)
_FEW: Final = 40
"""Up to so many students half as many bars tell more."""


@dataclass(frozen=True)
class TotalsBar:
    """Totals from ``least`` points, and less than ``below`` but in the last bar, which holds all points too."""

    least: float
    below: float
    students: int


@dataclass(frozen=True)
class Totals:
    """The totals of the students who have a grade; a class where nobody has one has neither bars nor figures."""

    students: int
    mean: float
    median: float
    least: float
    most: float
    bars: tuple[TotalsBar, ...]


@dataclass(frozen=True)
class ExerciseFigures:
    """How an exercise went."""

    exercise: Column
    handed_in: int
    worked_on: int
    passed: int
    worth: float
    """The most points of the assignment that it can give."""
    mean: float
    """Points of the assignment as judged, of those who worked on it."""
    mistakes: tuple[tuple[str, int], ...]
    """The kinds of mistake that were recognised, with the number of students; the commonest first."""


@dataclass(frozen=True)
class CheckFigures:
    """How a check went, among those who worked on its exercise."""

    exercise: str
    title: str
    worked_on: int
    passed: int

    @property
    def share(self) -> float:
        return self.passed / self.worked_on


@dataclass(frozen=True)
class MistakeFigures:
    """A kind of mistake."""

    name: str
    students: int
    """How many showed it in at least one exercise."""
    exercises: tuple[tuple[str, int], ...]
    """In which, by how many students; the commonest first."""


@dataclass(frozen=True)
class Day:
    """What a class had come to at the end of a day on which something was handed in."""

    date: str
    """``2026-12-01``, in UTC."""
    attempts: int
    """Handed in on that day."""
    students: int
    """With a grade until then."""
    mean: float
    """Of their points so far."""


def progress(result: ClassResult) -> list[Day]:
    """How the class got on, by days; nothing while nobody has handed in twice."""
    if all(len(entry.attempts) < 2 for entry in result.entries):
        return []
    best = result.assignment.attempts is Attempts.BEST
    came = [
        ((attempt.handed_in or attempt.graded_at)[:10], number, attempt.score)
        for number, entry in enumerate(result.entries)
        for attempt in entry.attempts
    ]
    so_far: dict[int, float] = {}
    days = []
    for date, of_day in itertools.groupby(sorted(came, key=lambda each: each[0]), key=lambda each: each[0]):
        attempts = list(of_day)
        for _, number, score in attempts:
            if score is not None:
                so_far[number] = max(score, so_far.get(number, 0)) if best else score
        mean = statistics.fmean(so_far.values()) if so_far else 0.0
        days.append(Day(date, len(attempts), len(so_far), mean))
    return days


def totals(result: ClassResult) -> Totals:
    """How the totals are distributed."""
    scores = [score for entry in result.entries if (score := entry.grade.score) is not None]
    if not scores:
        return Totals(0, 0.0, 0.0, 0.0, 0.0, ())
    return Totals(
        len(scores),
        statistics.fmean(scores),
        statistics.median(scores),
        min(scores),
        max(scores),
        tuple(_bars(scores, result.max_score)),
    )


def _bars(scores: Sequence[float], most: float) -> Iterable[TotalsBar]:
    number = 10 if len(scores) <= _FEW else 20
    held = Counter(min(int(score * number / most), number - 1) if most else 0 for score in scores)
    for index in range(number):
        yield TotalsBar(most * index / number, most * (index + 1) / number, held[index])


def exercises(result: ClassResult) -> list[ExerciseFigures]:
    """Every exercise, in the order of the curriculum."""
    worth = result.assignment.worth({exercise.name: exercise.points for exercise in result.exercises})
    return [
        _exercise(exercise, float(worth[exercise.name]), *_handed_in(result, exercise.name))
        for exercise in result.exercises
    ]


def _exercise(exercise: Column, worth: float, handed_in: int, worked_on: Counts) -> ExerciseFigures:
    number = sum(times for _, times in worked_on)
    mistakes: Counter[str] = Counter()
    for answer, times in worked_on:
        mistakes.update(dict.fromkeys(answer.mistakes, times))
    return ExerciseFigures(
        exercise,
        handed_in,
        number,
        sum(times for answer, times in worked_on if answer.verdict is Verdict.PASSED),
        worth,
        sum(answer.score * times for answer, times in worked_on) / number * worth / exercise.points if number else 0.0,
        _commonest(mistakes),
    )


def checks(result: ClassResult) -> list[CheckFigures]:
    """Every check that anybody was judged by; the one that the smallest share passed comes first."""
    found = []
    for exercise in result.exercises:
        _, worked_on = _handed_in(result, exercise.name)
        judged: Counter[str] = Counter()
        passed: Counter[str] = Counter()
        known = {check.title for answer, _ in worked_on for check in answer.checks}
        for answer, times in worked_on:
            verdicts = {check.title: check.verdict for check in answer.checks}
            for title in known:
                # Of a file that does not load there may be no check at all; then it passed none.
                verdict = verdicts.get(title, CheckVerdict.FAILED)
                judged[title] += times * (verdict is not CheckVerdict.INCONCLUSIVE)
                passed[title] += times * (verdict is CheckVerdict.PASSED)
        found += [CheckFigures(exercise.name, title, judged[title], passed[title]) for title in known if judged[title]]
    return sorted(found, key=lambda check: (check.share, -check.worked_on, check.exercise, check.title))


def mistakes(result: ClassResult) -> list[MistakeFigures]:
    """Every kind of mistake that was recognised, the commonest first."""
    students: Counter[str] = Counter()
    where: dict[str, Counter[str]] = {}
    for entry in result.entries:
        shown = [
            (kind, name)
            for name, judged in entry.results.items()
            if judged.verdict not in _IDLE
            for kind in judged.mistakes
        ]
        students.update({kind for kind, _ in shown})
        for kind, name in shown:
            where.setdefault(kind, Counter())[name] += 1
    return [MistakeFigures(kind, number, _commonest(where[kind])) for kind, number in _commonest(students)]


Counts = Sequence[tuple[ExerciseResult, int]]
"""Results, each once, with how many students have this very one."""


def _handed_in(result: ClassResult, name: str) -> tuple[int, Counts]:
    """How many handed an exercise in, and the results of those who worked on it."""
    every = [found for entry in result.entries if (found := entry.results.get(name))]
    # Identical files are judged once, so that a large class shares most of its results.
    distinct = {id(judged): judged for judged in every}
    times = Counter(map(id, every))
    return len(every), [(judged, times[key]) for key, judged in distinct.items() if judged.verdict not in _IDLE]


def _commonest(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
