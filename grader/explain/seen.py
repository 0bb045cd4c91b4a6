"""The messages of the observer, taken apart field by field.

They come out of a process that the learner's code owns: nothing in them is trusted beyond being shown.
Messages that do not fit are dropped, and nothing here raises."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.kinds import CallOutcome, MarkKind

MAX_LABEL = 40
MAX_EXPRESSION = 60
MAX_MESSAGE = 120
MAX_ARGUMENTS = 8
MAX_MARKS = 200
"""Of a row."""
ENDS = (MarkKind.CANCELLED.value, MarkKind.RAISED.value)

Stretch = tuple[float, float]
"""From when to when, in seconds from the start of the run."""


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


@dataclass
class Coroutine:
    task: int
    label: str
    function: str
    first: float
    last: float | None = None
    is_callback: bool = False
    """It is called, and never waits."""
    is_foreign: bool = False
    """It is a library's."""
    running: list[Stretch] = field(default_factory=list)
    waits: list[tuple[float, int]] = field(default_factory=list)
    """From when on it waited at which spot."""
    held: list[HeldPart] = field(default_factory=list)
    """When the loop was held by it, or by what it awaited."""
    ready: list[Stretch] = field(default_factory=list)
    """When it could have run."""
    arguments: tuple[str, ...] = ()
    """As a caller writes them; empty for one that was not told."""
    marks: list[tuple[float, MarkKind]] = field(default_factory=list)


@dataclass(frozen=True)
class Spot:
    """An expression, by its place in the file."""

    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None


@dataclass(frozen=True)
class HeldPart(Spot):
    """A stretch of a held step, and the expression that it was in."""

    start: float
    end: float
    function: str
    coroutine: str
    how: str
    is_doubtful: bool = False
    """Whether a busy machine may have been all that it was held by."""


@dataclass(frozen=True)
class DoubleCall:
    """A call to a replaced function, which the grader answered: this one is no message, and is true."""

    function: str
    text: str
    """``download(osaka)``"""
    start: float
    end: float
    """Both in seconds from the start of the run."""
    outcome: CallOutcome


@dataclass(frozen=True)
class LockEvent:
    """What a coroutine did with a lock or a semaphore; ``lock`` 0: its time was up."""

    task: int
    function: str
    at: float
    what: str
    """``wants``, or what a mark of it is called."""
    lock: int


@dataclass(frozen=True)
class Held:
    task: int
    parts: tuple[HeldPart, ...]
    is_open: bool
    kept_s: float = 0.0
    """How long of it the thread waited for a processor."""

    @property
    def own_s(self) -> float:
        """How long the program itself held the loop: it computed, or was blocked."""
        return sum(part.end - part.start for part in self.parts) - self.kept_s


