"""From what was seen inside a program to a timeline and to findings in words.

The messages come from ``grader.runner.observe``, out of a process that the learner's code owns: nothing in them is
trusted beyond being shown. Whatever does not fit is dropped, and nothing here raises.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from grader.kinds import FindingKind, SegmentState
from grader.report import sentences
from grader.result import Finding, Place, Row, Segment, Timeline

MAX_LABEL = 40
MAX_EXPRESSION = 60
MAX_MESSAGE = 120


@dataclass(frozen=True)
class ReadLimits:
    """How much is told, and how much is read at all: an explanation may not cost more than the run."""

    rows: int
    segments: int
    """For each row."""
    findings: int = 8
    places: int = 5
    messages: int = 5000
    items: int = 5000
    """In each list of a message."""
    steps: int = 20_000
    """Stretches of running; as many changes of what is waited for."""
    coroutines: int = 500
    parts: int = 2000
    spots: int = 2000
    notes: int = 200


GRADED = ReadLimits(rows=12, segments=200)
"""For the block of an exercise; a terminal shows fewer columns than that."""

HOLD_S = 0.05
TOUCH_S = 0.005
"""A stretch that ends this close to a row belongs to it."""

_Seconds = tuple[float, float]


def in_the_file(line: int) -> str:
    """A place in words, where there is only one file."""
    return f"line {line}"


def explain(
    messages: Sequence[Mapping[str, object]],
    *,
    start: float,
    end: float,
    source: str,
    title: str,
    limits: ReadLimits = GRADED,
    where: Callable[[int], str] = in_the_file,
    with_entry: bool = False,
) -> tuple[Timeline, tuple[Finding, ...]]:
    """The run drawn, and what was found wrong from inside.

    ``start`` and ``end`` are the run's on the clock of the messages; times come out as seconds from ``start``.
    ``source`` is the learner's file, to quote from; ``where`` puts a line of it in words.
    ``with_entry``: the program's first coroutine has a row even when it only waited for the others.
    Never raises, whatever the messages hold.
    """
    elapsed = max(end - start, 0.0) if math.isfinite(end - start) else 0.0
    seen = _Seen(start if math.isfinite(start) else 0.0, elapsed, limits)
    for message in messages[: limits.messages]:
        seen.take(message)
    text = _Source(source.replace("\r\n", "\n").replace("\r", "\n").split("\n"), where)
    timeline = _timeline(seen, text, title, with_entry)
    found = [
        *_blocking(seen, text.lines),
        *_never_awaited(seen, text.lines),
        *_lost(seen),
        *_pending(seen),
        *_stopped(seen),
    ]
    return timeline, tuple(
        replace(finding, places=finding.places[: limits.places]) for finding in found[: limits.findings]
    )


def observer_errors(messages: Iterable[Mapping[str, object]]) -> int:
    """How many errors of the observer's own were swallowed, so that no learner saw them: there should be none."""
    return sum(_number(message.get("errors")) or 0 for message in messages if message.get("kind") == "finished")


# Reading


@dataclass
class _Coroutine:
    task: int
    label: str
    function: str
    first: float
    last: float | None = None
    running: list[_Seconds] = field(default_factory=list)
    waits: list[tuple[float, int]] = field(default_factory=list)
    """From when on it waited at which spot."""
    held: list[_Part] = field(default_factory=list)
    """When the loop was held by it, or by what it awaited."""


@dataclass(frozen=True)
class _Spot:
    """An expression, by its place in the file."""

    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None


@dataclass(frozen=True)
class _Part(_Spot):
    """A stretch of a held step, and the expression that it was in."""

    start: float
    end: float
    function: str
    coroutine: str
    how: str


@dataclass(frozen=True)
class _Held:
    task: int
    parts: tuple[_Part, ...]
    is_open: bool


