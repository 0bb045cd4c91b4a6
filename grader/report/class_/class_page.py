"""A class as pages: one for the teacher, and one for each student to hand back. None needs a network.

The heat map travels packed, and the script draws the rows that are looked at: so a class of 30,000 opens as one of 30.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from grader.assignment import to_hundredths, utc_text
from grader.class_result import ClassResult, Column, Entry, ExerciseGrade, Likeness, Timing
from grader.errors import UsageError
from grader.files import write_text
from grader.report import html
from grader.report.class_ import class_figures, told
from grader.report.class_.class_figures import Totals
from grader.report.page import UNICODE, WORDS
from grader.report.svg import environment
from grader.result import ExerciseResult, Result, Verdict
from grader.text import clean, count, decimal, one_line

INDEX: Final = "index.html"
STUDENTS: Final = "students"
"""The folder of the students' pages, beside the index."""

_OURS: Final = "<!-- written by turtles class -->\n"
"""At the end of every page: what ends so may be written over, and removed when its student is gone."""
_SAFE: Final = re.compile(r"(?!.*-[0-9a-f]{16}$)[A-Za-z0-9][A-Za-z0-9._@+-]{0,79}", re.ASCII)
# Windows keeps these for devices, with any ending.
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_SHOWN: Final = 200
"""Students named in a list; the others are counted."""
_SAID: Final = 20
"""Lines for one student; the others are counted."""
_ROWS: Final = 250
"""Rows of the heat map that are drawn at once: more of them make scrolling slow."""
_VERDICTS: Final = tuple(Verdict)
_BY_HAND: Final = len(_VERDICTS)
"""What stands in the place of a verdict where a person decided."""
_BITS: Final = {
    "not judged": 1,
    "problems": 2,
    "changed the kit": 4,
    "late": 8,
    "nothing handed in": 16,
    "time not known": 32,
    "by hand": 64,
    "in a group": 128,
}
"""What a row of the heat map can be found by."""


@dataclass(frozen=True)
class Flag:
    """What the rows of the heat map can be filtered by."""

    name: str
    bit: int
    students: int


@dataclass(frozen=True)
class ListItem:
    """A line of a list: a student, and what there is to say."""

    who: str
    href: str
    says: tuple[str, ...]
    """The first of it."""
    number: int
    """How much there is."""


@dataclass(frozen=True)
class Group:
    """Students whose submissions are nearly the same."""

    students: tuple[tuple[str, str], ...]
    """Who they are, and the address of the page."""
    exercises: tuple[str, ...]
    similarity: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Notice:
    """A list of students who want to be looked at."""

    id: str
    title: str
    explained: str
    students: int
    items: tuple[ListItem, ...]
    """Of the first of them."""


def render(
    result: ClassResult, likeness: Sequence[Likeness] | None = None, links: Mapping[str, str] | None = None
) -> str:
    """The page of the class.

    ``likeness``: submissions that are nearly the same; None when nobody looked for them. ``links``: the addresses of
    the students' pages by student id.
    """
    links = links or {}
    templates = environment()
    templates.globals.update(count=count, points=decimal, percent=told.percent, mark=UNICODE.of, words=WORDS)
    packed = _packed(result, links)
    script = templates.get_template("class.js.j2").render(rows=_ROWS, bits=_BITS)
    totals = class_figures.totals(result)
    return (
        templates.get_template("class.html.j2").render(
            result=result,
            title=one_line(result.assignment.title),
            due=utc_text(result.assignment.due),
            most=told.points(result.max_score, result.max_score).partition(" of ")[2],
            totals=totals,
            progress=class_figures.progress(result),
            described=_described(totals),
            peak=max((bar.students for bar in totals.bars), default=0),
            handed_in=sum(_is_there(entry) for entry in result.entries),
            flags=_flags(result),
            chapters=_chapters(result),
            exercises=class_figures.exercises(result),
            checks=class_figures.checks(result),
            mistakes=class_figures.mistakes(result),
            notices=_notices(result, links),
            alike=_alike(result, likeness, links),
            problems=[one_line(problem) for problem in result.problems],
            packed=packed,
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii"),
        )
        + _OURS
    )