class Seen:
    """The messages, checked field by field; times are seconds from the start of the run, inside the run."""

    def __init__(self, start: float, elapsed: float, limits: ReadLimits) -> None:
        self.start = start
        self.elapsed = elapsed
        self.limits = limits
        self.rows: dict[int, Coroutine] = {}
        self.spots: dict[int, Spot] = {}
        self.held: dict[float, Held] = {}
        self.notes: list[Mapping[str, object]] = []
        self.printed: list[tuple[int, str, float]] = []
        """Task, function and time of each line."""
        self.locks: list[LockEvent] = []
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
            number, task, at = whole(item[0]), whole(item[1]), self._time(item[4])
            if number is None or task is None or at is None or number in self.rows:
                continue
            if len(self.rows) >= self.limits.coroutines:
                break
            self.rows[number] = Coroutine(task, one_line_of(item[2], MAX_LABEL), one_line_of(item[3], MAX_LABEL), at)
        for row in self._numbered(message, "callbacks"):
            row.is_callback = True
        for row in self._numbered(message, "foreign"):
            row.is_foreign = True
        for item in self._items(message, "ran", 3):
            coroutine, span = self.rows.get(whole(item[0]) or 0), self._span(item[1], item[2])
            if coroutine and span and self._steps_left > 0:
                self._steps_left -= 1
                coroutine.running.append(span)
        for item in self._items(message, "closed", 2):
            coroutine, at = self.rows.get(whole(item[0]) or 0), self._time(item[1])
            if coroutine and at is not None:
                coroutine.last = at
        for item in self._items(message, "spots", 5):
            if (number := whole(item[0])) is not None and len(self.spots) < self.limits.spots:
                self.spots.setdefault(number, Spot(*map(whole, item[1:])))
        for item in self._items(message, "waits", 3):
            coroutine, at, spot = self.rows.get(whole(item[0]) or 0), self._time(item[1]), whole(item[2])
            if coroutine and at is not None and spot is not None and self._waits_left > 0:
                self._waits_left -= 1
                coroutine.waits.append((at, spot))
        self._take_more(message)
        self.dropped_rows = max(self.dropped_rows, whole(message.get("dropped_rows")) or 0)

    def _take_more(self, message: Mapping[str, object]) -> None:
        """What is told of rows besides their stretches."""
        for item in self._items(message, "arguments", 2):
            coroutine, texts = self.rows.get(whole(item[0]) or 0), item[1]
            if coroutine and isinstance(texts, list):
                coroutine.arguments = tuple(one_line_of(text, MAX_LABEL) for text in texts[:MAX_ARGUMENTS])
        for item in self._items(message, "ready", 3):
            coroutine, span = self.rows.get(whole(item[0]) or 0), self._span(item[1], item[2])
            if coroutine and span and len(coroutine.ready) < MAX_MARKS:
                coroutine.ready.append(span)
        for item in self._items(message, "ended", 3):
            coroutine, at = self.rows.get(whole(item[0]) or 0), self._time(item[1])
            if coroutine and at is not None and item[2] in ENDS and len(coroutine.marks) < MAX_MARKS:
                coroutine.marks.append((at, MarkKind(item[2])))
        for item in self._items(message, "locks", 5):
            task, at, lock = whole(item[0]), self._time(item[2]), whole(item[4])
            if task is not None and at is not None and lock is not None and len(self.locks) < self.limits.steps:
                self.locks.append(LockEvent(task, one_line_of(item[1], MAX_LABEL), at, str(item[3])[:MAX_LABEL], lock))
        for item in self._items(message, "printed", 3):
            task, at = whole(item[0]), self._time(item[2])
            if task is not None and at is not None and len(self.printed) < self.limits.steps:
                self.printed.append((task, one_line_of(item[1], MAX_LABEL), at))

    def _take_held(self, message: Mapping[str, object]) -> None:
        start, task = self._time(message.get("start")), whole(message.get("task"))
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
            self.held[start] = Held(task, tuple(parts), is_open, seconds_of(message.get("kept")))

    def _part(self, item: Sequence[object]) -> HeldPart | None:
        span = self._span(item[0], item[1])
        if span is None:
            return None
        line, column, end_line, end_column = (whole(value) for value in item[2:6])
        function, coroutine, how = (one_line_of(value, MAX_LABEL) for value in item[6:9])
        return HeldPart(line, column, end_line, end_column, *span, function, coroutine, how)

    def _time(self, value: object) -> float | None:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e15:
            return None
        return min(max(value - self.start, 0.0), self.elapsed)

    def _span(self, start: object, end: object) -> Stretch | None:
        first, last = self._time(start), self._time(end)
        return (first, last) if first is not None and last is not None and first <= last else None

    def _numbered(self, message: Mapping[str, object], key: str) -> Iterator[Coroutine]:
        """The rows whose numbers are in a list."""
        value = message.get(key)
        for item in value[: self.limits.items] if isinstance(value, list) else ():
            if (row := self.rows.get(whole(item) or 0)) is not None:
                yield row

    def _items(self, message: Mapping[str, object], key: str, length: int) -> Iterator[Sequence[object]]:
        """The lists of that length in a list."""
        value = message.get(key)
        for item in value[: self.limits.items] if isinstance(value, list) else ():
            if isinstance(item, (list, tuple)) and len(item) == length:
                yield item


def observer_errors(messages: Iterable[Mapping[str, object]]) -> int:
    """How many errors of the observer's own were swallowed, so that no learner saw them: there should be none."""
    return sum(whole(message.get("errors")) or 0 for message in messages if message.get("kind") == "finished")


def whole(value: object) -> int | None:
    """A number of something: whole, not negative, and of a size that may be one."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < 2**31 else None


def seconds_of(value: object) -> float:
    """A length of time; 0 where none is told."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e9:
        return 0.0
    return float(value)


def one_line_of(value: object, longest: int) -> str:
    """One line without control characters (nor the marks that turn text round), cut to ``longest``."""
    if not isinstance(value, str):
        return ""
    value = value[: 20 * longest]
    kept = "".join(
        " " if each.isspace() else each for each in value if each.isspace() or unicodedata.category(each)[0] != "C"
    )
    kept = " ".join(kept.split())
    return kept if len(kept) <= longest else kept[: longest - 1].rstrip() + "…"
