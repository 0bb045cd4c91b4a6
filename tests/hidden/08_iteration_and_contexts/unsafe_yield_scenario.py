"""The recording of levels, which may be cancelled, and some seconds after it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def evening(
    exercise: ModuleType, stage: Stage, wait: Wait, cancel_at_s: list[float], goes_on_s: float = 0.5
) -> None:
    """Run ``record_levels``, cancelled at these moments as long as it runs; note how it ended, and go on."""
    recording = asyncio.create_task(exercise.record_levels())

    async def cancel(after_s: float) -> None:
        await wait(after_s)
        if not recording.done():
            stage.note("cancel")
            recording.cancel()

    cancelling = [asyncio.create_task(cancel(after_s)) for after_s in cancel_at_s]
    await asyncio.wait([recording])
    if recording.cancelled():
        stage.note("ended", "cancelled")
    elif error := recording.exception():
        stage.note("ended", f"{type(error).__name__}: {error}")
    else:
        stage.note("ended", recording.result())
    await wait(goes_on_s)
    await asyncio.gather(*cancelling)
