"""A timeline as an SVG: where its bars stand and what is said of each. ``templates/timeline.html.j2`` writes it out.

Across, places are percentages of the picture's width: so it fits a phone, and zooming it leaves its text as it is.
Down, they are pixels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import jinja2

from grader.kinds import MarkKind, SegmentState
from grader.result import Row, Segment, Timeline
from grader.text import count, one_line

ROW_PX = 24
"""The stylesheet gives a row's name the same height."""
TICKS = 8
"""About so many fit a phone; the script draws more of them where there is more room."""
_HEIGHTS = {"waiting": 4, "ready": 8, "running": 12, "held": 18}
"""Pixels. They tell the states apart without colour: a thin line waits, a hollow one is ready, a bar runs, a taller one
held the loop."""
_END_MARKS = {"cancelled": "✗", "raised": "!"}
_SIGNS = {"timed-out": "T", "took": "[", "gave-back": "]"}
_WORDS = {"timed-out": "timed out", "took": "took a lock or a slot", "gave-back": "gave it back"}
_THINNEST = 0.00001
"""Of the width. What has none at all is not drawn, its outline included."""
_TOLD = 12
"""So many rows are described in words to who cannot see the picture; the others are counted."""


@dataclass(frozen=True)
class Bar:
    """A stretch of a row."""

    kind: str
    """``waiting``, ``running``, or ``held``: running, and nobody else could."""
    x: str
    """Percent of the width; ``width`` too."""
    y: int
    width: str
    height: int
    text: str
    """``waiting 0.10–1.00 s for asyncio.sleep(1), line 14``"""


@dataclass(frozen=True)
class Line:
    """A row as it is drawn."""

    label: str
    bars: tuple[Bar, ...]
    end: EndMark | None = None
    signs: tuple[EndMark, ...] = ()
    """What else happened at one moment: a time was up, a lock was taken or given back."""
    printed: tuple[PrintMark, ...] = ()


@dataclass(frozen=True)
class PrintMark:
    """The moment at which a coroutine printed a line."""

    x: str
    y: int
    text: str


@dataclass(frozen=True)
class Shade:
    """A stretch, across all rows, in which something held the event loop."""

    x: str
    width: str


@dataclass(frozen=True)
class EndMark:
    """The mark of a call that was not answered, or of a task that did not return: it was cancelled, or it raised."""

    kind: str
    x: str
    y: int
    mark: str
    text: str


@dataclass(frozen=True)
class Tick:
    """A mark on the time axis."""

    x: str
    label: str


@dataclass(frozen=True)
class Drawing:
    """A timeline, ready to be written as SVG."""

    title: str
    span_s: float
    height: int
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    omitted: int
    kinds: frozenset[str]
    """Of all bars: the legend explains what there is."""
    shades: tuple[Shade, ...]
    prints: bool
    """Whether any row printed a line."""
    ends: dict[str, str]
    """The marks that there are, by what they mean: for the legend as well."""
    words: str
    """What the picture shows, for who cannot see it."""


class _Compiled(jinja2.BytecodeCache):
    """Compiled templates, in memory: to compile them anew for each page of a class took 0.1 s a page."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def environment() -> jinja2.Environment:
    """The templates of the reports, which draw with ``timeline_svg`` of ``timeline.html.j2``. Everything is escaped."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("grader.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_COMPILED,
    )
    made.filters["drawing"] = drawing
    made.globals["row_px"] = ROW_PX
    made.filters["mark_words"] = in_words
    return made


def drawing(timeline: Timeline, least_s: float = 0.0) -> Drawing:
    """Where everything stands. There are no lines when there is nothing to draw.

    The axis spans at least ``least_s``, for timelines that are to be compared.
    """
    own_s = reach(timeline)
    span_s = max(own_s, least_s)
    rows = timeline.rows if span_s > 0 else ()
    lines = tuple(_line(row, number, span_s) for number, row in enumerate(rows))
    omitted = timeline.omitted_rows + len(timeline.rows) - len(rows)
    return Drawing(
        title=one_line(timeline.title),
        span_s=span_s,
        height=ROW_PX * len(lines),
        lines=lines,
        ticks=tuple(_ticks(span_s)),
        omitted=omitted,
        kinds=frozenset(bar.kind for line in lines for bar in line.bars),
        shades=tuple(
            Shade(_percent(segment.start_s / span_s), _percent((segment.end_s - segment.start_s) / span_s))
            for row in rows
            for segment in row.segments
            if segment.held_by
        ),
        prints=any(line.printed for line in lines),
        ends={end.kind: end.mark for line in lines for end in (line.end, *line.signs) if end},
        words=_in_words(rows, omitted, own_s),
    )


def reach(timeline: Timeline) -> float:
    """The last second that there is something of it to be seen."""
    ends = [segment.end_s for row in timeline.rows for segment in row.segments]
    return max(ends, default=timeline.elapsed_s)


