"""A result in the points of an assignment, part by part: the parts add up to the total that another system shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from grader.assignment import NO_ASSIGNMENT, Assignment, apportioned, to_hundredths
from grader.report.markdown import prose
from grader.report.parts import GradedPart, parts
from grader.result import Result
from grader.text import decimal

HUNDREDTHS: Final = 100
"""Of a point: what everybody else counts in."""


@dataclass(frozen=True)
class PointScale:
    """Whole numbers in which an assignment's points can be told."""

    unit: int
    """So many make a point."""
    most: int
    """All points, in these units."""


@dataclass(frozen=True)
class ScaledPart:
    """A part of a result with its points in units of a scale."""

    part: GradedPart
    score: int
    max_score: int


def whole_points(assignment: Assignment, points: Mapping[str, int]) -> PointScale:
    """For systems that take whole numbers only: points, or hundredths where not every check is worth whole points.

    ``points`` are the exercises' own, by name.
    """
    worth = assignment.worth(points)
    is_whole = all((worth[name] / own).denominator == 1 for name, own in points.items())
    return _scale(worth, 1 if is_whole else HUNDREDTHS)


def hundredths(assignment: Assignment, points: Mapping[str, int]) -> PointScale:
    """For systems that take points with two decimals."""
    return _scale(assignment.worth(points), HUNDREDTHS)


def scaled(result: Result, assignment: Assignment, scale: PointScale) -> list[ScaledPart]:
    """Every part of the result in its order; their points add up to those of the whole, to the nearest unit."""
    every = [part for exercise in result.exercises for part in parts(exercise)]
    if assignment is NO_ASSIGNMENT and scale.unit == 1:
        return [ScaledPart(part, part.score, part.max_score) for part in every]
    worth = assignment.worth(points_of_result(result))
    rates = [worth[part.exercise.name] / part.exercise.max_score * scale.unit for part in every]
    # Had and lost points are rounded apart, so that a part that passed has all its points, whatever is rounded.
    had = [part.score * rate for part, rate in zip(every, rates, strict=True)]
    lost = [(part.max_score - part.score) * rate for part, rate in zip(every, rates, strict=True)]
    scores = apportioned(had, sum(had, Fraction(0)))
    rests = apportioned(lost, Fraction(scale.most - sum(scores)))
    return [ScaledPart(part, score, score + rest) for part, score, rest in zip(every, scores, rests, strict=True)]


def points_of_result(result: Result) -> dict[str, int]:
    """The exercises' own points, by name."""
    return {exercise.name: exercise.max_score for exercise in result.exercises}


def assignment_points(result: Result, assignment: Assignment) -> tuple[str, str]:
    """The points of a result and the most that there are, as the assignment counts them, for people."""
    points = points_of_result(result)
    worth = assignment.worth(points)
    had = sum((worth[each.name] * each.score / each.max_score for each in result.exercises), Fraction(0))
    return decimal(to_hundredths(had)), decimal(assignment.most(points))


def titled(result: Result, assignment: Assignment) -> str:
    """The assignment's title and points as Markdown, to stand above a summary; empty without an assignment."""
    if assignment is NO_ASSIGNMENT:
        return ""
    score, most = assignment_points(result, assignment)
    said = "Below, each exercise has the points that its checks are worth."
    return f"# {prose(assignment.title)}: {score} of {most} points\n\n{said}\n\n"


def _scale(worth: Mapping[str, Fraction], unit: int) -> PointScale:
    (most,) = apportioned([sum(worth.values(), Fraction(0)) * unit], sum(worth.values(), Fraction(0)) * unit)
    return PointScale(unit, most)