def student_page(result: ClassResult, entry: Entry) -> str:
    """A student's own page, in which there is nothing of anybody else.

    Exercises that were not handed in stand there as not started. Of one that passed there is the first recorded run.
    """
    own = Result(
        kit_version=result.kit_version,
        python_version=result.python_version,
        started=result.finished,
        seconds=0.0,
        sandbox=result.sandbox,
        exercises=tuple(_own(exercise, entry.results.get(exercise.name)) for exercise in result.exercises),
    )
    titles = {exercise.chapter: exercise.chapter_title for exercise in result.exercises}
    grade = entry.grade
    back = html.HandBack(
        result.assignment.title,
        told.points(grade.score, result.max_score),
        min(1.0, (grade.score or 0) / (result.max_score or 1)),  # a person may have given more
        {name: _counts(each) for name, each in grade.exercises.items()},
        {name: each.comment for name, each in entry.overrides.items() if each.comment},
        entry.sources,
    )
    return html.render(own, titles, notes=[*_told(result, entry)], hand_back=back) + _OURS


def write_pages(result: ClassResult, folder: Path, likeness: Sequence[Likeness] | None = None) -> None:
    """Write ``index.html`` and ``students/ID.html`` into the folder, which is made if it is not there.

    Each page is replaced in one step; pages of students who are gone are removed. Raises ``UsageError`` when something
    cannot be written, or would have to be written over that is no page of a class.
    """
    names = file_names([entry.student.id for entry in result.entries])
    below = folder / STUDENTS
    _make(below)
    wanted = {below / name for name in names.values()}
    ours = {page for page in (folder / INDEX, *below.iterdir()) if _is_ours(page)}
    for page in (folder / INDEX, *wanted):
        if page not in ours and os.path.lexists(page):
            raise UsageError(f"{page} is there, and is no page of a class; name another folder, or move it away")
    for entry in result.entries:
        write_text(below / names[entry.student.id], student_page(result, entry))
    links = {student: f"{STUDENTS}/{quote(name, safe='@+')}" for student, name in names.items()}
    write_text(folder / INDEX, render(result, likeness, links))
    for page in ours - wanted - {folder / INDEX}:
        page.unlink(missing_ok=True)


def file_names(ids: Iterable[str]) -> dict[str, str]:
    """The name of each student's page: ``ID.html`` where that can be a file everywhere, and is nobody else's.

    Otherwise as much of the id as can stand in a name, and a digest of it.
    """
    every = dict.fromkeys(ids)
    alike = Counter(student.casefold() for student in every)
    return {student: f"{_stem(student, alike[student.casefold()] > 1)}.html" for student in every}


def _stem(student: str, is_shared: bool) -> str:
    if _SAFE.fullmatch(student) and not _DEVICES.fullmatch(student) and not is_shared:
        return student
    kept = re.sub(r"[^a-z0-9]+", "-", student.lower())[:40].strip("-") or "student"
    return f"{kept}-{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UsageError(f"cannot write to {folder}: there is a file of that name; name another folder") from None
    except OSError as error:
        raise UsageError(f"cannot make the folder {folder}: {error.strerror or error}") from None


def _is_ours(page: Path) -> bool:
    try:
        with page.open("rb") as file:
            file.seek(-min(len(_OURS), page.stat().st_size), os.SEEK_END)
            return file.read() == _OURS.encode()
    except OSError:
        return False


# --- the teacher's page ---------------------------------------------------------------------------------------------


