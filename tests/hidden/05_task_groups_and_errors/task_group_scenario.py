"""The countdown is called off from outside."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def called_off(
    exercise: ModuleType,
    stage: Stage,
    wait: Callable[[float], Awaitable[None]],
    parts: list[str],
    after_s: float,
    then_s: float,
) -> None:
    """Cancel ``countdown`` after some seconds, then go on with something else for some more."""
    countdown = asyncio.create_task(exercise.countdown(parts))
    await wait(after_s)
    countdown.cancel()
    await asyncio.wait([countdown])
    stage.note("countdown", "cancelled" if countdown.cancelled() else "ended otherwise")
    await wait(then_s)
