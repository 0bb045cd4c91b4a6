"""The program alongside a ticker on the same event loop, which stands still while something blocks the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType

Tick = Callable[[], Awaitable[None]]


async def keep_ticking(tick: Tick) -> None:
    while True:
        await asyncio.sleep(0.1)
        await tick()


async def beside(exercise: ModuleType, _stage: object, tick: Tick) -> None:
    """Run ``main``; ``tick`` is called before it starts and then every 0.1 s."""
    await run_beside(exercise.main(), tick)


async def themselves(exercise: ModuleType, _stage: object, tick: Tick) -> None:
    """Run both tasks without ``main``, in the same way."""
    await run_beside(asyncio.gather(exercise.task_a(), exercise.task_b()), tick)


async def run_beside(program: Awaitable[object], tick: Tick) -> None:
    await tick()
    ticker = asyncio.create_task(keep_ticking(tick))
    try:
        await program
    finally:
        ticker.cancel()
