"""A timeline in text: a row for each coroutine, solid where it ran, a thin line where it waited.

What held the event loop for long is hatched. A call to a replaced function is a thin line, with a mark at its end
unless it was answered.

    task_a  ████████████████████
    task_b                      ████████████████████
            0 s       0.5       1.0       1.5       2.0

All of them are told apart by weight, and not by colour alone, so the picture holds in black and white and in ASCII.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from grader.kinds import CallOutcome, MarkKind, SegmentState
from grader.result import Row, Segment, Timeline
from grader.text import clean, cut, width

MAX_ROWS = 16
"""More rows than this hide the message above them."""

_GAP = "  "
_NARROWEST_PLOT = 10
_WIDEST_PLOT = 100
# The last tick's label starts on the last cells and needs some room to the right of them.
_LABEL_ROOM = 3
# How many seconds a cell stands for (times a power of ten), with the cells from one tick to the next. With round
# numbers only, ticks fall on whole cells, and two recordings that differ by noise look the same.
# They lie close to each other, so that hardly any of the width is left over.
_SCALES = (
    (1, 10), (1.25, 8), (10 / 7, 7), (5 / 3, 12), (2, 10), (2.5, 8), (20 / 7, 7), (10 / 3, 15), (25 / 6, 12), (5, 10),
    (50 / 9, 9), (20 / 3, 15), (50 / 7, 14), (25 / 3, 12),
)  # fmt: skip
# A run of 1.00 s is a little over one second on any clock; that must not cost it the scale it would fit.
_TOLERANCE = 0.3
# Nothing that Python does is shorter, and far below it the arithmetic ends.
_SHORTEST_S = 1e-6
_MOSTLY = 0.5
"""A cell in which it ran for less than this share of the time is a short step."""


_WEIGHT = (
    MarkKind.GAVE_BACK, MarkKind.TOOK, MarkKind.PRINTED, MarkKind.TIMED_OUT, MarkKind.RAISED, MarkKind.CANCELLED,
)  # fmt: skip
"""Of two marks in one cell, the later of these is seen."""

MARK_WORDS = {
    MarkKind.TIMED_OUT: "timed out",
    MarkKind.TOOK: "took a lock or a slot",
    MarkKind.GAVE_BACK: "gave it back",
}
"""What a legend calls them where it is not what they are called."""


class LineKind(Enum):
    """What a line of a drawn timeline is."""

    ROW = "row"
    AXIS = "axis"
    MORE = "more"


@dataclass(frozen=True)
class TimelineLine:
    """A drawn line: its label, padded to the same width as the others', and what stands to the right of it."""

    kind: LineKind
    label: str
    body: str
    held: tuple[tuple[int, int], ...] = ()
    """From which column of the body to which it held the event loop."""
    shaded: tuple[tuple[int, int], ...] = ()
    """The same, of all rows of the timeline."""

    @property
    def text(self) -> str:
        return f"{self.label}{self.body}".rstrip()


@dataclass(frozen=True)
class Glyphs:
    """What a timeline is drawn with; one column each, except the ellipsis."""

    running: str
    held: str
    waiting: str
    ready: str
    brief: str
    """One of several short steps in a row: of most of such a cell it waited."""
    printed: str
    cancelled: str
    raised: str
    timed_out: str
    took: str
    gave_back: str
    ellipsis: str


UNICODE = Glyphs("█", "▓", "─", "░", "┼", "•", "✗", "!", "T", "[", "]", "…")
ASCII = Glyphs("#", "%", "-", ":", "+", "o", "x", "!", "T", "[", "]", "...")


def glyphs(unicode: bool = True) -> Glyphs:
    return UNICODE if unicode else ASCII


@dataclass(frozen=True)
class _Scale:
    cell_s: float
    cells: int
    tick_cells: int

    @property
    def tick_s(self) -> float:
        return self.cell_s * self.tick_cells


