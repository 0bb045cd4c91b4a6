"""What a program tells of itself while it runs, kept in bounded memory however long that is.

What is bounded is thinned out or forgotten, oldest first, and how much that was is counted: ``Collector.losses``.
"""

from __future__ import annotations

import math
import zipfile
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from grader.explain.seen import ReadLimits

ROWS = 2000
"""Coroutines. Of those that have ended, the oldest are forgotten first."""
STRETCHES = 200_000
"""Of all rows together, some 20 MB. Beyond it each row is drawn more coarsely."""
PER_ROW = 2000
READY = 50
"""Stretches of each row in which it could have run."""
HOLDS = 500
"""How many times the loop was held; the longest are kept."""
NOTES = 200
SPOTS = 5000
SOURCE_BYTES = 2_000_000

LIMITS = ReadLimits(
    rows=ROWS,
    segments=400,
    findings=30,
    places=20,
    messages=5000,
    items=2 * STRETCHES,
    steps=2 * STRETCHES,
    coroutines=ROWS,
    parts=20_000,
    spots=SPOTS,
    notes=NOTES,
)
"""What ``grader.explain.read`` is to make of it."""


@dataclass
class _Kept:
    """A row: its stretches of running, and since when it waited where."""

    opened: list[Any]
    is_callback: bool = False
    is_foreign: bool = False
    arguments: list[Any] = field(default_factory=list)
    ran: list[list[Any]] = field(default_factory=list)
    waits: list[list[Any]] = field(default_factory=list)
    ready: list[list[Any]] = field(default_factory=list)
    """The newest."""
    ended: list[Any] | None = None
    closed: float | None = None

    @property
    def size(self) -> int:
        return len(self.ran) + len(self.waits)


@dataclass(frozen=True)
class SourceFile:
    """A file of the program's; its first line counts as ``offset`` + 1."""

    path: str
    offset: int
    lines: tuple[str, ...]