class _Seen:
    """The messages, checked field by field; times are seconds from the start of the run, inside the run."""

    def __init__(self, start: float, elapsed: float, limits: ReadLimits) -> None:
        self.start = start
        self.elapsed = elapsed
        self.limits = limits
        self.rows: dict[int, _Coroutine] = {}
        self.spots: dict[int, _Spot] = {}
        self.held: dict[float, _Held] = {}
        self.notes: list[Mapping[str, object]] = []
        self.dropped_rows = 0
        self.finished = False
        self._steps_left = limits.steps
        self._waits_left = limits.steps
        self._parts_left = limits.parts

    def take(self, message: object) -> None:
        if not isinstance(message, Mapping):
            return
        kind = message.get("kind")
        if kind == "steps":
            self._take_steps(message)
        elif kind == "held":
            self._take_held(message)
        elif kind == "finished":
            self.finished = True
        elif isinstance(kind, str) and len(self.notes) < self.limits.notes:
            self.notes.append(message)

    def _take_steps(self, message: Mapping[str, object]) -> None:
        for item in self._items(message, "opened", 5):
            row, task, at = _number(item[0]), _number(item[1]), self._time(item[4])
            if row is None or task is None or at is None or row in self.rows:
                continue
            if len(self.rows) >= self.limits.coroutines:
                break
            self.rows[row] = _Coroutine(task, _text(item[2], MAX_LABEL), _text(item[3], MAX_LABEL), at)
        for item in self._items(message, "ran", 3):
            coroutine, span = self.rows.get(_number(item[0]) or 0), self._span(item[1], item[2])
            if coroutine and span and self._steps_left > 0:
                self._steps_left -= 1
                coroutine.running.append(span)
        for item in self._items(message, "closed", 2):
            coroutine, at = self.rows.get(_number(item[0]) or 0), self._time(item[1])
            if coroutine and at is not None:
                coroutine.last = at
        for item in self._items(message, "spots", 5):
            if (number := _number(item[0])) is not None and len(self.spots) < self.limits.spots:
                self.spots.setdefault(number, _Spot(*map(_number, item[1:])))
        for item in self._items(message, "waits", 3):
            coroutine, at, spot = self.rows.get(_number(item[0]) or 0), self._time(item[1]), _number(item[2])
            if coroutine and at is not None and spot is not None and self._waits_left > 0:
                self._waits_left -= 1
                coroutine.waits.append((at, spot))
        self.dropped_rows = max(self.dropped_rows, _number(message.get("dropped_rows")) or 0)

    def _take_held(self, message: Mapping[str, object]) -> None:
        start, task = self._time(message.get("start")), _number(message.get("task"))
        is_open = message.get("open") is True
        if start is None or task is None:
            return
        known = self.held.get(start)
        if known is None and self._parts_left <= 0:
            return
        if known is not None and is_open and not known.is_open:
            return  # a provisional report that was overtaken by the final one
        parts = [part for item in self._items(message, "parts", 9) if (part := self._part(item))]
        grows_by = len(parts) - (len(known.parts) if known else 0)
        if parts and grows_by <= self._parts_left:
            self._parts_left -= grows_by
            if is_open:  # reports of it come at intervals, and the last one was not its end
                parts[-1] = replace(parts[-1], end=self.elapsed)
            self.held[start] = _Held(task, tuple(parts), is_open)

    def _part(self, item: Sequence[object]) -> _Part | None:
        span = self._span(item[0], item[1])
        if span is None:
            return None
        line, column, end_line, end_column = (_number(value) for value in item[2:6])
        function, coroutine, how = (_text(value, MAX_LABEL) for value in item[6:9])
        return _Part(line, column, end_line, end_column, *span, function, coroutine, how)

    def _time(self, value: object) -> float | None:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e15:
            return None
        return min(max(value - self.start, 0.0), self.elapsed)

    def _span(self, start: object, end: object) -> _Seconds | None:
        first, last = self._time(start), self._time(end)
        return (first, last) if first is not None and last is not None and first <= last else None

    def _items(self, message: Mapping[str, object], key: str, length: int) -> Iterator[Sequence[object]]:
        """The lists of that length in a list."""
        value = message.get(key)
        for item in value[: self.limits.items] if isinstance(value, list) else ():
            if isinstance(item, (list, tuple)) and len(item) == length:
                yield item


