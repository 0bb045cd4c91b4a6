"""The backup, cancelled from outside after a while, and some time afterwards in which late work shows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, Protocol


class Stage(Protocol):
    """What a scenario is given to work with."""

    params: dict[str, Any]

    def note(self, label: str, value: object = None) -> None: ...


async def cancelled(exercise: ModuleType, stage: Stage, wait: Callable[[float], Awaitable[None]]) -> None:
    task = asyncio.ensure_future(exercise.backup(stage.params["tables"]))
    await wait(stage.params["after"])
    stage.note("cancel")
    task.cancel()
    await asyncio.wait([task])
    how = "was cancelled" if task.cancelled() else type(error).__name__ if (error := task.exception()) else "returned"
    stage.note("ended", how)
    await wait(stage.params["stay"])
