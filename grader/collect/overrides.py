"""What a person decides about grades: one at a time, or a table of them; all is checked before any is written."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from grader.class_result import ClassResult, Entry, Student
from grader.collect.gradebook import Gradebook
from grader.collect.roster_table import TableLine, participant, plain, read_lines
from grader.errors import UsageError
from grader.text import clean, decimal, shown

LONGEST_COMMENT: Final = 10_000
MOST_POINTS: Final = 1_000_000
"""As many as an assignment can have."""

_STUDENT: Final = ("student", "id", "studentid", "identifier")
_EXERCISE: Final = ("exercise",)
_POINTS: Final = ("points",)
_COMMENT: Final = ("comment",)
_MOST_LINES: Final = 10


@dataclass(frozen=True)
class WantedOverride:
    """One override as it was asked for."""

    student: str
    exercise: str
    """Empty: about the whole grade."""
    points: float | None
    comment: str | None
    """None: what was written before stays."""
    clear: bool = False
    """Take back a decision."""
    bonus: bool = False
    """Whether the points may be more than there are."""


def override(book: Gradebook, result: ClassResult, wanted: Sequence[WantedOverride], who: str) -> list[str]:
    """Write all of the overrides, or none; returns a line for each. Raises ``UsageError`` for what cannot be."""
    checked = [(*_checked(result, each), each) for each in wanted]
    rows, told = [], []
    for entry, exercise, each in checked:
        before = entry.overrides.get(exercise)
        points, comment = each.points, each.comment
        if not each.clear and before:
            points = before.points if points is None else points
            comment = before.comment if comment is None else comment
        rows.append((entry.student.id, exercise, points, clean(comment or "")))
        told.append(_told(result, entry, exercise, each, points))
    book.override(rows, who)
    return told


def read_overrides(path: Path, *, bonus: bool = False) -> list[WantedOverride]:
    """A table with the columns student, exercise, points and comment. Raises ``UsageError``, with the line.

    An empty exercise stands for the whole grade; empty points leave what was judged, and an empty comment what was
    written before. ``bonus``: points may be more than there are.
    """
    lines = read_lines(path)
    header = [plain(heading) for heading in lines[0].cells] if lines else []
    at = {
        name: next((header.index(known) for known in names if known in header), None)
        for name, names in (("student", _STUDENT), ("exercise", _EXERCISE), ("points", _POINTS), ("comment", _COMMENT))
    }
    if at["student"] is None or (at["points"] is None and at["comment"] is None):
        raise UsageError(f"{path} must have the columns student, exercise, points and comment on its first line")
    used = (line for line in lines[1:] if line.problem or any(cell.strip() for cell in line.cells))
    return [replace(_wanted(path, line, at), bonus=bonus) for line in used]


def entry_of(result: ClassResult, student: str) -> Entry:
    """The student of that id, name, address or number in Moodle, if only one has it. Raises ``UsageError``.

    Case does not count. What comes first counts first.
    """
    wanted = " ".join(student.casefold().split())
    same: list[Entry] = []
    for known_as in (_id, _name, _email, _number):
        same = same or [entry for entry in result.entries if known_as(entry.student).casefold() == wanted]
    if len(same) == 1:
        return same[0]
    if same:
        raise UsageError(
            f"{shown(student)} may be {', '.join(shown(entry.student.id) for entry in same[:5])}: say which"
        )
    known = {text.casefold(): entry for entry in result.entries for text in (entry.student.id, entry.student.name)}
    near = get_close_matches(wanted, [text for text in known if text], 1)
    advice = f"; did you mean {shown(known[near[0]].student.id)}?" if near else ""
    raise UsageError(f"there is no student {shown(student)} in the gradebook{advice}")


def _id(student: Student) -> str:
    return student.id


def _name(student: Student) -> str:
    return student.name


def _email(student: Student) -> str:
    return student.email


def _number(student: Student) -> str:
    return participant(student.id)


def current_user() -> str:
    """The name of the user, as the system has it."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "somebody"


