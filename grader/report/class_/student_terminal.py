"""One student on a terminal: whose files these are, what was judged, when it came, and what a person decided."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from grader.class_result import ClassResult, Entry, Override
from grader.report.class_ import told
from grader.report.class_.class_terminal import standing
from grader.report.page import GAP, WORDS, Page
from grader.text import decimal, width


def render(result: ClassResult, entry: Entry, history: Sequence[tuple[str, Override]], console: Console) -> None:
    """Show everything about a student; ``history``: what was ever decided, with the exercise, the first first."""
    page = Page(console)
    page.line((page.one_line(told.who(entry.student)), "bold"), (GAP, ""), *standing(entry, result.max_score))
    facts = [
        ("assignment", result.assignment.title),
        ("with", ", ".join(told.who(partner) for partner in entry.partners)),
        ("place", entry.place),
        ("handed in", f"{entry.handed_in} ({entry.time_source})" if entry.time_source else entry.handed_in),
        ("timing", told.timing(entry.grade) or entry.grade.timing.value),
        ("email", entry.student.email),
        *((heading, value) for heading, value in entry.student.roster.items()),
    ]
    _columns(page, [(name, value) for name, value in facts if value])
    page.blank()
    _exercises(page, entry)
    if len(entry.attempts) > 1:
        page.blank()
        page.line((f"{len(entry.attempts)} attempts, of which the {result.assignment.attempts.value} counts", "bold"))
        for attempt in entry.attempts:
            when = attempt.handed_in or f"graded {attempt.graded_at}"
            page.line((f"   {when}{GAP}{told.points(attempt.score, result.max_score)}{GAP}{attempt.place}", ""))
    if history:
        page.blank()
        page.line(("Decided by hand", "bold"))
        for exercise, override in history:
            page.paragraph(
                page.one_line(f"{override.at} {override.who}: {exercise or 'the whole grade'}, {_said(override)}")
            )
    for title, lines in (("Problems", entry.problems), ("Changed files of the kit", entry.protected)):
        if lines:
            page.blank()
            page.line((title, "bold"))
            for line in lines:
                page.paragraph(page.one_line(line))


def _exercises(page: Page, entry: Entry) -> None:
    column = max(map(len, entry.grade.exercises), default=0)
    for name, grade in entry.grade.exercises.items():
        judged = entry.results.get(name)
        mark = page.marks.of(judged.verdict) if judged else "–"
        had = "–" if grade.points is None else decimal(grade.points)
        word = "by hand" if grade.by_hand else WORDS[judged.verdict] if judged else "not handed in"
        page.line((f"   {mark} {name:{column}}{GAP}{had} of {decimal(grade.worth)}{GAP}{word}", ""))
        failed = [check for check in judged.checks if check.message] if judged else []
        for check in failed[:5]:
            page.paragraph(page.one_line(f"{check.title}: {check.message}"), style="dim", indent="       ")
        if judged and judged.message:
            page.paragraph(page.one_line(judged.message), style="dim", indent="       ")


def _said(override: Override) -> str:
    if override.points is None and not override.comment:
        return "taken back"
    given = "" if override.points is None else f"{decimal(override.points)} points"
    return ", ".join(part for part in (given, f"“{override.comment}”" if override.comment else "") if part)


def _columns(page: Page, rows: Sequence[tuple[str, str]]) -> None:
    column = max((width(page.one_line(name)) for name, _ in rows), default=0)
    for name, value in rows:
        plain = page.one_line(name)
        page.line((f"   {plain}{' ' * (column - width(plain))}{GAP}", "dim"), (page.one_line(value), ""))
