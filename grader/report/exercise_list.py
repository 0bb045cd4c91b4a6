"""How far a learner is, on a terminal: the list of exercises, bars, points and days of practice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console

from grader.report.page import GAP, INDENT, STYLES, WORDS, Page, Span, filled
from grader.result import Verdict
from grader.text import count, cut, width

_CHAPTER_CELLS = 10
_WHOLE_CELLS = 30


@dataclass(frozen=True)
class ExerciseProgress:
    """How far one exercise is."""

    name: str
    title: str
    chapter: str
    """The chapter's folder: ``02_together``."""
    verdict: Verdict | None
    """None when the file, or what judges it, has changed since it was last judged."""
    score: int
    max_score: int
    skipped: str = ""
    """Why this Python cannot judge it: ``needs Python 3.13``."""


def so_far(exercise: ExerciseProgress) -> str:
    """``not started``, ``failed, 1 of 3 points``, ``to be judged``."""
    if exercise.skipped or exercise.verdict is None:
        return exercise.skipped or "to be judged"
    in_part = 0 < exercise.score < exercise.max_score
    points = f", {exercise.score} of {count(exercise.max_score, 'point')}" if in_part else ""
    return f"{WORDS[exercise.verdict]}{points}"


def bar(exercises: Sequence[ExerciseProgress], cells: int, *, unicode: bool = True) -> str:
    """The points as a bar. It is full only with all of them, and empty only with none."""
    most, score = _points(exercises)
    full = 0 if most == 0 else max(score * cells // most, min(score, 1))
    done, left = ("█", "░") if unicode else ("#", ".")
    return done * full + left * (cells - full)


def summary(exercises: Sequence[ExerciseProgress], days: int) -> list[str]:
    """``5 of 63 exercises passed``, ``17 of 220 points``, ``practised on 3 days``."""
    counted = [exercise for exercise in exercises if not exercise.skipped]
    passed = sum(exercise.verdict is Verdict.PASSED for exercise in counted)
    most, score = _points(exercises)
    skipped = [f"{len(exercises) - len(counted)} skipped"] if len(counted) < len(exercises) else []
    practised = [f"practised on {count(days, 'day')}"] if days else []
    return [
        f"{passed} of {count(len(counted), 'exercise')} passed",
        f"{score} of {count(most, 'point')}",
        *skipped,
        *practised,
    ]


def render_list(
    exercises: Sequence[ExerciseProgress], console: Console, chapters: Mapping[str, str], days: int = 0
) -> None:
    """Show every exercise under its chapter, with a mark for how far it is, and the sum of it all.

    ``chapters``: titles by chapter id. ``days``: of practice.
    """
    page = Page(console)
    for spans in _listed(page, exercises, chapters):
        page.line(*spans)
    page.blank()
    if any(exercise.max_score for exercise in exercises):
        _whole_bar(page, exercises)
    for line in filled(summary(exercises, days), page.width, f" {page.marks.dot} "):
        page.line((line, "bold"))
    if any(exercise.verdict is None and not exercise.skipped for exercise in exercises):
        page.paragraph("to be judged: new, or changed since it was judged last", style="dim", indent="")


def render_choice(
    exercises: Sequence[ExerciseProgress],
    console: Console,
    chapters: Mapping[str, str],
    chosen: str,
    everything: Sequence[ExerciseProgress] = (),
) -> int:
    """Show nothing but the exercises under their chapters. Returns the line, from 0, that the ``chosen`` one is on.

    ``everything``: all that the kit has, of which a chapter's points are the sum, however few are shown.
    """
    page = Page(console)
    place = 0
    for number, spans in enumerate(_listed(page, exercises, chapters, chosen, everything)):
        page.line(*spans)
        if spans and spans[0][0].startswith(page.marks.chosen):
            place = number
    return place


def _listed(
    page: Page,
    exercises: Sequence[ExerciseProgress],
    chapters: Mapping[str, str],
    chosen: str = "",
    everything: Sequence[ExerciseProgress] = (),
) -> Iterator[Sequence[Span]]:
    """The lines of a list, as spans; an empty one between two chapters."""
    names = max((width(exercise.name) for exercise in exercises), default=0)
    said = {exercise.name: so_far(exercise) for exercise in exercises}
    room = page.width - len(INDENT) - 2 - names - 2 * len(GAP) - max(map(width, said.values()), default=0)
    titles = {exercise.name: cut(page.one_line(exercise.title), room, page.marks.ellipsis) for exercise in exercises}
    column = max(map(width, titles.values()), default=0)
    ids = list(dict.fromkeys(exercise.chapter for exercise in exercises))
    heads = {chapter: page.one_line(f"{chapter.partition('_')[0]} {chapters[chapter]}") for chapter in ids}
    widest = max(map(width, heads.values()), default=0)
    for chapter in ids:
        members = [exercise for exercise in exercises if exercise.chapter == chapter]
        if chapter != ids[0]:
            yield ()
        whole = [exercise for exercise in everything or exercises if exercise.chapter == chapter]
        yield _heading(page, heads[chapter], widest, whole)
        for exercise in members:
            judged = page.marks.of(exercise.verdict) if exercise.verdict else " "
            mark = page.marks.skipped if exercise.skipped else judged
            style = STYLES[exercise.verdict] if exercise.verdict else "dim"
            here = exercise.name == chosen
            fill = " " * (column - width(titles[exercise.name]))
            name = f"{exercise.name:<{names}}{GAP}{titles[exercise.name]}{fill}"
            lead = page.marks.chosen.ljust(len(INDENT)) if here else INDENT
            yield (lead, ""), (f"{mark} ", style), (name, "reverse" if here else ""), (GAP + said[exercise.name], style)


def _heading(page: Page, title: str, column: int, members: Sequence[ExerciseProgress]) -> Sequence[Span]:
    """A chapter's title, and how far it is where there is room for that."""
    most, score = _points(members)
    points = f"{score} of {count(most, 'point')}"
    cells = bar(members, _CHAPTER_CELLS, unicode=page.marks.unicode)
    fill = " " * (column - width(title)) + GAP
    if most == 0 or column + len(GAP) + len(cells) + len(GAP) + len(points) > page.width:
        return ((title, "bold"),)
    return (title, "bold"), (fill, ""), (cells, "green" if score else "dim"), (GAP + points, "" if score else "dim")


def _whole_bar(page: Page, exercises: Sequence[ExerciseProgress]) -> None:
    most, score = _points(exercises)
    cells = bar(exercises, min(_WHOLE_CELLS, page.width - 8), unicode=page.marks.unicode)
    page.line((cells, "green" if score else "dim"), (f"{GAP}{score * 100 // most} %", ""))


def _points(exercises: Sequence[ExerciseProgress]) -> tuple[int, int]:
    """How many points there are, and how many are had."""
    counted = [exercise for exercise in exercises if not exercise.skipped]
    return sum(exercise.max_score for exercise in counted), sum(exercise.score for exercise in counted)
