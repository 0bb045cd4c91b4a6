"""A class on a terminal: how far the grading is, and at its end what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from grader.class_result import Entry, Grade, Student, Timing
from grader.report.class_.told import points, span
from grader.report.page import GAP, Page, filled
from grader.text import count, cut, width

_MOST_STUDENTS: Final = 12
"""With more, nobody wants them on a terminal: they are in the files."""

_MOST_PROBLEMS: Final = 20
_WIDEST_NAME: Final = 40

_WINDOW_S: Final = 120.0
"""What the time left is reckoned from: what is known already goes by faster than what is judged."""


@dataclass(frozen=True)
class Summary:
    """What came of a grading."""

    submissions: int
    anew: int
    files: int
    judged: int
    max_score: float
    students: Sequence[Entry]
    problems: Sequence[str]
    """What concerns no student."""
    elsewhere: int
    """Submissions in the gradebook that were not among those that were graded now."""
    written: Sequence[str]
    """Where it all went."""

    @property
    def lines(self) -> list[str]:
        """Every problem, a line each, those of the class first."""
        told = [f"{entry.place or entry.student.id}: {line}" for entry in self.students for line in entry.problems]
        return [*sorted(self.problems), *sorted(told)]

    @property
    def exit_status(self) -> int:
        """0 all graded without a problem, 1 some have problems, 3 some could not be judged."""
        if self.lines:
            return 1
        return 3 if any(not_judged(student) for student in self.students) else 0


def render(summary: Summary, console: Console) -> None:
    """Show what came of a class."""
    page = Page(console)
    if len(summary.students) <= _MOST_STUDENTS:
        _students(page, summary)
    if lines := summary.lines:
        page.blank()
        page.line((count(len(lines), "problem"), "bold red"))
        for line in lines[:_MOST_PROBLEMS]:
            page.paragraph(page.one_line(line), first=[(f"{page.marks.failed} ", "red")])
        if len(lines) > _MOST_PROBLEMS:
            page.paragraph(f"{page.marks.ellipsis} and {len(lines) - _MOST_PROBLEMS} more, which --json FILE lists")
    page.blank()
    for line in filled(_counted(summary), page.width, f" {page.marks.dot} "):
        page.line((line, "bold green" if summary.exit_status == 0 else "bold"))
    if unsure := sum(len(not_judged(student)) for student in summary.students):
        page.paragraph(f"{count(unsure, 'file')} could not be judged; the same command tries again", indent="")
    if summary.elsewhere:
        stay = "is from elsewhere, and stays as it is" if summary.elsewhere == 1 else "are from elsewhere, and stay"
        page.paragraph(f"{count(summary.elsewhere, 'submission')} in the gradebook {stay}", style="dim", indent="")
    for place in summary.written:
        page.paragraph(place, style="dim", indent="")


def _students(page: Page, summary: Summary) -> None:
    names = {entry.student.id: page.one_line(named(entry.student)) for entry in summary.students}
    column = min(max(map(width, names.values()), default=0), _WIDEST_NAME)
    for entry in summary.students:
        name = cut(names[entry.student.id], column, page.marks.ellipsis)
        fill = " " * (column - width(name)) + GAP
        page.line((name + fill, ""), *standing(entry, summary.max_score))


def named(student: Student) -> str:
    """``ada Ada Lovelace``."""
    return f"{student.id} {student.name}" if student.name not in ("", student.id) else student.id


def not_judged(entry: Entry) -> list[str]:
    """Exercises that were handed in and could not be judged: the same command tries them again."""
    return [name for name in entry.grade.open if name in entry.results]


def standing(entry: Entry, most: float) -> list[tuple[str, str]]:
    """A student's grade in pieces of text, each with its style."""
    grade = entry.grade
    if grade.score is None:
        return [_no_grade(entry)]
    said = [(points(grade.score, most), "green" if grade.score >= most else "")]
    if grade.late:
        said.append((f"{GAP}{_late(grade)}", "dim"))
    elif grade.timing is Timing.UNKNOWN:
        said.append((f"{GAP}time not known", "dim"))
    if any(each.points is not None for each in entry.overrides.values()):
        said.append((f"{GAP}by hand", "dim"))
    if entry.partners:
        said.append((f"{GAP}with {', '.join(partner.id for partner in entry.partners)}", "dim"))
    return said


def _no_grade(entry: Entry) -> tuple[str, str]:
    if not entry.place:
        return "nothing handed in", "dim"
    if waiting := not_judged(entry):
        return f"no grade yet: {count(len(waiting), 'exercise')} not judged", "magenta"
    return ("no grade yet: a file was refused", "red") if entry.refused else ("nothing to judge", "red")


def _late(grade: Grade) -> str:
    late = grade.late
    assert late
    by = "late" if late.late_s is None else f"late by {span(late.late_s)}"
    if grade.by_hand:  # then nothing is taken
        return by
    return f"{by}, {'at least ' if late.at_least else ''}{late.taken:.0%} taken"


def _counted(summary: Summary) -> list[str]:
    known = summary.files - summary.judged
    files = f"{summary.judged} of {count(summary.files, 'file')} judged"
    counted = [
        count(summary.submissions, "submission"),
        f"{summary.anew} graded anew",
        f"{files}, {'the others' if summary.judged else 'all'} known" if known else files,
    ]
    scores = [score for entry in summary.students if (score := entry.grade.score) is not None]
    if scores:
        counted.append(f"mean {points(sum(scores) / len(scores), summary.max_score)}")
    if untimed := sum(entry.grade.timing is Timing.UNKNOWN for entry in summary.students):
        counted.append(f"{untimed} at a time that is not known")
    absent = sum(not entry.place for entry in summary.students)
    return [*counted, f"{absent} handed in nothing"] if absent else counted


@contextmanager
def progress(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A bar with the submissions that are done and the time left, gone afterwards; nothing when nobody watches.

    Yields a function of how many are done and of how many there are.
    """
    # Not ``is_terminal``: by FORCE_COLOR, rich takes a file for a terminal.
    if not console.file.isatty() or console.is_dumb_terminal or console.legacy_windows:
        yield lambda _done, _total: None
        return
    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(compact=True))
    with Progress(
        *columns, console=console, transient=True, refresh_per_second=4, speed_estimate_period=_WINDOW_S
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
