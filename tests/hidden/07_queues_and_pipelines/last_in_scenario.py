"""A map is looked at, and some seconds go by afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def evening(exercise: ModuleType, stage: Stage, wait: Wait, goes_on_s: float) -> None:
    """Run ``browse``, note what it returned, and after some seconds how many tasks it left behind."""
    before = asyncio.all_tasks()
    stage.note("returned", await exercise.browse())
    await wait(goes_on_s)
    stage.note("left", len(asyncio.all_tasks() - before))
