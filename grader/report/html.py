"""The result as a page: one HTML file that needs nothing else, neither the network nor anything beside it.

What it says comes from a ``Result``, and what stands beside the learner's runs from that of the reference answers.
Without scripts everything is there but the filters and the runs behind "more recorded runs", which travel packed: they
are most of what there is to draw, and so they take a fraction of the room.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from markupsafe import Markup

from grader.report.mistake_html import as_html
from grader.report.page import UNICODE, WORDS
from grader.report.parts import no_points_lost, shared_messages
from grader.report.svg import duration, environment, reach
from grader.result import PUBLIC_ONLY, CheckVerdict, ExerciseResult, Result, Skipped, Timeline, Verdict
from grader.text import clean, count

_T = TypeVar("_T")

_WORK = (Verdict.FAILED, Verdict.BROKEN, Verdict.CRASHED, Verdict.INCONCLUSIVE)
"""What there is something to do about, and something was done."""
_MOST_LINES = 1_000
"""Of a file that are shown: an exercise has a hundred."""


@dataclass(frozen=True)
class RunPair:
    """A recorded run, and the one of the reference answer that the same checks rest on."""

    yours: Timeline
    reference: Timeline | None
    title: str
    """The check that it explains."""
    others: int
    """How many more checks rest on it."""

    @property
    def span_s(self) -> float:
        """What both are drawn over, so that they can be compared."""
        return max(reach(self.yours), reach(self.reference) if self.reference else 0.0)


@dataclass(frozen=True)
class HandBack:
    """What a page has that a teacher hands back: the grade that counts, the student's code, and comments."""

    title: str
    """The assignment's."""
    grade: str
    """``7.5 of 10 points``, or that there is none."""
    share: float
    """Of all points, from 0 to 1."""
    points: Mapping[str, str]
    """What counts, by exercise: ``1.5 of 2 points``."""
    comments: Mapping[str, str]
    """What a person wrote, by exercise; under the empty name, about the whole of it."""
    sources: Mapping[str, str]
    """By exercise, the text that was judged."""


@dataclass(frozen=True)
class CodeLine:
    """A line of the student's file."""

    number: int
    text: str
    is_marked: bool
    """Whether the result speaks of it."""


@dataclass(frozen=True)
class Card:
    """An exercise on the page."""

    result: ExerciseResult
    runs: tuple[RunPair, ...]
    is_open: bool
    points: str
    """``2 of 3 points``."""
    shows_parts: bool = True
    """Whether the points of its checks add up to those."""
    code: tuple[CodeLine, ...] = ()
    comment: str = ""


@dataclass(frozen=True)
class ChapterCards:
    """A chapter on the page. ``score`` and ``max_score`` are those of its exercises."""

    id: str
    title: str
    """With its number: ``02 Together``."""
    cards: tuple[Card, ...]
    skipped: tuple[Skipped, ...]

    @property
    def passed(self) -> int:
        return sum(card.result.verdict is Verdict.PASSED for card in self.cards)

    @property
    def score(self) -> int:
        return sum(card.result.score for card in self.cards)

    @property
    def max_score(self) -> int:
        return sum(card.result.max_score for card in self.cards)


def render(
    result: Result,
    chapters: Mapping[str, str],
    reference: Result | None = None,
    notes: Sequence[str] = (),
    hand_back: HandBack | None = None,
    *,
    pages: Mapping[str, str] = MappingProxyType({}),
    next_step: Callable[[ExerciseResult], str] = lambda _: "",
) -> str:
    """The page; with ``hand_back``, one to hand back to a student.

    ``chapters``: titles by chapter id. ``reference``: what the reference answers did, of any exercises; None in a kit
    that has none. ``notes``: lines under the score, such as why there is no sandbox.
    ``pages``: on kinds of mistake by their name, in Markdown; those that the exercises show are part of the page.
    ``next_step``: what to do with an exercise next, in lines.
    """
    steps = {exercise.name: clean(next_step(exercise)).splitlines() for exercise in result.exercises}
    result, reference = _cleaned(result), _cleaned(reference)
    hand_back = _cleaned(hand_back)
    drawn = _chapters(result, _cleaned(dict(chapters)), reference, hand_back)
    templates = environment()
    templates.globals.update(
        count=count,
        duration=duration,
        words=WORDS,
        mark=UNICODE.of,
        shared_messages=shared_messages,
        no_points_lost=no_points_lost,
    )
    more = templates.get_template("runs.html.j2").module.more_runs  # type: ignore[attr-defined]
    cards = [card for chapter in drawn for card in chapter.cards]
    packed = _packed({card.result.name: str(more(card.runs[1:])) for card in cards if len(card.runs) > 1})
    script = templates.get_template("report.js.j2").render()
    verdicts = [card.result.verdict for card in cards]
    return templates.get_template("report.html.j2").render(
        result=result,
        steps=steps,
        mistakes=_pages(result, pages),
        hand_back=hand_back,
        chapters=drawn,
        counts={verdict: verdicts.count(verdict) for verdict in WORDS if verdict in verdicts},
        notes=[*([PUBLIC_ONLY] if result.public_only else []), *map(clean, notes)],
        points="public point" if result.public_only else "point",
        packed=packed,
        script=script,
        # Nothing runs but this very script: not even what an error of these templates would let through.
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii"),
    )


