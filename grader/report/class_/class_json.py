"""A class as JSON: the format ``turtles/class/v1``, described by ``class-v1.schema.json``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, Final

from grader.assignment import to_hundredths, utc_text
from grader.class_result import Attempt, ClassResult, Column, Entry, Override
from grader.result import ExerciseResult

SCHEMA: Final = "turtles/class/v1"

_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def render(result: ClassResult) -> Iterator[str]:
    """The whole class as the text of a file, in pieces: each student when asked for, since a class may be large.

    Of a student's exercises there is all but the recorded runs, which are most of what there is: those are on the
    student's page. What the students wrote is not in it either.
    """
    own = {exercise.name: exercise.points for exercise in result.exercises}
    worth = {name: to_hundredths(value) for name, value in result.assignment.worth(own).items()}
    head = {
        "schema": SCHEMA,
        "kit_version": result.kit_version,
        "python_version": result.python_version,
        "finished": result.finished,
        "sandbox": result.sandbox,
        "assignment": _assignment(result),
        "max_score": result.max_score,
        "exercises": [_column(exercise, worth[exercise.name]) for exercise in result.exercises],
        "problems": _texts(result.problems),
    }
    yield "{\n"
    for name, value in head.items():
        yield f"{_json(name)}: {_json(value)},\n"
    yield '"students": ['
    for nth, entry in enumerate(result.entries):
        yield f"{',' if nth else ''}\n{_json(_entry(entry))}"
    yield "\n]\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _assignment(result: ClassResult) -> dict[str, Any]:
    given = result.assignment
    return {
        "title": _text(given.title),
        "due": utc_text(given.due),
        "attempts": given.attempts.value,
    }


def _column(exercise: Column, worth: float) -> dict[str, Any]:
    return {field.name: getattr(exercise, field.name) for field in fields(exercise)} | {"worth": worth}


def _entry(entry: Entry) -> dict[str, Any]:
    student, grade = entry.student, entry.grade
    return {
        "id": _text(student.id),
        "name": _text(student.name),
        "email": _text(student.email),
        "roster": {_text(name): _text(value) for name, value in student.roster.items()},
        "place": _text(entry.place),
        "handed_in": entry.handed_in,
        "time_source": entry.time_source,
        "timing": grade.timing.value or None,
        "late": {"late_s": grade.late.late_s, "taken": grade.late.taken} if grade.late else None,
        "earned": grade.earned,
        "score": grade.score,
        "by_hand": grade.by_hand,
        "not_judged": list(grade.open),
        "with": [_text(partner.id) for partner in entry.partners],
        "overrides": [_override(exercise, each) for exercise, each in entry.overrides.items()],
        "attempts": [_attempt(each) for each in entry.attempts],
        "protected": _texts(entry.protected),
        "problems": _texts(entry.problems),
        "points": {name: each.points for name, each in grade.exercises.items()},
        "exercises": [_result(judged) for judged in entry.results.values()],
    }


def _override(exercise: str, override: Override) -> dict[str, Any]:
    return {
        "exercise": exercise or None,
        "points": override.points,
        "comment": _text(override.comment),
        "who": _text(override.who),
        "at": override.at,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "place": _text(attempt.place),
        "handed_in": attempt.handed_in,
        "graded_at": attempt.graded_at,
        "score": attempt.score,
    }


def _result(result: ExerciseResult) -> dict[str, Any]:
    # Runs are left out before they are written: they take most of the time.
    written = replace(result, timelines=()).to_json()
    del written["timelines"]
    return written


def _texts(texts: tuple[str, ...]) -> list[str]:
    return [_text(text) for text in texts]


def _text(text: str) -> str:
    """Names of files may hold half of a surrogate pair, which cannot be written as UTF-8."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