def _number(value: object) -> int | None:
    """A number of something: whole, not negative, and of a size that may be one."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < 2**31 else None


def _text(value: object, longest: int) -> str:
    """One line without control characters (nor the marks that turn text round), cut to ``longest``."""
    if not isinstance(value, str):
        return ""
    value = value[: 20 * longest]
    kept = "".join(
        " " if each.isspace() else each for each in value if each.isspace() or unicodedata.category(each)[0] != "C"
    )
    kept = " ".join(kept.split())
    return kept if len(kept) <= longest else kept[: longest - 1].rstrip() + "…"


# The timeline


def _timeline(seen: _Seen, source: _Source, title: str, with_entry: bool) -> Timeline:
    rows = sorted(_with_held(seen), key=lambda row: row.first)
    if not with_entry:
        rows = _without_entry(rows)
    most = seen.limits.rows
    if len(rows) > most:
        rows = _merged(rows)
    labels = _labels(rows)
    drawn = [
        Row(label, _segments(row, seen, source), row.label)
        for label, row in zip(labels[:most], rows[:most], strict=True)
    ]
    return Timeline(title, seen.elapsed, tuple(drawn), len(rows) - len(drawn) + seen.dropped_rows)


def _with_held(seen: _Seen) -> list[_Coroutine]:
    """All rows, with each hold laid on the coroutine that held; one not seen otherwise gets a row of its own."""
    rows = list(seen.rows.values())
    entry = min(rows, key=lambda row: row.first, default=None)
    for held in seen.held.values():
        for part in held.parts:
            row = _row_of(rows, held.task, part, seen.elapsed)
            if row is None and part.coroutine:
                row = _Coroutine(held.task, part.coroutine, part.coroutine, part.start, part.end)
                rows.append(row)
            if row is not None:
                row.first = min(row.first, part.start)
                if row.last is not None:
                    row.last = max(row.last, part.end)
            for each in rows:
                # Who awaits the one that holds the loop is as little free as it is. (The entry is left out for that.)
                outer = each is not entry and each.task == held.task and _lasts_through(each, part, seen.elapsed)
                if each is row or outer:
                    each.running.append((part.start, part.end))
                    each.held.append(part)
    return rows


def _lasts_through(row: _Coroutine, part: _Part, elapsed: float) -> bool:
    last = elapsed if row.last is None else row.last
    return row.first - TOUCH_S <= part.start and part.end <= last + TOUCH_S


def _row_of(rows: Iterable[_Coroutine], task: int, part: _Part, elapsed: float) -> _Coroutine | None:
    for row in rows:
        last = elapsed if row.last is None else row.last
        touches = row.first - TOUCH_S <= part.end and part.start <= last + TOUCH_S
        if touches and (row.task, row.function) == (task, part.coroutine):
            return row
    return None


class _Source:
    """What the learner wrote, and where, in words."""

    def __init__(self, lines: Sequence[str], where: Callable[[int], str]) -> None:
        self.lines = lines
        self._where = where
        self._awaited: dict[_Spot, str] = {}

    def placed(self, text: str, line: int | None) -> str:
        return f"{text}, {self._where(line)}" if text and line else text

    def awaited(self, spot: _Spot) -> str:
        """``asyncio.sleep(1), line 14``; ``async with lock, line 9``."""
        if spot not in self._awaited:
            self._awaited[spot] = self.placed(self._what(spot), spot.line)
        return self._awaited[spot]

    def _what(self, spot: _Spot) -> str:
        before, line = _parted(spot, self.lines)
        # A statement is known by its head. From Python 3.13 on it is the context manager that stands there.
        if line.startswith("async "):
            return _text(re.sub(r"( as [\w.]+)?:(\s.*)?$", "", line), MAX_EXPRESSION)
        text = _quote(spot, self.lines).removeprefix("await ")
        return f"async with {text}" if text and before.endswith("async with ") else text


def _without_entry(rows: list[_Coroutine]) -> list[_Coroutine]:
    """Leave out the program's first coroutine when it only waited for the others: it tells nothing that they do not."""
    if len(rows) < 2 or any(end - start >= HOLD_S for start, end in rows[0].running):
        return rows
    return rows[1:]


def _merged(rows: list[_Coroutine]) -> list[_Coroutine]:
    """Coroutines of one function that a task ran one after the other, in one row."""
    kept: list[_Coroutine] = []
    latest: dict[tuple[int, str], _Coroutine] = {}
    for row in rows:
        before = latest.get((row.task, row.function))
        if before is not None and before.last is not None and before.last <= row.first + TOUCH_S:
            before.last = row.last
            before.running += row.running
            before.waits += row.waits
            before.held += row.held
        else:
            latest[row.task, row.function] = row
            kept.append(row)
    return kept


def _labels(rows: Sequence[_Coroutine]) -> list[str]:
    """Their labels; those that are the same are numbered."""
    count = Counter(row.label for row in rows)
    used: Counter[str] = Counter()
    labels = []
    for row in rows:
        used[row.label] += 1
        labels.append(f"{row.label} {used[row.label]}" if count[row.label] > 1 else row.label)
    return labels


