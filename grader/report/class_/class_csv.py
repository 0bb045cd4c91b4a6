"""A class as tables: for a spreadsheet, and in the layouts from which Moodle and Canvas import grades.

Texts are quoted, numbers are not. A text that a spreadsheet would take for a formula gets an apostrophe before it,
as OWASP advises: names, ids and problems come from those who are graded.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from grader.class_result import ClassResult, Sheet, Student
from grader.report.class_.told import changed_by_hand, feedback
from grader.text import one_line

_NUMBER: Final = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?|[+-]")
# What begins a formula, also with spaces before it or in full width; after a semicolon too, since in half of Europe a
# spreadsheet begins a cell there.
_FORMULA: Final = re.compile(r"(^|;)(?=\s*[=+\-@＝＋－＠])")
_POINTS_POSSIBLE: Final = "Points Possible"

_Cell = str | int | float | None


def table(result: ClassResult) -> str:
    """One row a student, with every exercise: the points of the exercises less what is ``taken`` are the ``total``.

    An exercise that was not handed in, or could not be judged, has no points rather than 0, and a student without a
    grade no total. For people with a spreadsheet: it begins with a byte order mark, without which Excel does not read
    UTF-8.
    """
    names = [exercise.name for exercise in result.exercises]
    last = (
        "total", "max", "late seconds", "taken", "timing", "handed in", "time from", "attempts", "with", "not judged",
        "by hand", "comments", "problems",
    )  # fmt: skip
    rows = [
        [
            *_who(entry.student),
            *(entry.grade.exercises[name].points for name in names),
            entry.grade.score,
            result.max_score,
            entry.grade.late.late_s if entry.grade.late else None,
            entry.grade.taken if entry.has_grade else None,
            entry.grade.timing.value,
            entry.handed_in,
            entry.time_source,
            len(entry.attempts) or None,
            "; ".join(partner.id for partner in entry.partners),
            "; ".join(entry.grade.open),
            "; ".join(changed_by_hand(entry)),
            "; ".join(f"{name or 'total'}: {each.comment}" for name, each in entry.overrides.items() if each.comment),
            "; ".join(entry.problems),
        ]
        for entry in result.entries
    ]
    return "\N{BYTE ORDER MARK}" + _written([["id", "name", "email", *names, *last], *rows])


def moodle(result: ClassResult) -> str:
    """The grading worksheet of a Moodle assignment, as its "Upload grading worksheet" reads it.

    A worksheet that was the roster comes back as it is, in whatever language, with grades and comments in it. Without
    one, this has its English headings, and Moodle does not know the students by their ``Identifier``; then the file
    serves the gradebook's CSV import, by email address or id. A student without a grade has an empty one, which Moodle
    passes over.
    """
    if result.sheet and result.sheet.system == "moodle":
        return _worksheet(result, result.sheet)
    header = (
        "Identifier",
        "Full name",
        "Email address",
        "Status",
        "Grade",
        "Maximum grade",
        "Grade can be changed",
        "Last modified (submission)",
        "Last modified (grade)",
        "Feedback comments",
    )
    rows: list[Sequence[_Cell]] = []
    for entry in result.entries:
        student, known = entry.student, _Columns(entry.student.roster)
        rows.append(
            [
                known.get("Identifier") or student.id,
                known.get("Full name") or student.name or student.id,
                known.get("Email address") or student.email,
                known.get("Status"),
                entry.grade.score,
                result.max_score,
                known.get("Grade can be changed") or "Yes",
                known.get("Last modified (submission)") or "-",
                known.get("Last modified (grade)") or "-",
                html.escape(feedback(result, entry), quote=False),
            ]
        )
    return _written([header, *rows])


def _worksheet(result: ClassResult, sheet: Sheet) -> str:
    """The worksheet with grades in it, for those who are on it."""
    rows: list[Sequence[_Cell]] = []
    for entry in result.entries:
        student = entry.student
        if not student.roster:
            continue
        ours: Mapping[str, _Cell] = {
            "id": student.id,
            "name": student.name,
            "email": student.email,
            "grade": entry.grade.score,
            "feedback": html.escape(feedback(result, entry), quote=False),
        }
        rows.append([ours.get(role, student.roster.get(heading, "")) for heading, role in sheet.columns])
    return _written([[heading for heading, _ in sheet.columns], *rows])


def canvas(result: ClassResult) -> str:
    """A file for Canvas's gradebook import, with one assignment and its points possible.

    The columns by which Canvas knows students, and the assignment's own column (``HW1 (88123)``), come from a roster
    that is an export of its gradebook. Without them, ids are taken for login ids, and otherwise Canvas goes by the
    name, and makes a new assignment of the title. Who has no grade yet is left out: Canvas would take an empty one for
    a grade to remove.
    """
    own = result.sheet.heading("grade") if result.sheet and result.sheet.system == "canvas" else ""
    header = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", own or result.assignment.title)
    possible = (f"    {_POINTS_POSSIBLE}", "", "", "", "", result.max_score)
    rows = []
    for entry in result.entries:
        if entry.has_grade:
            student, known = entry.student, _Columns(entry.student.roster)
            exported = known.has("SIS User ID", "SIS Login ID")
            name = known.get("Student") or student.name or student.id
            rows.append(
                (
                    # A student of that name would be taken for the row above.
                    name.replace(_POINTS_POSSIBLE, _POINTS_POSSIBLE.lower()),
                    # Never somebody else's number: Canvas would give them the grade.
                    known.get("ID") or (student.id if exported and student.id.isdecimal() else ""),
                    known.get("SIS User ID"),
                    known.get("SIS Login ID") or ("" if exported else student.id),
                    known.get("Section"),
                    entry.grade.score,
                )
            )
    return _written([header, possible, *rows])


class _Columns:
    """A student's columns of the roster, whatever their case."""

    def __init__(self, roster: Mapping[str, str]) -> None:
        self._values = {" ".join(name.split()).casefold(): value.strip() for name, value in roster.items()}

    def get(self, name: str) -> str:
        return self._values.get(name.casefold(), "")

    def has(self, *names: str) -> bool:
        return any(name.casefold() in self._values for name in names)


def _who(student: Student) -> tuple[str, str, str]:
    return student.id, student.name, student.email


def _written(rows: Iterable[Sequence[_Cell]]) -> str:
    """As RFC 4180 has it."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue()


def _cell(value: _Cell) -> str | int | float:
    if value is None:
        return ""
    if not isinstance(value, str):
        return int(value) if value == int(value) else round(value, 2)
    indent = value[: len(value) - len(value.lstrip(" "))]
    text = indent + one_line(value)
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1'", text)
