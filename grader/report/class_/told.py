"""What is said of a student's grade, in the same words in every export and on every page."""

from __future__ import annotations

import math
from collections.abc import Iterator

from grader.class_result import ClassResult, Entry, Grade, Lateness, Student, Timing
from grader.report.page import WORDS
from grader.result import Verdict
from grader.text import count, decimal, one_line


def who(student: Student) -> str:
    """``Ada Lovelace (ada)``."""
    return one_line(f"{student.name} ({student.id})" if student.name else student.id)


def points(value: float | None, most: float) -> str:
    """``7.5 of 10 points``; ``no grade yet``."""
    if value is None:
        return "no grade yet"
    return f"{decimal(value)} of {decimal(most)} point{'' if most == 1 else 's'}"


def lateness(late: Lateness) -> str:
    """``2 d 3 h, 20 % of the points taken``."""
    taken = f"{percent(late.taken)} of the points taken" if late.taken else "nothing taken"
    if late.at_least and late.taken:
        return f"how late is not known, so the least is taken: {percent(late.taken)} of the points"
    return f"{'how late is not known' if late.late_s is None else span(late.late_s)}, {taken}"


def timing(grade: Grade) -> str:
    """What there is to say of when it came; empty where nothing is."""
    if grade.timing is Timing.UNKNOWN:
        return "time not known" if grade.by_hand else "time not known, so nothing is taken for lateness"
    if grade.late is None:
        return ""
    late = "late" if grade.late.late_s is None else "late by"
    decided = ", but a person decided the grade" if grade.by_hand else ""
    return f"{late}{', ' if grade.late.late_s is None else ' '}{lateness(grade.late)}{decided}"


def span(seconds: float) -> str:
    """``2 d 3 h``, ``3 h 20 min``, ``1 min``: to the minute, and begun minutes count."""
    minutes = math.ceil(seconds / 60)
    days, hours = divmod(minutes // 60, 24)
    parts = ((days, "d"), (hours, "h"), (0 if days else minutes % 60, "min"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 min"


def percent(share: float) -> str:
    """``20 %``."""
    return f"{decimal(round(share * 100))} %"


def changed_by_hand(entry: Entry) -> Iterator[str]:
    """``hello: 2 points by ada, 2026-12-01``, for each number that a person decided."""
    for name, override in entry.overrides.items():
        if override.points is not None:
            given = count(1, "point") if override.points == 1 else f"{decimal(override.points)} points"
            yield f"{name or 'total'}: {given} by {one_line(override.who)}, {override.at[:10]}"


def comments(entry: Entry) -> Iterator[tuple[str, str]]:
    """What a person wrote for the student, with the exercise; the whole grade, whose name is empty, comes first."""
    for name in sorted(entry.overrides, key=bool):
        if entry.overrides[name].comment:
            yield name, entry.overrides[name].comment


def feedback(result: ClassResult, entry: Entry) -> str:
    """A grade in a line, for a student: nothing but the kit's words and the teacher's own comments."""
    said = _feedback(result, entry)
    written = [f"{name}: {comment}" if name else comment for name, comment in comments(entry)]
    return " ".join((said, *written)) if written else said


def _feedback(result: ClassResult, entry: Entry) -> str:
    grade = entry.grade
    if not entry.results and grade.score is None:
        return "No grade: no file could be used." if entry.refused else "Nothing was handed in that could be judged."
    if grade.score is None:
        return "No grade yet: not every file could be used." if entry.refused else "Not judged yet."
    parts = []
    for name, each in grade.exercises.items():
        done = entry.results.get(name)
        if each.by_hand:
            parts.append(f"{name} {decimal(each.points or 0)} of {decimal(each.worth)}, decided by a person")
        elif done and done.verdict is not Verdict.UNTOUCHED and each.points is not None:
            word = "" if done.verdict in (Verdict.PASSED, Verdict.FAILED) else f", {WORDS[done.verdict]}"
            parts.append(f"{name} {decimal(each.points)} of {decimal(each.worth)}{word}")
    late = f" after {decimal(grade.taken)} taken for being late" if grade.taken else ""
    unknown = ", time not known" if grade.timing is Timing.UNKNOWN and not grade.by_hand else ""
    decided = ", decided by a person" if grade.by_hand else ""
    total = f"{points(grade.score, result.max_score)}{late}{unknown}{decided}"
    return f"{total}: {'; '.join(parts)}." if parts else f"{total}."