def _checked(result: ClassResult, wanted: WantedOverride) -> tuple[Entry, str]:
    entry = entry_of(result, wanted.student)
    if wanted.exercise and wanted.exercise not in entry.grade.exercises:
        near = get_close_matches(wanted.exercise, list(entry.grade.exercises), 1)
        advice = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"{shown(wanted.exercise)} is not one of the exercises that were graded{advice}")
    most = entry.grade.exercises[wanted.exercise].worth if wanted.exercise else result.max_score
    points = wanted.points
    if points is not None and not (math.isfinite(points) and 0 <= points <= (MOST_POINTS if wanted.bonus else most)):
        what = wanted.exercise or result.assignment.title
        extra = "; --bonus allows more" if most < points <= MOST_POINTS else ""
        raise UsageError(f"{what} has {decimal(most)} points, so give 0 to {decimal(most)} and not {points:g}{extra}")
    if wanted.comment is not None and len(wanted.comment) > LONGEST_COMMENT:
        raise UsageError(f"the comment is longer than {LONGEST_COMMENT:,} characters; shorten it")
    if not wanted.clear and wanted.points is None and wanted.comment is None:
        raise UsageError(f"what is decided about {shown(wanted.student)}? Give points or a comment")
    return entry, wanted.exercise


def _told(result: ClassResult, entry: Entry, exercise: str, wanted: WantedOverride, points: float | None) -> str:
    what = f"{shown(entry.student.id)}, {exercise or 'the whole grade'}"
    if wanted.clear:
        return (
            f"{what}: what was judged counts again" if exercise in entry.overrides else f"{what}: nothing was decided"
        )
    if points is None:
        return f"{what}: the comment is kept"
    most = entry.grade.exercises[exercise].worth if exercise else result.max_score
    judged = entry.grade.exercises[exercise].points if exercise else entry.grade.score
    before = "no points" if judged is None else decimal(judged)
    return f"{what}: {decimal(points)} of {decimal(most)} points, instead of {before}"


def _wanted(path: Path, line: TableLine, at: dict[str, int | None]) -> WantedOverride:
    if line.problem:
        raise UsageError(f"{path}:{line.number}: it cannot be read: {line.problem}")

    def cell(name: str) -> str:
        where = at[name]
        return line.cells[where].strip() if where is not None and where < len(line.cells) else ""

    if not cell("student"):
        raise UsageError(f"{path}:{line.number}: it names no student")
    text = cell("points").replace(",", ".")
    try:
        points = float(text) if text else None
    except ValueError:
        raise UsageError(f"{path}:{line.number}: {shown(text)} is no number of points") from None
    if points is None and not cell("comment"):
        raise UsageError(f"{path}:{line.number}: it gives neither points nor a comment")
    return WantedOverride(cell("student"), cell("exercise"), points, cell("comment") or None)


def check_all(path: Path, wanted: Sequence[WantedOverride], result: ClassResult) -> None:
    """Raise ``UsageError`` for the overrides of a table that cannot be, a line each with its student."""
    problems = list(_problems(wanted, result))
    if problems:
        more = f"\n  and {len(problems) - _MOST_LINES} more" if len(problems) > _MOST_LINES else ""
        listed = "".join(f"\n  {line}" for line in problems[:_MOST_LINES])
        raise UsageError(f"nothing of {path} was written:{listed}{more}")


def _problems(wanted: Sequence[WantedOverride], result: ClassResult) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for each in wanted:
        try:
            entry, exercise = _checked(result, each)
        except UsageError as error:
            yield f"{shown(each.student)}: {error}"
            continue
        if (entry.student.id, exercise) in seen:
            yield f"{shown(each.student)}: {exercise or 'the whole grade'} is in the table twice; decide it once"
        seen.add((entry.student.id, exercise))
