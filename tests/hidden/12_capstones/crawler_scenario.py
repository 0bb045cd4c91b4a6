"""A night in which the crawl fails or is cancelled, and the museum looks what still goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]
Ended = Callable[[list[str]], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


def errors(error: BaseException) -> list[str]:
    """The types of an exception, or of everything in a group."""
    if isinstance(error, BaseExceptionGroup):
        return [name for inner in error.exceptions for name in errors(inner)]
    return [type(error).__name__]


async def night(
    exercise: ModuleType, stage: Stage, wait: Wait, ended: Ended, start: str, cancel_s: float, goes_on_s: float
) -> None:
    """Crawl; cancel that after ``cancel_s`` seconds, and look on for some time."""
    crawling: asyncio.Task[object] = asyncio.ensure_future(exercise.crawl(start))

    async def watch() -> None:
        await asyncio.wait([crawling])
        error = None if crawling.cancelled() else crawling.exception()
        how = ["was cancelled"] if crawling.cancelled() else errors(error) if error else []
        stage.note("ended", ", ".join(how) or "returned")
        await ended(how)

    watching = asyncio.ensure_future(watch())
    await wait(cancel_s)
    stage.note("cancel")
    crawling.cancel()
    await wait(goes_on_s)
    watching.cancel()
    await asyncio.wait([watching])
