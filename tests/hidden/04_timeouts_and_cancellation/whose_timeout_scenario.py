"""A comparison in a task of its own, cancelled after a while, and what is left behind when it was not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, Protocol


class Stage(Protocol):
    """What a scenario is given to work with."""

    params: dict[str, Any]

    def note(self, label: str, value: object = None) -> None: ...


def how(task: asyncio.Task[object]) -> str:
    if task.cancelled():
        return "was cancelled"
    error = task.exception()
    return f"raised {type(error).__name__}" if error else "returned"


async def compare(exercise: ModuleType, stage: Stage, wait: Callable[[float], Awaitable[None]]) -> object:
    """Compare, and note how it ended; with ``after``, cancel it after so many seconds."""
    after = stage.params.get("after")

    async def customer() -> object:
        offers = await exercise.compare(stage.params["shops"])
        me = asyncio.current_task()
        stage.note("cancelling", me.cancelling() if me else 0)
        return offers

    task: asyncio.Task[object] = asyncio.create_task(customer())
    task.add_done_callback(lambda done: stage.note("ended", how(done)))
    if after is not None:
        await wait(after)
        stage.note("cancel")
        task.cancel()
    await asyncio.wait([task])
    await wait(stage.params["stay"])
    return None if task.cancelled() or task.exception() else task.result()