class Collector:
    """Takes the messages of ``grader.tracing.traced_program``, which come from a process that may send anything."""

    def __init__(self) -> None:
        self.start: float | None = None
        self.end: float | None = None
        self.python = ""
        self.problem = ""
        """Why the program could not be run."""
        self.failed = ""
        """The error by which it could not be watched."""
        self.first = math.inf
        self.last = -math.inf
        """When anything of asyncio was seen first, and last."""
        self.files: list[SourceFile] = []
        self._rows: OrderedDict[tuple[Any, Any], _Kept] = OrderedDict()
        self._closed: OrderedDict[tuple[Any, Any], None] = OrderedDict()
        self._numbers = count(1)
        self._numbered: dict[tuple[str, Any, Any], int] = {}
        self._spots: dict[int, list[Any]] = {}
        self._held: dict[tuple[Any, Any], dict[str, Any]] = {}
        self._notes: list[Mapping[str, Any]] = []
        self._finished = False
        self._size = 0
        self._per_row = PER_ROW
        self._dropped: dict[Any, tuple[int, int]] = {}
        self._forgotten = 0
        self._crowded_out = 0
        self._lost_holds = 0

    @property
    def saw_asyncio(self) -> bool:
        return bool(self._rows or self._held)

    @property
    def is_over(self) -> bool:
        """Whether all that was seen has ended, before the program did or with it."""
        return self._finished and all(kept.closed is not None or kept.is_callback for kept in self._rows.values())

    def take(self, message: Mapping[str, Any]) -> None:
        """Keep what a message tells. One that is not as it should be is dropped from there on."""
        try:
            self._take(message)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError):
            return

    def messages(self) -> list[Mapping[str, Any]]:
        """All that was kept, for ``grader.explain.read``."""
        rows = [(number, kept) for number, kept in zip(count(1), self._rows.values())]
        steps = {
            "kind": "steps",
            "opened": [[number, *kept.opened] for number, kept in rows],
            "ran": [[number, *span] for number, kept in rows for span in kept.ran],
            "closed": [[number, kept.closed] for number, kept in rows if kept.closed is not None],
            "waits": [[number, *wait] for number, kept in rows for wait in kept.waits],
            "callbacks": [number for number, kept in rows if kept.is_callback],
            "foreign": [number for number, kept in rows if kept.is_foreign],
            "spots": list(self._spots.values()),
            "arguments": [[number, kept.arguments] for number, kept in rows],
            "ready": [[number, *span] for number, kept in rows for span in kept.ready],
            "ended": [[number, *kept.ended] for number, kept in rows if kept.ended],
            "dropped_rows": self._forgotten + self._crowded_out + sum(rows for rows, _ in self._dropped.values()),
        }
        finished = [{"kind": "finished"}] if self._finished else []
        return [steps, *self._held.values(), *self._notes, *finished]

    def losses(self) -> list[str]:
        """What could not be kept, in words; empty when nothing was lost."""
        said = []
        unseen = sum(rows for rows, _ in self._dropped.values())
        if unseen:
            said.append(f"{unseen} coroutines began faster than they could be followed, and have no row")
        if self._crowded_out:
            said.append(f"{self._crowded_out} coroutines have no row: {ROWS} others had not ended when they began")
        if self._forgotten:
            said.append(f"{self._forgotten} coroutines that had ended were forgotten: only the newest {ROWS} are kept")
        if self._per_row < PER_ROW or any(steps for _, steps in self._dropped.values()):
            said.append("there were too many steps to keep them all: short ones are left out or drawn as one")
        if self._lost_holds:
            said.append(f"the event loop was held {self._lost_holds} times more: only the longest {HOLDS} are kept")
        return said

    # Messages

    def _take(self, message: Mapping[str, Any]) -> None:
        kind, loop = message["kind"], message.get("loop", 0)
        if kind == "steps":
            self._take_steps(loop, message)
        elif kind == "held":
            self._take_held(loop, message)
        elif kind == "start":
            self.start, self.python = float(message["at"]), str(message["python"])
        elif kind == "end":
            self.end = float(message["at"])
        elif kind == "problem":
            self.problem = str(message["text"])
        elif kind == "failed":
            self.failed = str(message["error"])
        elif kind == "file":
            self.files.append(_read(str(message["path"]), int(message["offset"])))
        elif kind == "finished":
            self._finished |= loop == 0
        elif len(self._notes) < NOTES:
            self._notes.append(message)

    def _take_steps(self, loop: Any, message: Mapping[str, Any]) -> None:
        for spot, *place in message["spots"]:
            if len(self._spots) < SPOTS:
                number = self._number("spot", loop, spot)
                self._spots[number] = [number, *place]
        for row, task, *about in message["opened"]:
            self._open((loop, row), [self._number("task", loop, task), *about])
            self._seen(about[-1], about[-1])
        for kept in self._kept(loop, message["callbacks"]):
            kept.is_callback = True
        for kept in self._kept(loop, message["foreign"]):
            kept.is_foreign = True
        for row, start, end in message["ran"]:
            self._seen(start, end)
            found = self._rows.get((loop, row))
            if found is not None:
                found.ran.append([float(start), float(end)])
                self._grown(found)
        for row, at, spot in message["waits"]:
            found = self._rows.get((loop, row))
            if found is not None:
                found.waits.append([float(at), self._numbered.get(("spot", loop, spot), 0)])
                self._grown(found)
        for row, at in message["closed"]:
            self._seen(at, at)
            found = self._rows.get((loop, row))
            if found is not None:
                found.closed = float(at)
                self._closed[loop, row] = None
        self._dropped[loop] = (int(message["dropped_rows"]), int(message["dropped_steps"]))
        self._take_more(loop, message)

    def _take_more(self, loop: Any, message: Mapping[str, Any]) -> None:
        """What is told of rows besides their stretches."""
        for row, texts in message["arguments"]:
            if (kept := self._rows.get((loop, row))) is not None:
                kept.arguments = list(texts)
        for row, start, end in message["ready"]:
            if (kept := self._rows.get((loop, row))) is not None:
                kept.ready = [*kept.ready, [float(start), float(end)]][-READY:]
        for row, at, how in message["ended"]:
            if (kept := self._rows.get((loop, row))) is not None:
                kept.ended = [float(at), how]

    def _kept(self, loop: Any, rows: Sequence[Any]) -> list[_Kept]:
        return [kept for row in rows if (kept := self._rows.get((loop, row))) is not None]

    def _seen(self, start: float, end: float) -> None:
        self.first, self.last = min(self.first, float(start)), max(self.last, float(end))

    def _open(self, key: tuple[Any, Any], opened: list[Any]) -> None:
        if len(self._rows) >= ROWS:
            if not self._closed:
                self._crowded_out += 1
                return
            self._forgotten += 1
            oldest, _ = self._closed.popitem(last=False)
            self._size -= self._rows.pop(oldest).size
        self._rows[key] = _Kept(opened)

    def _take_held(self, loop: Any, message: Mapping[str, Any]) -> None:
        key = (loop, message["start"])
        known = self._held.get(key)
        if known is not None and message["open"] and not known["open"]:
            return  # a provisional report that was overtaken by the final one
        self._seen(message["start"], message["end"])
        task = self._number("task", loop, message["task"])
        self._held[key] = {**message, "task": task, "length": float(message["end"]) - float(message["start"])}
        if len(self._held) > HOLDS:
            shortest = min(self._held, key=lambda each: self._held[each]["length"])
            del self._held[shortest]
            self._lost_holds += 1

    def _number(self, kind: str, loop: Any, number: Any) -> int:
        """The number that something has among those of all loops."""
        key = (kind, loop, number)
        if key not in self._numbered:
            if len(self._numbered) > 10 * (ROWS + SPOTS):  # tasks that are long gone
                for old in [each for each in self._numbered if each[0] == "task"][: 5 * ROWS]:
                    del self._numbered[old]
            self._numbered[key] = next(self._numbers)
        return self._numbered[key]

    # Thinning out

    def _grown(self, kept: _Kept) -> None:
        self._size += 1
        if kept.size > self._per_row:
            self._size -= _thin(kept)
        if self._size > STRETCHES:
            self._per_row //= 2
            for row in self._rows.values():
                while row.size > self._per_row:
                    self._size -= _thin(row)


