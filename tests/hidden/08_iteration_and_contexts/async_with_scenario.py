"""A bed is watered, or valves are used for something else; then the evening goes on."""

from __future__ import annotations

import asyncio
import builtins
from collections.abc import Awaitable, Callable, Coroutine
from types import ModuleType
from typing import Any, Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def how_it_ends(
    stage: Stage, wait: Wait, label: str, work: Coroutine[Any, Any, object], cancel_at_s: list[float]
) -> None:
    """Run something, cancelled at these moments as long as it runs, and note how it ended."""
    task = asyncio.create_task(work)

    async def cancel(after_s: float) -> None:
        await wait(after_s)
        if not task.done():
            stage.note("cancel")
            task.cancel()

    cancelling = [asyncio.create_task(cancel(after_s)) for after_s in cancel_at_s]
    await asyncio.wait([task])
    if task.cancelled():
        stage.note(label, "cancelled")
    elif error := task.exception():
        stage.note(label, f"{type(error).__name__}: {error}")
    else:
        stage.note(label, task.result())
    await asyncio.gather(*cancelling)


async def watering(
    exercise: ModuleType,
    stage: Stage,
    wait: Wait,
    bed: str,
    cancel_at_s: list[float] | None = None,
    goes_on_s: float = 0.6,
) -> None:
    """Water one bed, cancelled at some moments if so wanted."""
    await how_it_ends(stage, wait, "ended", exercise.water(bed), cancel_at_s or [])
    await wait(goes_on_s)


async def use(exercise: ModuleType, stage: Stage, wait: Wait, bed: str, seconds: float, fault: list[str] | None) -> str:
    """A block of ``seconds`` seconds; ``fault`` is the builtin exception it raises then, and its text."""
    async with exercise.Valve(bed):
        stage.note(f"inside {bed}")
        await wait(seconds)
        stage.note(f"leaves {bed}")
        if fault is not None:
            raise getattr(builtins, fault[0])(fault[1])
        return bed
    return "well"  # although there was an exception


async def blocks(
    exercise: ModuleType,
    stage: Stage,
    wait: Wait,
    plan: list[tuple[str, float, float, list[str] | None, list[float]]],
    goes_on_s: float = 0.6,
) -> None:
    """Blocks at the same time. For each: its bed, when it begins, its length, what it raises, when it is cancelled."""

    async def one(bed: str, begins_s: float, seconds: float, fault: list[str] | None, cancel_at_s: list[float]) -> None:
        await wait(begins_s)
        await how_it_ends(stage, wait, f"ended {bed}", use(exercise, stage, wait, bed, seconds, fault), cancel_at_s)

    await asyncio.gather(*[one(*each) for each in plan])
    await wait(goes_on_s)
