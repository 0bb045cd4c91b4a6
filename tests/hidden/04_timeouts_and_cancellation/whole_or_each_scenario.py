"""One download, or one that is cancelled, and some time afterwards in which a piece left under way shows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    """What a scenario is given to work with."""

    def note(self, label: str, value: object = None) -> None: ...


async def download_and_stay(
    exercise: ModuleType, stage: Stage, wait: Wait, name: str, count: int, stay: float
) -> object:
    result = await exercise.download(name, count)
    stage.note("returned")
    await wait(stay)
    return result


async def cancelled(exercise: ModuleType, stage: Stage, wait: Wait, name: str, count: int, after: float) -> None:
    task = asyncio.ensure_future(exercise.download(name, count))
    await wait(after)
    stage.note("cancel")
    task.cancel()
    await asyncio.wait([task])
    how = "was cancelled" if task.cancelled() else type(error).__name__ if (error := task.exception()) else "returned"
    stage.note("ended", how)
    await wait(20.0)