def draw(timeline: Timeline, columns: int, unicode: bool = True, max_rows: int = MAX_ROWS) -> list[TimelineLine]:
    """The timeline in at most ``columns`` columns: rows, the time axis, and how many rows are not shown.

    Empty when there is nothing to draw. Below about 20 columns the picture is wider than asked for, not garbled.
    """
    shown = timeline.rows[:max_rows]
    span_s = max([timeline.elapsed_s, *(segment.end_s for row in shown for segment in row.segments)])
    if not shown or span_s < _SHORTEST_S:
        return []
    marks = glyphs(unicode)
    labels = _labels((clean(row.label).replace("\n", " ") for row in shown), max(columns // 3, 8), marks)
    label_columns = width(labels[0])
    scale = _scale(span_s, max(columns - label_columns - _LABEL_ROOM, _NARROWEST_PLOT))
    blank = " " * label_columns
    shaded = tuple(sorted({span for row in shown for span in _held(row, scale)}))
    lines = [
        TimelineLine(LineKind.ROW, label, _cells(row, scale, marks), _held(row, scale), shaded)
        for label, row in zip(labels, shown, strict=True)
    ]
    lines.append(TimelineLine(LineKind.AXIS, blank, _axis(scale, scale.cells + _LABEL_ROOM)))
    omitted = timeline.omitted_rows + len(timeline.rows) - len(shown)
    if omitted:
        more = f"{marks.ellipsis} and {omitted} more row{'s' if omitted > 1 else ''}"
        lines.append(TimelineLine(LineKind.MORE, "", more))
    return lines


def _labels(names: Iterable[str], most: int, marks: Glyphs) -> list[str]:
    """The names, cut to ``most`` columns, padded to the longest, with the gap to the plot."""
    short = [cut(name, most, marks.ellipsis) for name in names]
    columns = max(map(width, short))
    return [name + " " * (columns - width(name)) + _GAP for name in short]


def _scale(span_s: float, columns: int) -> _Scale:
    columns = min(columns, _WIDEST_PLOT)
    exponent = math.floor(math.log10(span_s / columns))
    for power in (exponent, exponent + 1):
        for factor, tick_cells in _SCALES:
            cell_s = factor * 10.0**power
            cells = max(math.ceil(span_s / cell_s - _TOLERANCE), 1)
            if cells <= columns:
                return _Scale(cell_s, cells, tick_cells)
    raise AssertionError("ten times the smallest cell always fits")


def _cells(row: Row, scale: _Scale, marks: Glyphs) -> str:
    cells = [" "] * scale.cells
    states = (
        (SegmentState.WAITING, marks.waiting),
        (SegmentState.READY, marks.ready),
        (SegmentState.RUNNING, marks.running),
    )
    for state, mark in states:
        for segment in row.segments:
            if segment.state is not state:
                continue
            # A step of a millisecond is still a step, and so is a call that failed at once.
            start, end = _columns(segment, scale, least=1 if state is SegmentState.RUNNING or row.outcome else 0)
            if segment is row.segments[0] and end > 0:
                start = min(start, _cell(segment.start_s, scale))  # nothing is before it that could be drawn over
            cells[start:end] = mark * (end - start)
    for cell in _flickering(row, scale):
        cells[cell] = marks.brief
    for start, end in _held(row, scale):
        cells[start:end] = marks.held * (end - start)
    for mark_of in sorted(row.marks, key=lambda mark: _WEIGHT.index(mark.kind)):
        cells[_cell(mark_of.at_s, scale)] = mark_glyph(mark_of.kind, marks)
    if row.outcome in (CallOutcome.CANCELLED, CallOutcome.RAISED) and row.segments:
        _, end = _columns(row.segments[-1], scale, least=1)
        cells[end - 1] = marks.cancelled if row.outcome is CallOutcome.CANCELLED else marks.raised
    return "".join(cells).rstrip()


def mark_glyph(kind: MarkKind, marks: Glyphs) -> str:
    """What a mark of that kind looks like."""
    glyph_of = {
        MarkKind.PRINTED: marks.printed,
        MarkKind.CANCELLED: marks.cancelled,
        MarkKind.RAISED: marks.raised,
        MarkKind.TIMED_OUT: marks.timed_out,
        MarkKind.TOOK: marks.took,
        MarkKind.GAVE_BACK: marks.gave_back,
    }
    return glyph_of[kind]


def _flickering(row: Row, scale: _Scale) -> list[int]:
    """The cells of short steps side by side: drawn as running they would be a solid bar, and it waited."""
    ran = [0.0] * scale.cells
    for segment in row.segments:
        if segment.state is SegmentState.RUNNING:
            first, last = _cell(segment.start_s, scale), _cell(segment.end_s, scale)
            for cell in range(first, last + 1):
                start_s, end_s = cell * scale.cell_s, (cell + 1) * scale.cell_s
                ran[cell] += max(min(segment.end_s, end_s) - max(segment.start_s, start_s), 1e-9)
    brief = [0 < seconds < _MOSTLY * scale.cell_s for seconds in ran]
    return [cell for cell in range(scale.cells) if brief[cell] and sum(brief[max(cell - 2, 0) : cell + 3]) > 2]


def _cell(at_s: float, scale: _Scale) -> int:
    return min(math.floor(at_s / scale.cell_s), scale.cells - 1)


def _columns(segment: Segment, scale: _Scale, least: int = 0) -> tuple[int, int]:
    """The cells of a stretch, from and to; one that has fewer than ``least`` stays in the cell where it began."""
    start = min(math.floor(segment.start_s / scale.cell_s + 0.5), scale.cells)
    end = min(math.floor(segment.end_s / scale.cell_s + 0.5), scale.cells)
    if end - start < least:
        start = min(math.floor(segment.start_s / scale.cell_s), scale.cells - 1)
        end = start + least
    return start, end


def _held(row: Row, scale: _Scale) -> tuple[tuple[int, int], ...]:
    return tuple(_columns(segment, scale, least=1) for segment in row.segments if segment.held_by)


def _axis(scale: _Scale, columns: int) -> str:
    unit, factor = ("ms", 1000) if scale.tick_s * scale.cells / scale.tick_cells < 0.1 else ("s", 1)
    step = scale.tick_s * factor
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    axis = f"0 {unit}"
    for tick in range(1, scale.cells // scale.tick_cells + 1):
        at = tick * scale.tick_cells
        label = f"{tick * step:.{decimals}f}"
        if at > len(axis) and at + len(label) <= columns:
            axis = axis.ljust(at) + label
    return axis
