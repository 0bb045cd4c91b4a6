"""A transfer, cancelled from outside after a while, and a little time afterwards in which late steps are seen."""

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
    return f"raised {type(error).__name__}: {error}" if error else "returned"


async def cancelled(
    exercise: ModuleType,
    stage: Stage,
    wait: Callable[[float], Awaitable[None]],
    sender: str,
    receiver: str,
    amount: int,
) -> None:
    task: asyncio.Task[object] = asyncio.ensure_future(exercise.transfer(sender, receiver, amount))
    task.add_done_callback(lambda done: stage.note("ended", how(done)))
    await wait(stage.params["after"])
    stage.note("cancel")
    task.cancel()
    await asyncio.wait([task])
    await wait(stage.params["stay"])