def _pages(result: Result, pages: Mapping[str, str]) -> dict[str, Markup]:
    """Those that some exercise shows, by their names."""
    shown = {name for exercise in result.exercises if exercise.verdict in _WORK for name in exercise.mistakes}
    return {name: as_html(pages[name]) for name in sorted(shown & pages.keys())}


def _chapters(
    result: Result, titles: Mapping[str, str], reference: Result | None, hand_back: HandBack | None
) -> list[ChapterCards]:
    references = {exercise.name: exercise.timelines for exercise in reference.exercises} if reference else {}
    first = next((exercise for exercise in result.exercises if exercise.verdict in _WORK), None)
    cards = [
        _card(exercise, _runs(exercise, references.get(exercise.name, ())), exercise is first, hand_back)
        for exercise in result.exercises
    ]
    skipped = {exercise.chapter for exercise in result.skipped}
    ids = sorted({exercise.chapter for exercise in result.exercises} | skipped)
    return [
        ChapterCards(
            id=chapter,
            title=f"{chapter.partition('_')[0]} {titles.get(chapter, chapter.partition('_')[2])}",
            cards=tuple(card for card in cards if card.result.chapter == chapter),
            skipped=tuple(exercise for exercise in result.skipped if exercise.chapter == chapter),
        )
        for chapter in ids
    ]


def _card(exercise: ExerciseResult, runs: tuple[RunPair, ...], is_open: bool, hand_back: HandBack | None) -> Card:
    own = f"{exercise.score} of {count(exercise.max_score, 'point')}"
    if hand_back is None:
        return Card(exercise, runs, is_open, own)
    comment = hand_back.comments.get(exercise.name, "")
    return Card(
        exercise,
        runs,
        is_open or bool(comment),
        hand_back.points.get(exercise.name, own),
        hand_back.points.get(exercise.name, own) == own,
        _code(exercise, hand_back.sources.get(exercise.name, "")),
        comment,
    )


def _code(exercise: ExerciseResult, source: str) -> tuple[CodeLine, ...]:
    """The student's file; those lines are marked that a message or a finding speaks of."""
    marked = {place.line for finding in exercise.findings for place in finding.places} | {exercise.message_line}
    lines = source.rstrip().split("\n") if source.strip() else []
    shown = [CodeLine(number, text, number in marked) for number, text in enumerate(lines[:_MOST_LINES], 1)]
    if len(lines) > _MOST_LINES:
        shown.append(CodeLine(_MOST_LINES + 1, f"… and {len(lines) - _MOST_LINES} more lines", False))
    return tuple(shown)


def _runs(exercise: ExerciseResult, references: Sequence[Timeline]) -> tuple[RunPair, ...]:
    """The runs that can be drawn, each with its counterpart; none of what was not started, where nobody asks why."""
    if exercise.verdict is Verdict.UNTOUCHED:
        return ()
    partners = _partners(exercise, references)
    return tuple(
        RunPair(yours, partner, yours.title, max(len(yours.checks) - 1, 0))
        for yours, partner in zip(exercise.timelines, partners, strict=True)
        if yours.rows
    )


def _partners(exercise: ExerciseResult, references: Sequence[Timeline]) -> list[Timeline | None]:
    """For each timeline, the reference's that the same checks rest on; where there are several, by their order."""
    order = _as_recorded(exercise)
    left = list(references)
    found: dict[int, Timeline] = {}
    for alike in (lambda a, b: a == b, lambda a, b: not set(a).isdisjoint(b)):
        for index in order:
            mine = exercise.timelines[index].checks
            partner = next((run for run in left if alike(mine, run.checks)), None)
            if index not in found and partner is not None:
                found[index] = partner
                left.remove(partner)
    return [found.get(index) for index in range(len(exercise.timelines))]


def _as_recorded(exercise: ExerciseResult) -> list[int]:
    """The timelines' positions in the order of the checks: the one that was put first goes back to its place.

    It is the last that the first failed check had asked for, so it comes after those of the same checks.
    """
    order = list(range(len(exercise.timelines)))
    moved = [timeline.checks for timeline in exercise.timelines[:1]]
    if any(exercise.checks[position].verdict is CheckVerdict.FAILED for checks in moved for position in checks):
        order.append(order.pop(0))
    return order


def _packed(pages: Mapping[str, str]) -> str:
    """As ``DecompressionStream`` reads it, in letters that mean nothing in HTML."""
    return base64.b64encode(zlib.compress(json.dumps(pages).encode("utf-8"), 9)).decode("ascii")


def _cleaned(value: _T) -> _T:
    """The same, and no text in it holds anything that cannot be seen: here, so that no template can forget it."""
    return _clean(value)  # type: ignore[no-any-return]


def _clean(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return clean(value)
    if isinstance(value, tuple):
        return tuple(map(_clean, value))
    if isinstance(value, Mapping):
        return {key: _clean(part) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _clean(getattr(value, field.name)) for field in fields(value)})
    return value