def _packed(result: ClassResult, links: Mapping[str, str]) -> str:
    """The heat map, as the script reads it."""
    chapters = _chapters(result)
    own = {column.name: column.points for column in result.exercises}
    worth = {name: to_hundredths(value) for name, value in result.assignment.worth(own).items()}
    data = {
        "columns": [
            [column.name, column.title, worth[column.name], list(chapters).index(column.chapter)]
            for column in result.exercises
        ],
        "chapters": list(chapters.values()),
        "verdicts": [*([WORDS[verdict], UNICODE.of(verdict)] for verdict in _VERDICTS), ["decided by a person", "✎"]],
        "max": result.max_score,
        "rows": [_row(result, entry, links.get(entry.student.id, "")) for entry in result.entries],
    }
    text = json.dumps(data, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("ascii"), 9)).decode("ascii")


def _row(result: ClassResult, entry: Entry, href: str) -> list[object]:
    cells = [_cell(entry, exercise.name) for exercise in result.exercises]
    student = entry.student
    return [one_line(student.id), one_line(student.name), href, entry.grade.score, _bits(entry), cells]


def _cell(entry: Entry, exercise: str) -> int:
    """Hundredths of points and the verdict in one number; -1 for what was not handed in."""
    counts, judged = entry.grade.exercises[exercise], entry.results.get(exercise)
    if judged is None and not counts.by_hand:
        return -1
    verdict = _BY_HAND if counts.by_hand or judged is None else _VERDICTS.index(judged.verdict)
    return round((counts.points or 0) * 100) * (len(_VERDICTS) + 1) + verdict


def _bits(entry: Entry) -> int:
    is_there = (
        entry.grade.open,
        entry.problems,
        entry.protected,
        entry.grade.late,
        not _is_there(entry),
        entry.grade.timing is Timing.UNKNOWN,
        any(each.points is not None for each in entry.overrides.values()),
        entry.partners,
    )
    return sum(bit for bit, is_so in zip(_BITS.values(), is_there, strict=True) if is_so)


def _is_there(entry: Entry) -> bool:
    return bool(entry.place or entry.results)


def _flags(result: ClassResult) -> list[Flag]:
    bits = [_bits(entry) for entry in result.entries]
    flags = (Flag(name, bit, sum(mask & bit > 0 for mask in bits)) for name, bit in _BITS.items())
    return [flag for flag in flags if flag.students]


def _chapters(result: ClassResult) -> dict[str, str]:
    return {
        column.chapter: f"{column.chapter.partition('_')[0]} {column.chapter_title or column.chapter.partition('_')[2]}"
        for column in result.exercises
    }


def _described(totals: Totals) -> str:
    """The histogram, for who cannot see it."""
    bars = (f"{count(bar.students, 'student')} from {decimal(bar.least)}" for bar in totals.bars if bar.students)
    return f"How many students have how many points: {', '.join(bars)}." if totals.bars else ""


def _notices(result: ClassResult, links: Mapping[str, str]) -> list[Notice]:
    kinds: tuple[tuple[str, str, str, Callable[[Entry], tuple[str, ...]]], ...] = (
        (
            "rerun",
            "Not judged",
            "The machine was too busy, or the grader failed. Grade again before you give these students a grade.",
            lambda entry: tuple(name for name in entry.grade.open if name in entry.results),
        ),
        (
            "refused",
            "Refused files",
            "They may contain an exercise, so these students have no grade. Ask for the file as it should be, or use "
            "turtles class set.",
            lambda entry: entry.refused if entry.grade.open else (),
        ),
        (
            "problems",
            "Problems",
            "What was wrong with a submission.",
            lambda entry: tuple(line for line in entry.problems if line not in entry.refused),
        ),
        (
            "kit",
            "Changed files of the kit",
            "They were not used, and no grade rests on them.",
            lambda entry: entry.protected,
        ),
        (
            "late",
            "Late",
            "Handed in after the due time.",
            lambda entry: (told.lateness(entry.grade.late),) if entry.grade.late else (),
        ),
        (
            "untimed",
            "Time not known",
            "Nothing tells when these were handed in, so nothing is taken for lateness.",
            lambda entry: (entry.place,) if entry.grade.timing is Timing.UNKNOWN else (),
        ),
        ("hand", "Decided by hand", "Instead of what was judged.", lambda entry: tuple(told.changed_by_hand(entry))),
        (
            "groups",
            "Handed in together",
            "Each of them has the grade.",
            lambda entry: tuple(f"with {told.who(partner)}" for partner in entry.partners),
        ),
    )
    found = []
    for id_, title, explained, say in kinds:
        said = [(entry.student, lines) for entry in result.entries if (lines := say(entry))]
        items = (
            ListItem(
                told.who(student),
                links.get(student.id, ""),
                tuple(one_line(line) for line in lines[:_SAID]),
                len(lines),
            )
            for student, lines in said[:_SHOWN]
        )
        if said:
            found.append(Notice(id_, title, explained, len(said), tuple(items)))
    return found


