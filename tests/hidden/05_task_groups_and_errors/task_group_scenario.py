"""The countdown, perhaps cancelled from outside, and some time afterwards, which shows what still runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    """What a scenario is given to work with."""

    def note(self, label: str, value: object = None) -> None: ...


async def called_off(
    exercise: ModuleType, stage: Stage, wait: Wait, parts: list[str], after_s: float, then_s: float
) -> None:
    """Cancel ``countdown`` after some seconds, then do something else for some more."""
    countdown = asyncio.ensure_future(exercise.countdown(parts))
    await wait(after_s)
    countdown.cancel()
    await asyncio.wait([countdown])
    error = None if countdown.cancelled() else countdown.exception()
    how = "was cancelled" if countdown.cancelled() else f"raised {type(error).__name__}" if error else "returned"
    stage.note("countdown", how)
    await wait(then_s)
