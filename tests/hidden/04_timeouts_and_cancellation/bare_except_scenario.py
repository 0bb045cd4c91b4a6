"""deliver, cancelled from outside after a while, and some time afterwards in which late attempts show."""

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
    task = asyncio.ensure_future(exercise.deliver(stage.params["reading"]))
    await wait(stage.params["after"])
    stage.note("cancel")
    task.cancel()
    staying = asyncio.ensure_future(wait(stage.params["stay"]))
    await asyncio.wait([task, staying], return_when=asyncio.FIRST_COMPLETED)
    if not task.done():
        stage.note("ended", "was still going on")
        return
    how = (
        "was cancelled" if task.cancelled() else f"raised {type(e).__name__}" if (e := task.exception()) else "returned"
    )
    stage.note("ended", how)
    await staying
