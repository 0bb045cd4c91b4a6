"""The recording of levels is called off from outside."""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Protocol


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def called_off(exercise: ModuleType, stage: Stage, after_s: float) -> None:
    """Cancel ``record_levels`` after some seconds and note how it ended."""
    recording = asyncio.create_task(exercise.record_levels())
    await asyncio.sleep(after_s)
    recording.cancel()
    await asyncio.wait([recording])
    stage.note("ended", "cancelled" if recording.cancelled() else "otherwise")
