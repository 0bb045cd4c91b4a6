"""The countdown is called off from outside."""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Protocol


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def called_off(exercise: ModuleType, stage: Stage, parts: list[str], after_s: float, then_s: float) -> None:
    """Cancel ``countdown`` after some seconds, then go on with something else for some more."""
    countdown = asyncio.create_task(exercise.countdown(parts))
    await asyncio.sleep(after_s)
    countdown.cancel()
    await asyncio.wait([countdown])
    stage.note("countdown", "cancelled" if countdown.cancelled() else "ended otherwise")
    await asyncio.sleep(then_s)
