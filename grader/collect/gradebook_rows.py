"""What a gradebook keeps, as it is given to it and as it stands in its rows."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from grader.assignment import NO_ASSIGNMENT, Assignment
from grader.class_result import Column, Sheet, Student
from grader.collect.batches import Work
from grader.result import ExerciseResult


@dataclass(frozen=True)
class Header:
    """What a grading says of itself."""

    kit_version: str
    python_version: str
    sandbox: str
    exercises: tuple[Column, ...]
    problems: tuple[str, ...] = ()
    assignment: Assignment = NO_ASSIGNMENT
    sheet: Sheet | None = None


@dataclass(frozen=True)
class Record:
    """One submission, as it is in the gradebook."""

    place: str
    students: tuple[Student, ...]
    """Whose it is; at least one."""
    digest: str
    content: str
    """SHA-256 in hex of its exercises: an attempt has the same as another only if it is the same."""
    handed_in: str = ""
    time_source: str = ""
    marked_late: bool = False
    sent_as: str = ""
    protected: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeptAttempt:
    """A hand-in that was graded: what lies at a place, or did before."""

    place: str
    students: tuple[Student, ...]
    handed_in: str
    time_source: str
    marked_late: bool
    refused: tuple[str, ...]
    graded_at: str
    keys: Mapping[str, str]
    """Of its files, by exercise."""
    is_current: bool


RECORD: Final = (
    "place, students, digest, content, handed_in, time_source, marked_late, sent_as, protected, problems, refused"
)
"""The columns that ``record_of`` makes a record of."""
ATTEMPT: Final = "place, students, handed_in, time_source, marked_late, refused, graded_at"
"""The columns that ``attempt_of`` makes an attempt of."""


def record_of(row: Sequence[Any]) -> Record:
    """A submission, from its row."""
    place, students, digest, content, handed_in, time_source, marked_late, sent_as, *lists = row
    protected, problems, refused = (tuple(json.loads(text)) for text in lists[:3])
    return Record(
        place,
        _students(students),
        digest,
        content,
        handed_in,
        time_source,
        bool(marked_late),
        sent_as,
        protected,
        problems,
        refused,
    )


def attempt_of(row: Sequence[Any], keys: Mapping[str, str], *, is_current: bool) -> KeptAttempt:
    """An attempt, from its row and the keys of its files."""
    place, students, handed_in, time_source, marked_late, refused, graded_at, *_ = row
    return KeptAttempt(
        place,
        _students(students),
        handed_in,
        time_source,
        bool(marked_late),
        tuple(json.loads(refused)),
        graded_at,
        keys,
        is_current,
    )


def _students(text: str) -> tuple[Student, ...]:
    return tuple(Student(**student) for student in json.loads(text))


def students_json(students: Iterable[Student]) -> str:
    """Whose a submission is, as the column ``students`` has it."""
    fields = [
        {"id": student.id, "name": student.name, "email": student.email, "roster": dict(student.roster)}
        for student in students
    ]
    return json.dumps(fields, sort_keys=True)


def sheet_of(value: Any) -> Sheet | None:
    """A learning platform's table, as the gradebook has it; None where there was none."""
    return Sheet(value[0], tuple((heading, role) for heading, role in value[1])) if value else None


def verdict_row(work: Work, result: ExerciseResult) -> tuple[object, ...]:
    """The row of a file that was judged."""
    written = json.dumps(result.to_json(), ensure_ascii=False, separators=(",", ":")).encode()
    return (
        work.key,
        work.exercise,
        result.verdict,
        result.score,
        result.max_score,
        zlib.compress(written),
        zlib.compress(work.source),
    )