def _alike(
    result: ClassResult, likeness: Sequence[Likeness] | None, links: Mapping[str, str]
) -> tuple[Group, ...] | None:
    if likeness is None:
        return None
    students = {entry.student.id: entry.student for entry in result.entries}
    return tuple(
        Group(
            tuple((told.who(students[student]), links.get(student, "")) for student in alike.students),
            alike.exercises,
            alike.similarity,
            # Lines of programs: what they are set in by is not to be seen, as they come from different places.
            tuple(clean(line).strip() for line in alike.lines),
        )
        for alike in likeness
    )


# --- a student's page -----------------------------------------------------------------------------------------------


def _own(exercise: Column, result: ExerciseResult | None) -> ExerciseResult:
    """What stands on the student's page of an exercise."""
    if result is None:
        path = f"exercises/{exercise.chapter}/{exercise.name}.py"
        return ExerciseResult(
            exercise.name, exercise.title, exercise.chapter, path, Verdict.UNTOUCHED, 0, exercise.points, 0.0
        )
    runs = {Verdict.UNTOUCHED: 0, Verdict.PASSED: 1}.get(result.verdict, len(result.timelines))
    return replace(result, timelines=result.timelines[:runs])


def _counts(grade: ExerciseGrade) -> str:
    if grade.points is None:
        return f"worth {told.points(grade.worth, grade.worth).partition(' of ')[2]}"
    return told.points(grade.points, grade.worth) + (", by hand" if grade.by_hand else "")


def _told(result: ClassResult, entry: Entry) -> Iterator[str]:
    grade = entry.grade
    yield told.who(entry.student)
    if entry.partners:
        yield f"Handed in together with {', '.join(told.who(partner) for partner in entry.partners)}"
    if entry.handed_in:
        source = f" ({entry.time_source})" if entry.time_source else ""
        yield f"Handed in {_at(entry.handed_in)}{source}"
    if due := result.assignment.due_for(entry.student.id):
        extended = " with an extension" if entry.student.id in result.assignment.extensions else ""
        yield f"Due {_at(utc_text(due))}{extended}"
    if said := told.timing(grade):
        before = f": {told.points(grade.earned, result.max_score)} before" if grade.taken else ""
        yield f"{said[0].upper()}{said[1:]}{before}"
    if grade.by_hand:
        yield "The grade was decided by a person"
    if len(entry.attempts) > 1:
        yield f"{count(len(entry.attempts), 'attempt')}, of which the {result.assignment.attempts.value} counts"
    if grade.open and not entry.refused:
        yield f"No grade yet, because it could not be judged: {', '.join(grade.open)}"
    if not entry.results:
        yield "No file could be used" if entry.refused else "Nothing was handed in that could be judged"
    elif missing := [exercise.name for exercise in result.exercises if exercise.name not in entry.results]:
        yield f"Not handed in: {', '.join(missing)}"
    if entry.protected:
        yield f"Not used, because they belong to the kit: {one_line(', '.join(entry.protected[:_SAID]))}"
    if entry.place:  # otherwise they are about what others of the group handed in
        yield from map(one_line, entry.problems[:_SAID])


def _at(utc: str) -> str:
    return f"{utc[:10]} {utc[11:16]} UTC"
