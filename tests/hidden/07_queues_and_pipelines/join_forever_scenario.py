"""The program goes on after send_all has returned: which tasks are left then?"""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Protocol


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def afterwards(exercise: ModuleType, stage: Stage, addresses: list[str]) -> None:
    before = asyncio.all_tasks()
    await exercise.send_all(addresses)
    stage.note("returned")
    await asyncio.sleep(1.0)  # a task that was cancelled gets time to end
    for task in asyncio.all_tasks() - before:
        coroutine = task.get_coro()
        stage.note("left", getattr(coroutine, "__name__", "a task"))
