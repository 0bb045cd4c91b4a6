"""A bed is watered, or a valve is used for something else; then the evening goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from types import ModuleType
from typing import Any, Protocol


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def how_it_ends(stage: Stage, work: Coroutine[Any, Any, object], cancel_after_s: float | None) -> None:
    task = asyncio.create_task(work)
    if cancel_after_s is not None:
        await asyncio.sleep(cancel_after_s)
        task.cancel()
    await asyncio.wait([task])
    if task.cancelled():
        stage.note("ended", "cancelled")
    elif error := task.exception():
        stage.note("ended", f"{type(error).__name__}: {error}")
    else:
        stage.note("ended", task.result())
    await asyncio.sleep(0.5)


async def watering(exercise: ModuleType, stage: Stage, bed: str, cancel_after_s: float | None = None) -> None:
    """Water one bed, cancelled after some seconds if so wanted."""
    await how_it_ends(stage, exercise.water(bed), cancel_after_s)


async def use(exercise: ModuleType, stage: Stage, bed: str, fault: str | None) -> str:
    async with exercise.Valve(bed):
        stage.note("inside")
        await asyncio.sleep(0.4)
        if fault is not None:
            raise ValueError(fault)
        stage.note("leaves")
        return bed


async def block(
    exercise: ModuleType, stage: Stage, bed: str, fault: str | None = None, cancel_after_s: float | None = None
) -> None:
    """Use a valve for something else, which may fail or be cancelled."""
    await how_it_ends(stage, use(exercise, stage, bed, fault), cancel_after_s)
