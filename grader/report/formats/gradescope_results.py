"""``results.json`` as Gradescope reads it: a test for each check, with what it saw as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.report.markdown import fenced, summary
from grader.report.parts import GradedPart, parts
from grader.result import CheckVerdict, Result

_OUTPUT_BYTES = 500_000
"""Gradescope documents no bound; a page of this size still opens."""


def results_json(result: Result) -> dict[str, Any]:
    """The value of ``results.json``. Students see all of it, and nothing of what was printed while it was made."""
    return {
        "score": result.score,
        "execution_time": round(result.seconds, 3),
        "output": summary(result, most_bytes=_OUTPUT_BYTES),
        "output_format": "md",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": list(_tests(result)),
        "extra_data": {
            "kit_version": result.kit_version,
            "suites": result.suites,
            "verdicts": {exercise.name: exercise.verdict.value for exercise in result.exercises},
        },
    }


def _tests(result: Result) -> Iterator[dict[str, Any]]:
    for number, exercise in enumerate(result.exercises, start=1):
        for place, part in enumerate(parts(exercise), start=1):
            yield _test(part, f"{number}.{place}")


def _test(part: GradedPart, number: str) -> dict[str, Any]:
    return {
        "score": part.score,
        "max_score": part.max_score,
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
        return f"not judged, and no point lost; submit again\n{part.message}".strip()
    return part.message
