"""The program and a moment afterwards; and the program alongside a ticker, also in asyncio's debug mode."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol

Tick = Callable[[], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def then_stay(exercise: ModuleType, _stage: Stage, wait: Callable[[], Awaitable[None]], *args: object) -> None:
    """Run ``main`` with ``args``, and wait for a moment."""
    await exercise.main(*args)
    await wait()


async def keep_ticking(tick: Tick) -> None:
    while True:
        await asyncio.sleep(0.1)
        await tick()


async def beside(exercise: ModuleType, _stage: Stage, tick: Tick, *args: object) -> None:
    """Run ``main`` with ``args``; ``tick`` is called before that and then every 0.1 s, so the loop is never idle."""
    await tick()
    ticker = asyncio.create_task(keep_ticking(tick))
    try:
        await exercise.main(*args)
    finally:
        ticker.cancel()


async def in_debug_mode(exercise: ModuleType, stage: Stage, tick: Tick, *args: object) -> None:
    """The same while the loop raises RuntimeError where another thread makes it do something.

    That may leave a task which nothing can wake or cancel: who drives the run has to end it.
    """
    asyncio.get_running_loop().set_debug(True)
    try:
        await beside(exercise, stage, tick, *args)
    except Exception as error:
        stage.note("ended", f"{type(error).__name__}: {error}")
    else:
        stage.note("ended", "returned")
    print("main has ended")