def duration(seconds: float) -> str:
    """``1.20 s``, or ``12.0 ms`` where that would say ``0.01 s``."""
    return f"{seconds * 1000:.1f} ms" if 0 < seconds < 0.1 else f"{seconds:.2f} s"


def _line(row: Row, number: int, span_s: float) -> Line:
    bars = (_bar(segment, number, span_s) for segment in row.segments)
    middle = number * ROW_PX + ROW_PX // 2
    printed = tuple(
        PrintMark(_percent(mark.at_s / span_s), middle, f"printed a line at {mark.at_s:.2f} s")
        for mark in row.marks
        if mark.kind is MarkKind.PRINTED
    )
    return Line(one_line(row.label), tuple(bars), _end(row, middle, span_s), _signs(row, middle, span_s), printed)


def _end(row: Row, middle: int, span_s: float) -> EndMark | None:
    ends: list[tuple[str, float]] = [
        (mark.kind.value, mark.at_s) for mark in row.marks if mark.kind.value in _END_MARKS
    ]
    if row.outcome is not None and row.outcome.value in _END_MARKS and row.segments:
        ends.append((row.outcome.value, row.segments[-1].end_s))
    if not ends:
        return None
    kind, at = ends[-1]
    return EndMark(
        kind=kind,
        x=_percent(at / span_s),
        y=middle,
        mark=_END_MARKS[kind],
        text=one_line(f"{kind} at {at:.2f} s"),
    )


def _signs(row: Row, middle: int, span_s: float) -> tuple[EndMark, ...]:
    return tuple(
        EndMark(
            mark.kind.value,
            _percent(mark.at_s / span_s),
            middle,
            _SIGNS[mark.kind.value],
            one_line(f"{_WORDS[mark.kind.value]} at {mark.at_s:.2f} s"),
        )
        for mark in row.marks
        if mark.kind.value in _SIGNS
    )


def in_words(kind: str) -> str:
    """What the legend calls a mark."""
    return _WORDS.get(kind, kind)


def _bar(segment: Segment, number: int, span_s: float) -> Bar:
    kind = "held" if segment.held_by else segment.state.value
    height = _HEIGHTS[kind]
    return Bar(
        kind=kind,
        x=_percent(segment.start_s / span_s),
        y=number * ROW_PX + (ROW_PX - height) // 2,
        width=_percent(max((segment.end_s - segment.start_s) / span_s, _THINNEST)),
        height=height,
        text=_text(segment, span_s),
    )


def _text(segment: Segment, span_s: float) -> str:
    if span_s < 0.1:
        when = f"{segment.start_s * 1000:.1f}–{segment.end_s * 1000:.1f} ms"
    else:
        decimals = 2 if segment.end_s - segment.start_s >= 0.01 else 4
        when = f"{segment.start_s:.{decimals}f}–{segment.end_s:.{decimals}f} s"
    if segment.held_by:
        return one_line(f"held the loop {when}: {segment.held_by}")
    if segment.state is SegmentState.READY:
        return one_line(f"ready {when}, but something else held the loop")
    return one_line(f"{segment.state} {when}{' for ' if segment.awaits else ''}{segment.awaits}")


def _percent(share: float) -> str:
    """At most three decimals: a pixel at a fifty-fold zoom."""
    return f"{share * 100:.3f}".rstrip("0").rstrip(".") + "%"


def _ticks(span_s: float) -> Iterable[Tick]:
    if span_s <= 0:
        return
    factor, unit = (1000.0, "ms") if span_s < 0.1 else (1.0, "s")
    step = _step(span_s * factor / TICKS)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    for number in range(math.floor(span_s * factor / step + 1e-9) + 1):
        at = number * step
        # The last one's label would not fit beside the edge.
        if at <= 0.97 * span_s * factor:
            yield Tick(_percent(at / (span_s * factor)), f"{at:.{decimals}f}" if number else f"0 {unit}")


def _step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is no less than ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * 0.999)


def _in_words(rows: Iterable[Row], omitted: int, span_s: float) -> str:
    told = [_row_in_words(row) for row in rows]
    more = len(told) - len(told[:_TOLD]) + omitted
    rest = [f"And {count(more, 'more row')}."] if more else []
    return " ".join([f"{count(len(told), 'row')} over {duration(span_s)}.", *told[:_TOLD], *rest])


def _row_in_words(row: Row) -> str:
    seconds = dict.fromkeys(SegmentState, 0.0)
    for segment in row.segments:
        seconds[segment.state] += segment.end_s - segment.start_s
    told = f"{one_line(row.label)}: ran {duration(seconds[SegmentState.RUNNING])}, "
    told += f"waited {duration(seconds[SegmentState.WAITING])}"
    if seconds[SegmentState.READY]:
        told += f", was ready for {duration(seconds[SegmentState.READY])} and could not run"
    if row.outcome is not None:
        told = f"{one_line(row.label)}: a call of {duration(seconds[SegmentState.WAITING])}, {row.outcome}"
    return f"{told}."
