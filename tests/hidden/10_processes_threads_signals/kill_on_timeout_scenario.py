"""Pictures are converted at the same time, and a while afterwards in which a tool that was left running is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    """What a scenario is given to work with."""

    def note(self, label: str, value: object = None) -> None: ...


def begun(exercise: ModuleType, stage: Stage, picture: str) -> asyncio.Task[str]:
    """A conversion that has begun; when it ends, it is noted how."""

    def tell(done: asyncio.Task[str]) -> None:
        if done.cancelled():
            how = "was cancelled"
        else:
            error = done.exception()
            how = f"raised {type(error).__name__}" if error else f"returned {done.result()!r}"
        stage.note("ended", [picture, how])

    task: asyncio.Task[str] = asyncio.ensure_future(exercise.convert(picture))
    task.add_done_callback(tell)
    return task


async def convert_all(
    exercise: ModuleType, stage: Stage, wait: Wait, pictures: list[str], afterwards: list[str], stay: float
) -> None:
    await asyncio.wait([begun(exercise, stage, picture) for picture in pictures])
    for picture in afterwards:
        await asyncio.wait([begun(exercise, stage, picture)])
    await wait(stay)


def have_begun(pictures: list[str]) -> bool:
    """Whether all their tools are ready for signals."""
    return all(Path(f"{picture}.begun").exists() for picture in pictures)


async def cancel_all(exercise: ModuleType, stage: Stage, wait: Wait, pictures: list[str], after: float) -> None:
    """Cancel the conversions some time after all their tools have begun."""
    tasks = [begun(exercise, stage, picture) for picture in pictures]
    while not have_begun(pictures):
        await wait(0.02)
    await wait(after)
    stage.note("cancel")
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await wait(0.5)


async def cancel_at_once(exercise: ModuleType, stage: Stage, wait: Wait, picture: str) -> None:
    """Cancel a conversion when it has made its first step, in which it starts the tool."""
    task = begun(exercise, stage, picture)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    await wait(0.7)
