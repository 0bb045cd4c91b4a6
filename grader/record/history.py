"""What has happened in a run so far, in order, each moment later than the one before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.kinds import EventKind, Stop, StopReason
from grader.record.trace import Unseen
from grader.runner.protocol import MAX_EVENTS

_TICK_S = 1e-9
"""What happened later has the later time, even when both were read at once."""


@dataclass
class Happening:
    """One event; ``at`` is a ``time.monotonic`` value."""

    at: float
    kind: EventKind
    name: str
    value: Any = None


class History:
    """Takes events until the program has come to its end; ``stop`` is called when there are too many."""

    def __init__(self, stop: Callable[[Stop], None]) -> None:
        self.happened: list[Happening] = []
        self.closed = False
        """Set when the program has told of its end: what comes after that does not count for it."""
        self._stop = stop
        self._latest = 0.0
        self._waiters: list[tuple[str, asyncio.Future[None]]] = []

    @property
    def is_full(self) -> bool:
        return len(self.happened) > MAX_EVENTS

    def stamp(self, at: float) -> float:
        """A time for what happened now: no earlier than anything before it."""
        self._latest = max(at, self._latest + _TICK_S)
        return self._latest

    def add(self, at: float, kind: EventKind, name: str, value: object = None) -> float:
        """Make an event, and return its time."""
        at = self.stamp(at)
        if self.closed:
            return at
        if self.is_full:
            self._stop(Stop(StopReason.EVENTS, count=MAX_EVENTS))
            return at
        self.happened.append(Happening(at, kind, name, value))
        if kind is EventKind.LINE and self._waiters:
            self._tell_of(name)
        return at

    def _tell_of(self, line: str) -> None:
        for waiter in [waiting for waiting in self._waiters if waiting[0] == line]:
            self._waiters.remove(waiter)
            if not waiter[1].done():
                waiter[1].set_result(None)

    def has_line(self, text: str) -> bool:
        """Whether this line has been printed."""
        return any(event.kind is EventKind.LINE and event.name == text for event in self.happened)

    async def line(self, text: str) -> None:
        """Wait until this line is printed. Raises ``Unseen`` when the run ends first."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((text, waiter))
        await waiter

    def end(self) -> None:
        """The run is over: nobody needs to wait for a line any more."""
        for text, waiter in self._waiters:
            if not waiter.done():
                waiter.set_exception(never_printed(text))
                waiter.exception()  # those who wait hear of it; nobody else has to


def never_printed(text: str) -> Unseen:
    """What a suite's ``drive`` hears of a line that it waited for in vain."""
    return Unseen(f"the line {text!r} was never printed")
