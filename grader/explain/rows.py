"""Rows of a timeline: which coroutine ran when, and what it waited for."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from grader.explain.quotes import SourceText, expression
from grader.explain.seen import (
    MAX_EXPRESSION,
    MAX_LABEL,
    MAX_MARKS,
    Coroutine,
    DoubleCall,
    HeldPart,
    Seen,
    Stretch,
    one_line_of,
)
from grader.kinds import MarkKind, SegmentState
from grader.result import Moment, Row, Segment, Timeline

HOLD_S = 0.05
"""A stretch this long held the loop (``grader.runner.observe.samples``)."""
TOUCH_S = 0.005
"""A stretch that ends this close to a row belongs to it."""
_MOST_CALLS = 12
"""Calls that have a row each; of more, those that followed each other share one."""
_MOST_IN_A_LANE = 20


_LOCK_MARKS = frozenset({MarkKind.TIMED_OUT.value, MarkKind.TOOK.value, MarkKind.GAVE_BACK.value})


class LibraryRow(Row):
    """The row of a task that a library made, and in which nothing of the learner's runs."""


def make_timeline(
    seen: Seen, source: SourceText, title: str, with_entry: bool, calls: Sequence[DoubleCall] = ()
) -> Timeline:
    rows = sorted(_without_covered(_with_held(seen), seen), key=lambda row: row.first)
    _mark_printed(rows, seen)
    _mark_locks(rows, seen)
    lanes = [_Lane(call.text, [call]) for call in sorted(calls, key=lambda call: call.start)]
    if not with_entry:
        rows = _without_entry(rows)
    most = seen.limits.rows
    if len(rows) > most:
        rows = _merged(rows)
    if len(lanes) > _MOST_CALLS:
        lanes = _merged_lanes(lanes)
    drawn = [
        (row.first, _drawn(row, label, seen, source)) for row, label in zip(rows[:most], labels_of(rows), strict=False)
    ]
    drawn += [(lane.calls[0].start, lane.row(seen.elapsed)) for lane in lanes[:_MOST_CALLS]]
    drawn.sort(key=lambda each: each[0])
    omitted = len(rows) + len(lanes) - len(drawn) + seen.dropped_rows
    return Timeline(title, seen.elapsed, _numbered([row for _, row in drawn]), omitted)


def _drawn(row: Coroutine, label: str, seen: Seen, source: SourceText) -> Row:
    kind = LibraryRow if row.is_foreign else Row
    return kind(label, _segments(row, seen, source), row.label, marks=_marks(row))


@dataclass(frozen=True)
class _Lane:
    """Calls to a replaced function that are drawn in one row: a single one, or several that followed each other."""

    label: str
    calls: list[DoubleCall]

    def row(self, elapsed: float) -> Row:
        label = one_line_of(self.label, MAX_LABEL)
        spans = [(min(call.start, elapsed), min(call.end, elapsed)) for call in self.calls]
        segments = tuple(
            Segment(start, max(start, end), SegmentState.WAITING, awaits=one_line_of(call.text, MAX_EXPRESSION))
            for call, (start, end) in zip(self.calls, spans, strict=True)
        )
        return Row(label, segments, label, self.calls[-1].outcome)


def _merged_lanes(lanes: Sequence[_Lane]) -> list[_Lane]:
    """As many rows for each function as calls to it were under way at once."""
    kept: list[_Lane] = []
    for call in (call for lane in lanes for call in lane.calls):
        free = (lane for lane in kept if lane.label == call.function and lane.calls[-1].end <= call.start)
        lane = next(free, None)
        if lane is not None and len(lane.calls) < _MOST_IN_A_LANE:
            lane.calls.append(call)
        else:
            kept.append(_Lane(call.function, [call]))
    return kept


def _with_held(seen: Seen) -> list[Coroutine]:
    """All rows, with each hold laid on the coroutine that held; one not seen otherwise gets a row of its own."""
    rows = list(seen.rows.values())
    entry = min(rows, key=lambda row: row.first, default=None)
    for held in seen.held.values():
        for part in held.parts:
            # A coroutine that ran in the step for the first time is seen at its end only, whatever came after the part.
            step_end = held.parts[-1].end
            row = _row_of(rows, held.task, part.coroutine, (part.start, part.end), step_end, seen.elapsed)
            if row is None and part.coroutine:
                row = Coroutine(held.task, part.coroutine, part.coroutine, part.start, part.end)
                rows.append(row)
            if row is not None:
                _stretch(rows, row, part.start)
                if row.last is not None:
                    row.last = max(row.last, part.end)
            for each in rows:
                # Who awaits the one that holds the loop is as little free as it is. (The entry is left out for that.)
                outer = each is not entry and each.task == held.task and _lasts_through(each, part, seen.elapsed)
                if each is row or outer:
                    each.running.append((part.start, part.end))
                    each.held += [] if part.is_doubtful else [part]
    return rows