def _segments(row: _Coroutine, seen: _Seen, source: _Source) -> tuple[Segment, ...]:
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
        start, end = max(start, at), min(end, last)
        if end < start:
            continue
        if start > at:
            # Each of those that are left may still need two.
            segments += _waiting(waits, at, start, most - len(segments) - 2 * left, seen, source)
        segments.append(Segment(start, end, SegmentState.RUNNING, held_by=_held_by(held, start, end, source)))
        at = end
    if at < last or not segments:
        segments += _waiting(waits, at, last, most - len(segments), seen, source)
    return tuple(segments)


def _waiting(
    waits: Sequence[tuple[float, int]], start: float, end: float, most: int, seen: _Seen, source: _Source
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


def _held_by(held: Sequence[_Part], start: float, end: float, source: _Source) -> str:
    """What held the loop between ``start`` and ``end``, the first few."""
    parts = [part for part in held if part.start < end and part.end > start and part.end - part.start >= HOLD_S]
    texts = list(dict.fromkeys(source.placed(_expression(part, source.lines), part.line) for part in parts))
    return "; ".join([*texts[:3], *(["…"] if len(texts) > 3 else [])])


def _union(spans: Iterable[_Seconds], gap: float) -> list[_Seconds]:
    """The spans in order, those that overlap or lie no further apart than ``gap`` as one."""
    joined: list[_Seconds] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


# What held the loop


@dataclass
class _Blocker:
    """All that is told in one finding: one expression, wherever it stands."""

    seconds: list[float] = field(default_factory=list)
    places: dict[Place, None] = field(default_factory=dict)
    is_open: bool = False


def _blocking(seen: _Seen, lines: Sequence[str]) -> list[Finding]:
    blockers: dict[str, _Blocker] = {}
    for _, held in sorted(seen.held.items()):
        for (text, _), parts in _by_expression(held.parts, lines).items():
            blocker = blockers.setdefault(text, _Blocker())
            blocker.seconds.append(sum(part.end - part.start for part in parts))
            blocker.is_open |= held.is_open and held.parts[-1] in parts
            for part in parts:
                if part.line:
                    blocker.places.setdefault(Place(part.line, part.function))
    worst = sorted(blockers.items(), key=lambda each: -sum(each[1].seconds))
    return [
        Finding(
            FindingKind.BLOCKING_CALL,
            sentences.held(text, blocker.seconds, is_open=blocker.is_open),
            _places(blocker.places),
            seconds=round(sum(blocker.seconds), 3),
            count=len(blocker.seconds),
        )
        for text, blocker in worst
    ]


def _by_expression(parts: Sequence[_Part], lines: Sequence[str]) -> dict[tuple[str, int | None], list[_Part]]:
    """What a step was held by, and on which line; less than a hold is left out, unless nothing else is there."""
    found: dict[tuple[str, int | None], list[_Part]] = {}
    for part in parts:
        found.setdefault((_expression(part, lines), part.line), []).append(part)
    seconds = {key: sum(part.end - part.start for part in each) for key, each in found.items()}
    longest = max(seconds, key=lambda key: seconds[key])
    return {key: each for key, each in found.items() if seconds[key] >= HOLD_S or key == longest}


def _expression(part: _Part, lines: Sequence[str]) -> str:
    """``time.sleep(1)``, or the line when what was sampled is no call, or who computed."""
    who = part.function or part.coroutine or "a callback"
    if part.how == "mixed":
        return f"the computation in {who}"
    if part.how not in ("blocked", "computing"):
        return who
    quoted = _quote(part, lines)
    if quoted.endswith(")"):
        return quoted
    if part.how == "computing":
        return f"the computation in {who}"
    line = lines[part.line - 1] if part.line and part.line <= len(lines) else ""
    return _text(line, MAX_EXPRESSION).rstrip(":") or who


def _parted(spot: _Spot, lines: Sequence[str]) -> tuple[str, str]:
    """What stands before it on its line, and the rest of the line."""
    if not spot.line or spot.line > len(lines) or spot.column is None:
        return "", ""
    line = lines[spot.line - 1][:1000].encode("utf-8", "replace")
    return line[: spot.column].decode("utf-8", "ignore"), line[spot.column :].decode("utf-8", "ignore")


def _quote(part: _Spot, lines: Sequence[str]) -> str:
    """The source of the part, on one line. Columns count bytes of UTF-8."""
    if not part.line or part.column is None or part.end_column is None:
        return ""
    last = part.end_line or part.line
    if not part.line <= last <= min(len(lines), part.line + 20):
        return ""
    taken = [line[:1000].encode("utf-8", "replace") for line in lines[part.line - 1 : last]]
    taken[-1] = taken[-1][: part.end_column]
    taken[0] = taken[0][part.column :]
    text = _text(b" ".join(line.strip() for line in taken).decode("utf-8", "ignore"), 1000)
    text = text.replace("( ", "(").replace(" )", ")").replace(",)", ")")
    if len(text) <= MAX_EXPRESSION:
        return text
    # A long call is known by its name; its arguments are in the file.
    name, bracket, _ = text.partition("(")
    return (
        f"{name}(…)" if bracket and len(name) < MAX_EXPRESSION and text.endswith(")") else _text(text, MAX_EXPRESSION)
    )


# What was forgotten


def _never_awaited(seen: _Seen, lines: Sequence[str]) -> list[Finding]:
    found: dict[str, list[Place]] = {}
    for note in seen.notes:
        if note.get("kind") == "never-awaited" and (name := _text(note.get("function"), MAX_LABEL)):
            line = _number(note.get("line"))
            places = found.setdefault(_as_called(_last_name(name), line, lines), [])
            places += _place(line, note.get("caller"))
    return [
        Finding(FindingKind.NEVER_AWAITED, sentences.never_awaited(name), _places(dict.fromkeys(places)))
        for name, places in found.items()
    ]


def _as_called(name: str, line: int | None, lines: Sequence[str]) -> str:
    """``asyncio.sleep`` where the line says so, rather than ``sleep``."""
    if line and line <= len(lines) and name.isidentifier():
        called = re.search(rf"(?<![\w.])[\w.]{{0,40}}(?<!\w){name}(?=\s*\()", lines[line - 1][:1000])
        if called:
            return called.group()
    return name


def _last_name(qualified: str) -> str:
    return qualified.rpartition("<locals>.")[2].rpartition(".")[2]


def _lost(seen: _Seen) -> list[Finding]:
    findings = []
    for note in seen.notes:
        if note.get("kind") == "lost-exception" and (error := _text(note.get("error"), MAX_LABEL)):
            task, message = _text(note.get("task"), MAX_LABEL), _text(note.get("message"), MAX_MESSAGE)
            text = sentences.lost_exception(task, error, message, named=note.get("named") is True)
            place = _place(_number(note.get("line")), note.get("function"))
            findings.append(Finding(FindingKind.LOST_EXCEPTION, text, tuple(place), error=error))
    return _once(findings)


def _pending(seen: _Seen) -> list[Finding]:
    findings = []
    for note in seen.notes:
        if note.get("kind") == "left-pending" and (task := _text(note.get("task"), MAX_LABEL)):
            place = _place(_number(note.get("line")), note.get("function"))
            findings.append(Finding(FindingKind.LEFT_PENDING, sentences.left_pending(task), tuple(place)))
    return _once(findings)


def _stopped(seen: _Seen) -> list[Finding]:
    """Of a program that was stopped: where it waited, as for a lock that nobody was going to release."""
    if seen.finished:
        return []
    busy = {held.task for held in seen.held.values() if held.is_open}
    # Of those that await one another, the innermost.
    innermost = {row.task: row for row in seen.rows.values() if row.last is None and row.waits}
    rows = [row for row in innermost.values() if row.task not in busy]
    entry = next(iter(seen.rows.values()), None)
    return _once(
        Finding(
            FindingKind.LEFT_PENDING,
            sentences.still_waiting(row.label or row.function),
            tuple(_place(_waits_on(row, seen), row.function)),
        )
        for row in rows
        if row is not entry or len(rows) == 1
    )


def _waits_on(row: _Coroutine, seen: _Seen) -> int | None:
    """The line where it waits, at last."""
    spot = seen.spots.get(row.waits[-1][1])
    return spot.line if spot else None


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """The same text told once, with all its places."""
    places: dict[Finding, dict[Place, None]] = {}
    for finding in findings:
        places.setdefault(replace(finding, places=()), {}).update(dict.fromkeys(finding.places))
    return [replace(finding, places=_places(found)) for finding, found in places.items()]


def _place(line: int | None, function: object) -> list[Place]:
    return [Place(line, _text(function, MAX_LABEL))] if line else []


def _places(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(sorted(places, key=lambda place: place.line))
