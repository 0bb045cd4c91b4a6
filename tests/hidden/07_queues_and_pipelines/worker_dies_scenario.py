"""Photos are archived while something goes wrong, and the evening goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


def errors(error: BaseException) -> list[list[str]]:
    """Type and text of an exception, or of everything in a group."""
    if isinstance(error, BaseExceptionGroup):
        return [pair for inner in error.exceptions for pair in errors(inner)]
    return [[type(error).__name__, str(error)]]


async def night(exercise: ModuleType, stage: Stage, wait: Wait, photos: list[str], goes_on_s: float) -> None:
    """Run ``archive_all``, note the errors it raised (None if it returned), and go on for some seconds."""
    task = asyncio.create_task(exercise.archive_all(photos))
    await asyncio.wait([task])
    if task.cancelled():
        stage.note("ended", [["CancelledError", ""]])
    else:
        error = task.exception()
        stage.note("ended", errors(error) if error else None)
    await wait(goes_on_s)