def _lasts_through(row: Coroutine, part: HeldPart, elapsed: float) -> bool:
    last = elapsed if row.last is None else row.last
    return row.first - TOUCH_S <= part.start and part.end <= last + TOUCH_S


def _without_covered(rows: list[Coroutine], seen: Seen) -> list[Coroutine]:
    """Leave out a library's coroutine that did nothing but to await the learner's, which was seen only as it held."""
    tasks = {held.task for held in seen.held.values()}
    kept = []
    for row in rows:
        covers = None
        if row.is_foreign and row.task in tasks:
            covers = next((each for each in rows if _covers(each, row)), None)
        if covers is None:
            kept.append(row)
        else:
            covers.first = min(covers.first, row.first)
            covers.ready += row.ready
            covers.marks += row.marks
    return kept


def _covers(own: Coroutine, library: Coroutine) -> bool:
    if own.task != library.task or own.is_foreign or own.last is None or library.last is None:
        return False
    # What it could not run before tells nothing: both were in the same step when they ran.
    first = max((end for start, end in library.ready if start <= library.first + TOUCH_S), default=library.first)
    return own.first <= first + TOUCH_S and library.last <= own.last + TOUCH_S


def _row_of(
    rows: Iterable[Coroutine], task: int, function: str, span: Stretch, step_end: float, elapsed: float
) -> Coroutine | None:
    """The coroutine that a task was in; or one that began there and then, of an eager task within it."""
    start, end = span
    eager = None
    for row in rows:
        last = elapsed if row.last is None else row.last
        if row.function != function or row.first - TOUCH_S > step_end or start > last + TOUCH_S:
            continue
        if row.task == task:
            return row
        if start - TOUCH_S <= row.first <= end and _has_begun_within(row, start):
            eager = eager or row
    return eager


def _has_begun_within(row: Coroutine, start: float) -> bool:
    """Whether it can have begun inside the step: one that had run before, or that waited for its turn, has not."""
    return not any(end <= start for _, end in row.running) and not any(end > start for _, end in row.ready)


def _mark_printed(rows: Sequence[Coroutine], seen: Seen) -> None:
    for task, function, at in seen.printed:
        row = _row_of(rows, task, function, (at, at), at, seen.elapsed)
        if row is not None and len(row.marks) < MAX_MARKS:
            row.marks.append((at, MarkKind.PRINTED))


def _mark_locks(rows: Sequence[Coroutine], seen: Seen) -> None:
    for event in seen.locks:
        if event.what in _LOCK_MARKS:
            row = _row_of(rows, event.task, event.function, (event.at, event.at), event.at, seen.elapsed)
            if row is not None and len(row.marks) < MAX_MARKS:
                row.marks.append((event.at, MarkKind(event.what)))


def _marks(row: Coroutine) -> tuple[Moment, ...]:
    return tuple(Moment(at, kind) for at, kind in sorted(row.marks))


def labels_of(rows: Sequence[Coroutine]) -> list[str]:
    """What each is called; functions of one name with the first argument that differs, ``move(door=2)``."""
    alike: dict[str, list[Coroutine]] = {}
    for row in rows:
        alike.setdefault(row.label, []).append(row)
    telling = {label: _telling(group) for label, group in alike.items()}
    labels = []
    for row in rows:
        position = telling[row.label]
        argument = row.arguments[position] if position is not None else ""
        labels.append(one_line_of(f"{row.label}({argument})", MAX_LABEL) if argument else row.label)
    return labels


def _telling(rows: Sequence[Coroutine]) -> int | None:
    """The position of the argument that tells the most of them apart; None when there is none."""
    if len(rows) < 2 or any(row.label != row.function for row in rows):
        return None
    different = [
        len({row.arguments[position] for row in rows}) for position in range(min(len(row.arguments) for row in rows))
    ]
    most = max(different, default=1)
    return different.index(most) if most > 1 else None


def _stretch(rows: Iterable[Coroutine], row: Coroutine, start: float) -> None:
    """Let a row begin at ``start`` at the latest, and with it those that were seen together with it and await it."""
    first = row.first
    for each in rows:
        if each.task == row.task and each.first == first and start < first:
            each.first = start
        if each is row:
            break
    row.first = min(row.first, start)


def _without_entry(rows: list[Coroutine]) -> list[Coroutine]:
    """Leave out the program's first coroutine when it only waited for the others, and printed nothing: it tells
    nothing that they do not.
    """
    if len(rows) < 2 or rows[0].marks or any(end - start >= HOLD_S for start, end in rows[0].running):
        return rows
    return rows[1:]


def _merged(rows: list[Coroutine]) -> list[Coroutine]:
    """Coroutines of one function that a task ran one after the other, in one row."""
    kept: list[Coroutine] = []
    latest: dict[tuple[int, str], Coroutine] = {}
    for row in rows:
        before = latest.get((row.task, row.function))
        if before is not None and before.last is not None and before.last <= row.first + TOUCH_S:
            before.last = row.last
            before.running += row.running
            before.waits += row.waits
            before.held += row.held
            before.ready += row.ready
            before.marks += row.marks
            before.arguments = ()
        else:
            latest[row.task, row.function] = row
            kept.append(row)
    return kept


