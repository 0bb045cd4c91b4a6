"""A broadcast, and what comes after it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def evening(
    exercise: ModuleType, stage: Stage, wait: Wait, cameras: list[str], cancel_after_s: float | None = None
) -> None:
    """Run ``on_air``, cancelled after some seconds if so wanted; note how it ended, and go on for a while."""
    task = asyncio.create_task(exercise.on_air(cameras))
    if cancel_after_s is not None:
        await wait(cancel_after_s)
        task.cancel()
    await asyncio.wait([task])
    if task.cancelled():
        stage.note("ended", "cancelled")
    elif error := task.exception():
        stage.note("ended", f"{type(error).__name__}: {error}")
    else:
        stage.note("ended", "well")
    await wait(0.4)