def _thin(kept: _Kept) -> int:
    """Draw a row more coarsely, the shortest gaps and the shortest waits first; returns by how much it shrank."""
    before = kept.size
    gaps = sorted(later[0] - earlier[1] for earlier, later in pairwise(kept.ran))
    if gaps:
        widest = gaps[len(gaps) // 2]
        joined = [kept.ran[0]]
        for span in kept.ran[1:]:
            if span[0] - joined[-1][1] <= widest:
                joined[-1] = [joined[-1][0], span[1]]
            else:
                joined.append(span)
        kept.ran = joined
    kept.waits = _longest(kept.waits)
    return before - kept.size


def _longest(waits: Sequence[list[Any]]) -> list[list[Any]]:
    """The half of the waits that lasted longest; the last one lasts still."""
    lengths = [later[0] - earlier[0] for earlier, later in pairwise(waits)]
    if len(lengths) < 2:
        return list(waits)
    enough = sorted(lengths)[len(lengths) // 2]
    return [wait for wait, length in zip(waits, [*lengths, float("inf")], strict=True) if length > enough]


def _read(path: str, offset: int) -> SourceFile:
    try:
        with Path(path).open("rb") as file:
            data = file.read(SOURCE_BYTES)
    except NotADirectoryError:
        data = _member(Path(path))
    except OSError:
        data = b""
    text = data.decode("utf-8", "replace")
    return SourceFile(path, offset, tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def _member(path: Path) -> bytes:
    """A file in an archive that is a program."""
    archive = next((folder for folder in path.parents if folder.is_file()), path)
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(path.relative_to(archive).as_posix()) as file:
            return file.read(SOURCE_BYTES)
    except (OSError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return b""
