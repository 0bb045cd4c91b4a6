"""What Classroom 50 takes from an autograder: ``result.json``, ``release-body.md`` and two lines of step output.

Its runner adds who owns the submission and which kind of assignment it is, and refuses a result whose sums or kinds of
values are wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from grader.assignment import NO_ASSIGNMENT, Assignment
from grader.errors import UsageError
from grader.report.formats.scaled_points import (
    ScaledPart,
    assignment_points,
    points_of_result,
    scaled,
    titled,
    whole_points,
)
from grader.report.markdown import counted, summary
from grader.result import CheckVerdict, Result
from grader.text import one_line

SCHEMA: Final = "classroom50/result/v1"

_NEEDED = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
}
_BODY_BYTES = 120_000
"""GitHub takes a release's text of up to 125,000 characters."""
_STATUS_COLUMNS = 140
"""The summary becomes the description of a commit's status, which GitHub bounds."""
_STATES = {0: "success", 1: "failure", 3: "error"}


def check_environment(env: Mapping[str, str]) -> None:
    """Raise ``UsageError`` when the environment does not say whose result it is: better before anything is graded."""
    missing = [name for name in _NEEDED.values() if not env.get(name)]
    if missing:
        raise UsageError(f"{', '.join(missing)} not set in the environment; Classroom 50's runner sets them")


def result_json(
    result: Result, env: Mapping[str, str], now: datetime, assignment: Assignment = NO_ASSIGNMENT
) -> dict[str, Any]:
    """The value of ``result.json``: a test for each check, with whole points or hundredths of the assignment's.

    ``env``: the environment that the runner gives. ``now``: when it was graded; with a time zone.
    Raises ``UsageError`` as ``check_environment`` does.
    """
    check_environment(env)
    scale = whole_points(assignment, points_of_result(result))
    tests = [_test(each) for each in scaled(result, assignment, scale)]
    return {
        "schema": SCHEMA,
        **{key: env[name] for key, name in _NEEDED.items()},
        "review": env.get("REVIEW_URL") or env["COMMIT_URL"],
        "datetime": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": sum(test["score"] for test in tests),
        "max-score": scale.most,
        "tests": tests,
    }


def release_body(result: Result, assignment: Assignment = NO_ASSIGNMENT) -> str:
    """The Markdown that students see on the release of their submission."""
    return titled(result, assignment) + summary(result, most_bytes=_BODY_BYTES)


def outputs(result: Result, assignment: Assignment = NO_ASSIGNMENT) -> str:
    """The lines ``status=`` and ``summary=`` for the file that ``GITHUB_OUTPUT`` names.

    The status is ``success``, ``failure``, or ``error`` where something could not be judged.
    """
    public = " (public checks only)" if result.public_only else ""
    score, most = assignment_points(result, assignment)
    told = one_line(f"{score}/{most} points: {counted(result)}{public}", _STATUS_COLUMNS)
    return f"status={_STATES[result.exit_status]}\nsummary={told}\n"


def _test(scaled_part: ScaledPart) -> dict[str, Any]:
    part = scaled_part.part
    return {
        "test-name": part.name,
        "passed": part.verdict is CheckVerdict.PASSED,
        "score": scaled_part.score,
        "max-score": scaled_part.max_score,
        "verdict": part.verdict.value,
        "message": part.message,
    }
