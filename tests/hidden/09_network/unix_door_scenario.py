"""A keeper is at the door for a while, perhaps another one afterwards, and then the door is looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    """What a scenario is given to work with."""

    def note(self, label: str, value: object = None) -> None: ...


def how(task: asyncio.Task[object]) -> str:
    if task.cancelled():
        return "was cancelled"
    error = task.exception()
    if error is None:
        return "returned"
    return "raised OSError" if isinstance(error, OSError) else f"raised {type(error).__name__}"


async def keep(
    exercise: ModuleType, stage: Stage, wait: Wait, path: str, names: list[str], before: float, patience: float
) -> None:
    await wait(before)
    for name in names:
        task: asyncio.Task[object] = asyncio.ensure_future(exercise.keep_door(name, path))
        task.add_done_callback(lambda task: stage.note("ended", how(task)))
        await wait(patience)
        stage.note("cancel")
        task.cancel()
        await asyncio.wait([task])
        await wait(0.6)
