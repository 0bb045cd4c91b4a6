"""The program alongside others who use the event loop and its threads; and the program cancelled while it waits."""

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


async def run_errands(wait: Callable[[], Awaitable[None]], errand: Callable[[str], None]) -> None:
    """Again and again, two calls that block, at the same time."""
    while True:
        await wait()
        await asyncio.gather(asyncio.to_thread(errand, "one"), asyncio.to_thread(errand, "two"))


async def beside(
    exercise: ModuleType,
    _stage: Stage,
    tick: Tick,
    wait: Callable[[], Awaitable[None]],
    errand: Callable[[str], None],
    *args: object,
) -> None:
    """Run ``main`` with ``args`` while a task is due every 0.1 s, and another one calls ``asyncio.to_thread``."""
    await tick()
    others = [asyncio.create_task(keep_ticking(tick)), asyncio.create_task(run_errands(wait, errand))]
    try:
        await exercise.main(*args)
    finally:
        for other in others:
            other.cancel()


async def called_off(
    exercise: ModuleType, stage: Stage, wait: Callable[[float], Awaitable[None]], seconds: float, *args: object
) -> None:
    """Cancel ``main`` after some seconds, note how it ended, and go on for a moment."""
    task = asyncio.create_task(exercise.main(*args))
    await wait(seconds)
    stage.note("cancel")
    task.cancel()
    await asyncio.wait([task])
    stage.note("ended", "was cancelled" if task.cancelled() else str(task.exception() or "returned"))
    await wait(0.2)
