"""Temperatures are measured, or called off, once the grader's sensors are there; then some time passes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


def wait_for_sensors() -> None:
    while not Path("ready").exists():
        time.sleep(0.01)


async def morning(exercise: ModuleType, stage: Stage, wait: Wait, port: int, beds: list[str]) -> object:
    """Return what ``measure`` returns."""
    await asyncio.to_thread(wait_for_sensors)
    stage.note("begins")
    temperatures: object = await exercise.measure(port, beds)
    stage.note("ended")
    print("measured")
    await wait(0.4)
    return temperatures


async def called_off(exercise: ModuleType, stage: Stage, wait: Wait, port: int, beds: list[str], after: float) -> None:
    await asyncio.to_thread(wait_for_sensors)
    task: asyncio.Future[object] = asyncio.ensure_future(exercise.measure(port, beds))
    await wait(after)
    stage.note("cancel")
    task.cancel()
    await asyncio.wait([task])
    stage.note("ended", how(task))
    print("measured")
    await wait(1.0)


def how(task: asyncio.Future[object]) -> str:
    if task.cancelled():
        return "was cancelled"
    error = task.exception()
    return f"raised {type(error).__name__}" if error else "returned"
