"""A search, and what comes after it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def search(
    exercise: ModuleType,
    stage: Stage,
    wait: Wait,
    title: str,
    cancel_at_s: list[float] | None = None,
    goes_on_s: float = 0.6,
) -> None:
    """Run ``first_signed``, cancelled at these moments as long as it runs; note how it ended, and go on for a while."""
    task = asyncio.create_task(exercise.first_signed(title))

    async def cancel(after_s: float) -> None:
        await wait(after_s)
        if not task.done():
            stage.note("cancel")
            task.cancel()

    cancelling = [asyncio.create_task(cancel(after_s)) for after_s in cancel_at_s or ()]
    await asyncio.wait([task])
    if task.cancelled():
        stage.note("ended", "cancelled")
    elif error := task.exception():
        stage.note("ended", f"{type(error).__name__}: {error}")
    else:
        stage.note("ended", task.result())
    await wait(goes_on_s)
    await asyncio.gather(*cancelling)
