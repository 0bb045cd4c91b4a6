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


async def beside(exercise: ModuleType, _stage: object, tick: Tick, *args: object) -> None:
    """Run ``main`` with ``args``; ``tick`` is called before it starts and then every 0.1 s."""
    await tick()
    ticker = asyncio.create_task(keep_ticking(tick))
    try:
        await exercise.main(*args)
    finally:
        ticker.cancel()


async def then_stay(exercise: ModuleType, _stage: object, wait: Callable[[], Awaitable[None]], *args: object) -> None:
    """Run ``main`` with ``args``, and wait for a moment."""
    await exercise.main(*args)
    await wait()
