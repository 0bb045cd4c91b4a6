"""Hints, the next exercise and solutions on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console

from grader.report.exercise_list import ExerciseProgress, so_far
from grader.report.page import INDENT, Page
from grader.text import count, width

_DIFF_STYLES = {"---": "bold", "+++": "bold", "@@ ": "cyan"}


@dataclass(frozen=True)
class Nudge:
    """A hint as it is shown."""

    text: str
    link: str


def render_hints(
    exercise: ExerciseProgress, nudges: Sequence[Nudge], total: int, console: Console, closing: Iterable[str]
) -> None:
    """Show the first of an exercise's ``total`` hints, the newest last; ``closing``: what can be done next."""
    page = Page(console)
    shown = count(total, "hint") if len(nudges) == total else f"{len(nudges)} of {count(total, 'hint')}"
    page.heading(exercise.chapter, exercise.name, exercise.title, shown)
    for number, nudge in enumerate(nudges, 1):
        page.blank()
        lead = f"{number}  "
        page.paragraph(nudge.text, first=[(lead, "bold")])
        indent, link = _fitting(INDENT + " " * len(lead), page.one_line(nudge.link), page.width)
        page.line((indent, ""), (link, "cyan"))
    _closing(page, closing)


def _fitting(indent: str, link: str, columns: int) -> tuple[str, str]:
    """A link on one line, since it is there to be clicked or copied: without indent or scheme where it would break."""
    bare = link.removeprefix("https://")
    ways = ((indent, link), ("", link), (indent, bare), ("", bare))
    return next((way for way in ways if width("".join(way)) <= columns), ("", link))


def render_next(exercise: ExerciseProgress, ways: Sequence[tuple[str, str]], console: Console) -> None:
    """Show which exercise comes next, and ``ways`` on with it: what for, and the path or the command."""
    page = Page(console)
    page.heading(exercise.chapter, exercise.name, exercise.title, so_far(exercise))
    page.blank()
    column = max(width(label) for label, _ in ways) + len(INDENT)
    for label, way in ways:
        page.line((f"{INDENT}{label:<{column}}", "dim"), (page.one_line(way), ""))


def render_solution(exercise: ExerciseProgress, source: str, file: str, console: Console) -> None:
    """Show a reference answer, flush left so that it can be copied; its comments stand out."""
    page = Page(console)
    page.heading(exercise.chapter, exercise.name, exercise.title, file)
    page.blank()
    for line in page.safe(source).rstrip("\n").split("\n"):
        page.line((line, "cyan" if line.lstrip().startswith("#") else ""))


def render_diff(lines: Sequence[str], console: Console) -> None:
    """Show a unified diff. What the learner wrote is text and nothing else."""
    page = Page(console)
    for line in lines:
        style = _DIFF_STYLES.get(line[:3]) or {"-": "red", "+": "green"}.get(line[:1], "")
        page.line((page.safe(line), style))


def say(lines: Iterable[str], console: Console) -> None:
    """Plain lines, wrapped to the page."""
    page = Page(console)
    for line in lines:
        page.paragraph(line, indent="")


def _closing(page: Page, lines: Iterable[str]) -> None:
    page.blank()
    for line in lines:
        page.paragraph(line)


def render_text(text: str, console: Console) -> None:
    """A task: its paragraphs and lists are wrapped to the width, and its blocks of output stay as they are."""
    page = Page(console)
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        page.blank()
        lines = block.split("\n")
        if all(line.startswith("    ") for line in lines):
            for line in lines:
                page.line((f"{INDENT}{page.safe(line)}".rstrip(), ""))
            continue
        for item in re.split(r"\n(?=- )", block):
            page.paragraph(" ".join(item.split()))
