"""make_bill is cancelled while it reads; some time afterwards shows which meters are still being read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType

Wait = Callable[[float], Awaitable[None]]
Told = Callable[[str], Awaitable[None]]


async def called_off(
    exercise: ModuleType, _stage: object, wait: Wait, ended: Told, meters: list[str], patience: float
) -> None:
    task = asyncio.ensure_future(exercise.make_bill(meters))
    await wait(patience)
    task.cancel()
    await asyncio.wait([task])
    error = None if task.cancelled() else task.exception()
    await ended("CancelledError" if task.cancelled() else type(error).__name__ if error else "nothing")
    await wait(30.0)
