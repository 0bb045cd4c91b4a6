"""``results.json`` as Gradescope reads it: a test for each check, with what it saw as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from grader.assignment import NO_ASSIGNMENT, Assignment
from grader.report.formats.scaled_points import (
    HUNDREDTHS,
    ScaledPart,
    hundredths,
    points_of_result,
    scaled,
    titled,
)
from grader.report.markdown import fenced, summary
from grader.report.parts import GradedPart
from grader.result import CheckVerdict, Result

_OUTPUT_BYTES = 500_000
"""Gradescope documents no bound; a page of this size still opens."""


def results_json(result: Result, assignment: Assignment = NO_ASSIGNMENT) -> dict[str, Any]:
    """The value of ``results.json``, in the assignment's points.

    Students see all of it, and nothing of what was printed while it was made.
    """
    tests = list(_tests(result, assignment))
    return {
        "score": _points(sum(round(test["score"] * HUNDREDTHS) for test in tests)),
        "execution_time": round(result.seconds, 3),
        "output": titled(result, assignment) + summary(result, most_bytes=_OUTPUT_BYTES),
        "output_format": "md",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": {
            "kit_version": result.kit_version,
            "suites": result.suites,
            "verdicts": {exercise.name: exercise.verdict.value for exercise in result.exercises},
        },
    }


def _tests(result: Result, assignment: Assignment) -> Iterator[dict[str, Any]]:
    every = scaled(result, assignment, hundredths(assignment, points_of_result(result)))
    numbers = {exercise.name: number for number, exercise in enumerate(result.exercises, start=1)}
    places: Counter[str] = Counter()
    for each in every:
        name = each.part.exercise.name
        places[name] += 1
        yield _test(each, f"{numbers[name]}.{places[name]}")


def _points(of_hundredths: int) -> int | float:
    return of_hundredths // HUNDREDTHS if of_hundredths % HUNDREDTHS == 0 else of_hundredths / HUNDREDTHS


def _test(scaled_part: ScaledPart, number: str) -> dict[str, Any]:
    part = scaled_part.part
    return {
        "score": _points(scaled_part.score),
        "max_score": _points(scaled_part.max_score),
        # There are two words only: what could not be judged has not passed, and its output says so.
        "status": "passed" if part.verdict is CheckVerdict.PASSED else "failed",
        "name": part.name,
        "number": number,
        "output": fenced(_told(part)) if _told(part) else "",
        "output_format": "md",
        "tags": [part.exercise.chapter],
        "visibility": "visible",
    }


def _told(part: GradedPart) -> str:
    if part.verdict is CheckVerdict.INCONCLUSIVE:
        return f"not judged, and no points lost: submit it again\n{part.message}".strip()
    return part.message
