"""A class on a terminal: how far the grading is, and at its end what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from grader.class_result import Lateness
from grader.report.page import GAP, Page, filled
from grader.text import count, cut, decimal, width

_MOST_STUDENTS: Final = 12
"""With more, nobody wants them on a terminal: they are in the files."""

_MOST_PROBLEMS: Final = 20
_WIDEST_NAME: Final = 40

_WINDOW_S: Final = 120.0
"""What the time left is reckoned from: what is known already goes by faster than what is judged."""


@dataclass(frozen=True)
class StudentProgress:
    """What came of one student."""

    id: str
    name: str
    handed_in: bool
    score: float
    not_judged: int
    """Files that could not be judged: there is no grade before they are."""
    graded: bool
    """Whether there was anything to judge."""
    late: Lateness | None = None
    problems: tuple[str, ...] = ()
    place: str = ""

    @property
    def has_grade(self) -> bool:
        return self.graded and not self.not_judged


@dataclass(frozen=True)
class Summary:
    """What came of a grading."""

    submissions: int
    anew: int
    files: int
    judged: int
    max_score: int
    students: Sequence[StudentProgress]
    problems: Sequence[str]
    """What concerns no student."""
    elsewhere: int
    """Submissions in the gradebook that were not among those that were graded now."""
    written: Sequence[str]
    """Where it all went."""

    @property
    def lines(self) -> list[str]:
        """Every problem, a line each, those of the class first."""
        told = [f"{student.place}: {line}" for student in self.students for line in student.problems]
        return [*sorted(self.problems), *sorted(told)]

    @property
    def exit_status(self) -> int:
        """0 all graded without a problem, 1 some have problems, 3 some could not be judged."""
        if self.lines:
            return 1
        return 3 if any(student.not_judged for student in self.students) else 0


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
    if unsure := sum(student.not_judged for student in summary.students):
        page.paragraph(f"{count(unsure, 'file')} could not be judged; the same command tries again", indent="")
    if summary.elsewhere:
        stay = "is from elsewhere, and stays as it is" if summary.elsewhere == 1 else "are from elsewhere, and stay"
        page.paragraph(f"{count(summary.elsewhere, 'submission')} in the gradebook {stay}", style="dim", indent="")
    for place in summary.written:
        page.paragraph(place, style="dim", indent="")


def _students(page: Page, summary: Summary) -> None:
    names = {student.id: page.one_line(f"{student.id} {student.name}" if student.name != student.id else student.id)
             for student in summary.students}  # fmt: skip
    column = min(max(map(width, names.values()), default=0), _WIDEST_NAME)
    for student in summary.students:
        name = cut(names[student.id], column, page.marks.ellipsis)
        fill = " " * (column - width(name)) + GAP
        page.line((name + fill, ""), *_progress_of(student, summary.max_score))


def _progress_of(student: StudentProgress, most: int) -> list[tuple[str, str]]:
    if not student.handed_in:
        return [("nothing handed in", "dim")]
    if student.not_judged:
        return [(f"no grade yet: {count(student.not_judged, 'exercise')} not judged", "magenta")]
    if not student.graded:
        return [("nothing to judge", "red")]
    late = f"{GAP}late by {_duration(student.late.late_s)}, {student.late.taken:.0%} taken" if student.late else ""
    style = "green" if student.score == most else ""
    return [(f"{decimal(student.score)} of {count(most, 'point')}", style), (late, "dim")]


def _counted(summary: Summary) -> list[str]:
    known = summary.files - summary.judged
    files = f"{summary.judged} of {count(summary.files, 'file')} judged"
    counted = [
        count(summary.submissions, "submission"),
        f"{summary.anew} graded anew",
        f"{files}, {'the others' if summary.judged else 'all'} known" if known else files,
    ]
    scores = [student.score for student in summary.students if student.has_grade]
    if scores:
        counted.append(f"mean {decimal(sum(scores) / len(scores))} of {count(summary.max_score, 'point')}")
    absent = sum(not student.handed_in for student in summary.students)
    return [*counted, f"{absent} handed in nothing"] if absent else counted


def _duration(seconds: float) -> str:
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return count(int(seconds // length), unit)
    return "less than a minute"


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
