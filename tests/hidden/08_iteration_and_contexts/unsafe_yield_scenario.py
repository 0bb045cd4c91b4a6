"""The recording of levels is called off from outside."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def called_off(exercise: ModuleType, stage: Stage, wait: Wait, after_s: float) -> None:
    """Cancel ``record_levels`` after some seconds and note how it ended."""
    recording = asyncio.create_task(exercise.record_levels())
    await wait(after_s)
    recording.cancel()
    await asyncio.wait([recording])
    stage.note("ended", "cancelled" if recording.cancelled() else "otherwise")