def _numbered(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, with a number in each label that others have as well."""
    count = Counter(row.label for row in rows)
    used: Counter[str] = Counter()
    numbered = []
    for row in rows:
        used[row.label] += 1
        numbered.append(replace(row, label=f"{row.label} {used[row.label]}") if count[row.label] > 1 else row)
    return tuple(numbered)


def _segments(row: Coroutine, seen: Seen, source: SourceText) -> tuple[Segment, ...]:
    """Running, waiting and ready by turns, from first to last seen."""
    segments = _by_turns(row, seen, source)
    ready = [span for span in _union(row.ready, seen.elapsed / 1000) if span[1] - span[0] >= HOLD_S]
    if len(segments) + 2 * len(ready) > seen.limits.segments:
        return segments
    for start, end in ready:
        segments = tuple(piece for segment in segments for piece in _with_ready(segment, start, end))
    return segments


def _with_ready(segment: Segment, start: float, end: float) -> Iterator[Segment]:
    """A stretch of waiting in up to three pieces: until it could run, while it could, and what is left."""
    start, end = max(start, segment.start_s), min(end, segment.end_s)
    if segment.state is not SegmentState.WAITING or end <= start:
        yield segment
        return
    if segment.start_s < start:
        yield replace(segment, end_s=start)
    yield Segment(start, end, SegmentState.READY)
    if end < segment.end_s:
        yield replace(segment, start_s=end)


def _by_turns(row: Coroutine, seen: Seen, source: SourceText) -> tuple[Segment, ...]:
    """Running and waiting by turns, from first to last seen."""
    last = seen.elapsed if row.last is None else max(row.last, row.first)
    most = seen.limits.segments
    running = _union(row.running, seen.elapsed / 1000)
    while len(running) > most // 2 - 1:  # join across ever wider gaps
        widths = sorted(after[0] - before[1] for before, after in pairwise(running))
        running = _union(running, widths[len(widths) // 2])
    waits = sorted(row.waits)
    held = sorted(row.held, key=lambda part: part.start)
    segments: list[Segment] = []
    at = row.first
    for left, (start, end) in zip(range(len(running), 0, -1), running, strict=True):
        # Between its creation and its turn a task waits for nothing; if that was long, it was ready, which is told.
        start, end = max(start, at) if segments or start - at >= HOLD_S else at, min(end, last)
        if end < start:
            continue
        if start > at and not row.is_callback:
            # Each of those that are left may still need two.
            segments += _waiting(waits, at, start, most - len(segments) - 2 * left, seen, source)
        segments.append(Segment(start, end, SegmentState.RUNNING, held_by=_held_by(held, start, end, source)))
        at = end
    if (at < last or not segments) and not (row.is_callback and segments):
        segments += _waiting(waits, at, last, most - len(segments), seen, source)
    return tuple(segments)


def _waiting(
    waits: Sequence[tuple[float, int]], start: float, end: float, most: int, seen: Seen, source: SourceText
) -> list[Segment]:
    """The stretch from ``start`` to ``end``, in at most ``most`` pieces, one for each thing that was waited for."""
    least = seen.elapsed / 500  # what is shorter goes with its neighbour
    pieces: list[tuple[float, int]] = []
    for index in range(max(bisect_right(waits, (start, math.inf)) - 1, 0), len(waits)):
        at, spot = max(waits[index][0], start), waits[index][1]
        if at >= end and pieces:
            break
        until = waits[index + 1][0] if index + 1 < len(waits) else end
        if not pieces:
            pieces.append((start, spot))
        elif min(until, end) - at >= least and spot != pieces[-1][1]:
            if at - pieces[-1][0] < least:
                pieces[-1] = (pieces[-1][0], spot)
            else:
                pieces.append((at, spot))
    pieces = pieces[:most] or [(start, 0)]
    ends = [at for at, _ in pieces[1:]] + [end]
    spots = [seen.spots.get(spot) for _, spot in pieces]
    return [
        Segment(at, until, SegmentState.WAITING, awaits=source.awaited(spot) if spot else "")
        for (at, _), until, spot in zip(pieces, ends, spots, strict=True)
    ]


def _held_by(held: Sequence[HeldPart], start: float, end: float, source: SourceText) -> str:
    """What held the loop between ``start`` and ``end``, the first few."""
    parts = [part for part in held if part.start < end and part.end > start and part.end - part.start >= HOLD_S]
    texts = list(dict.fromkeys(source.placed(expression(part, source.lines), part.line) for part in parts))
    return "; ".join([*texts[:3], *(["…"] if len(texts) > 3 else [])])


def _union(spans: Iterable[Stretch], gap: float) -> list[Stretch]:
    """The spans in order, those that overlap or lie no further apart than ``gap`` as one."""
    joined: list[Stretch] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
