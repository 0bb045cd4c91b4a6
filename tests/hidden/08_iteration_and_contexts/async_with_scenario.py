"""A bed is watered, or a valve is used for something else; then the evening goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from types import ModuleType
from typing import Any, Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def how_it_ends(
    stage: Stage, wait: Wait, work: Coroutine[Any, Any, object], cancel_after_s: float | None
) -> None:
    task = asyncio.create_task(work)
    if cancel_after_s is not None:
        await wait(cancel_after_s)
        task.cancel()
    await asyncio.wait([task])
    if task.cancelled():
        stage.note("ended", "cancelled")
    elif error := task.exception():
        stage.note("ended", f"{type(error).__name__}: {error}")
    else:
        stage.note("ended", task.result())
    await wait(0.6)


async def watering(
    exercise: ModuleType, stage: Stage, wait: Wait, bed: str, cancel_after_s: float | None = None
) -> None:
    """Water one bed, cancelled after some seconds if so wanted."""
    await how_it_ends(stage, wait, exercise.water(bed), cancel_after_s)


async def use(exercise: ModuleType, stage: Stage, wait: Wait, bed: str, fault: str | None) -> str:
    async with exercise.Valve(bed):
        stage.note("inside")
        await wait(0.4)
        if fault is not None:
            raise ValueError(fault)
        stage.note("leaves")
        return bed


async def block(
    exercise: ModuleType,
    stage: Stage,
    wait: Wait,
    bed: str,
    fault: str | None = None,
    cancel_after_s: float | None = None,
) -> None:
    """Use a valve for something else, which may fail or be cancelled."""
    await how_it_ends(stage, wait, use(exercise, stage, wait, bed, fault), cancel_after_s)
