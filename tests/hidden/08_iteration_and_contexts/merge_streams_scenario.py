"""A reader of the merged stream, who may stop early, be slow or be cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def read(exercise: ModuleType, stage: Stage, wait: Wait, offices: list[str], enough: int, think_s: float) -> None:
    """Note each report, spend ``think_s`` on it, and stop after ``enough``. At its very end, note how that was."""
    count = 0
    try:
        async with aclosing(exercise.merge(offices)) as news:
            async for report in news:
                stage.note("report", report)
                if think_s:
                    await wait(think_s)
                count += 1
                if count == enough:
                    break
    except asyncio.CancelledError:
        stage.note("ended", "cancelled")
        raise
    except BaseException as error:
        stage.note("ended", f"{type(error).__name__}: {error}")
    else:
        stage.note("ended", "well")


async def evening(
    exercise: ModuleType,
    stage: Stage,
    wait: Wait,
    offices: list[str],
    enough: int = 1000,
    think_s: float = 0.0,
    cancel_after_s: float | None = None,
    goes_on_s: float = 0.5,
) -> None:
    """Read, cancelled after some seconds if so wanted; note how it ended, and go on for a while."""
    task = asyncio.create_task(read(exercise, stage, wait, offices, enough, think_s))
    if cancel_after_s is not None:
        await wait(cancel_after_s)
        task.cancel()
    await asyncio.wait([task])
    await wait(goes_on_s)
