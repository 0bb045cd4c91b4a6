"""What is told of a run from inside: collected here, bounded, and sent in pieces."""

from __future__ import annotations

import _thread
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeVar

FLUSH_S = 0.25
MAX_NOTES = 50
SEND_S = 1.0
"""How long the end of a run waits for the watchdog to finish a send."""

Send = Callable[[dict[str, Any]], None]
_Item = TypeVar("_Item")


class Ran(Protocol):
    """The last stretch of a row's running."""

    number: int
    start: float
    end: float
    told: bool


class Limits(NamedTuple):
    """How much is told at most: of the whole run, or, ``renewed``, from one flush to the next."""

    rows: int
    steps: int
    """Stretches of running; and as many changes of what is waited for."""
    holds: int
    renewed: bool = False


GRADED = Limits(rows=300, steps=4000, holds=500)


class Outbox:
    """Holds what is to be told until it is sent. ``wake`` is called when there is something that cannot wait.

    An error of the observer's own never reaches the learner's program. It is counted, and the count is told.
    """

    def __init__(self, send: Send, clock: Callable[[], float], limits: Limits, wake: Callable[[], None]) -> None:
        self._send = send
        self._clock = clock
        self._limits = limits
        self._wake = wake
        self.rows_left = limits.rows
        self.steps_left = limits.steps
        self.waits_left = limits.steps
        self.marks_left = self.ready_left = self.locks_left = limits.steps
        self.holds_left = limits.holds
        self.dropped_rows = 0
        self.dropped_steps = 0
        self._told_dropped = (0, 0)
        self.opened: deque[tuple[Any, ...]] = deque()
        self.ran: deque[tuple[Any, ...]] = deque()
        self.running: deque[Ran] = deque()
        """Rows whose last stretch was not told, and may go on."""
        self.closed: deque[tuple[Any, ...]] = deque()
        self.waits: deque[tuple[Any, ...]] = deque()
        self.callbacks: deque[int] = deque()
        self.foreign: deque[int] = deque()
        self.late_waits: dict[int, tuple[Any, ...]] = {}
        """Beyond the limit only where each row waits now."""
        self.new_spots: deque[list[Any]] = deque()
        self.arguments: deque[tuple[Any, ...]] = deque()
        self.ready: deque[tuple[Any, ...]] = deque()
        self.ended: deque[tuple[Any, ...]] = deque()
        self.printed: deque[tuple[Any, ...]] = deque()
        self.locks: deque[tuple[Any, ...]] = deque()
        self.messages: deque[dict[str, Any]] = deque()
        self.errors = 0
        """How many errors of the observer's own were swallowed."""
        self._notes = 0
        self.sending = _thread.allocate_lock()
        self.flushed_at = float("-inf")

    def note(self, kind: str, **fields: Any) -> None:
        """Tell of something that was forgotten."""
        if self._notes >= MAX_NOTES:
            return
        self._notes += 1
        self.messages.append({"kind": kind, **fields})
        self._wake()

    def is_news(self) -> bool:
        """Whether there is anything to send."""
        return bool(self.messages or self.running or self.opened or self.closed)

    def flush(self) -> None:
        """Send all there is. Only the watchdog and ``Observer.stop`` do.

        Never a step, nor what is forgotten: those run wherever the garbage collector does, in the middle of a send for
        one.
        """
        if not self.sending.acquire(timeout=SEND_S):
            return
        try:
            self.flushed_at = self._clock()
            steps = self._steps_message()
            if steps is not None:
                self._send(steps)
            while self.messages:
                self._send(self.messages.popleft())
        except Exception:
            self.errors += 1
        finally:
            self.sending.release()

    def _steps_message(self) -> dict[str, Any] | None:
        opened, closed, ran = _drain(self.opened), _drain(self.closed), _drain(self.ran)
        for row in _drain(self.running):
            ran.append((row.number, row.start, row.end))
            row.told = True
        dropped = (self.dropped_rows, self.dropped_steps)
        if not (opened or ran or closed) and dropped == self._told_dropped:
            return None
        self._told_dropped = dropped
        if self._limits.renewed:
            self.rows_left, self.steps_left = self._limits.rows, self._limits.steps
            self.waits_left, self.holds_left = self._limits.steps, self._limits.holds
            self.marks_left = self.ready_left = self.locks_left = self._limits.steps
        # Spots last: whatever is added in between, none waits at a spot that was not told.
        waits, late, self.late_waits = _drain(self.waits), self.late_waits, {}
        return {
            "kind": "steps",
            "opened": opened,
            "ran": ran,
            "closed": closed,
            "waits": [*waits, *list(late.values())],
            "callbacks": _drain(self.callbacks),
            "foreign": _drain(self.foreign),
            "spots": _drain(self.new_spots),
            "arguments": _drain(self.arguments),
            "ready": _drain(self.ready),
            "ended": _drain(self.ended),
            "printed": _drain(self.printed),
            "locks": _drain(self.locks),
            "dropped_rows": dropped[0],
            "dropped_steps": dropped[1],
        }


def _drain(queue: deque[_Item]) -> list[_Item]:
    """Empty a queue that another thread may be adding to."""
    taken = []
    while queue:
        taken.append(queue.popleft())
    return taken
