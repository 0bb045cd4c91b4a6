"""Requests, and what the system does before, beside and after them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def request(exercise: ModuleType, wait: Wait, after_s: float, token: str, pages: list[str]) -> None:
    await wait(after_s)
    await exercise.handle(token, pages)


async def day(
    exercise: ModuleType, _stage: Stage, wait: Wait, requests: list[tuple[float, str, list[str]]], ticks: int
) -> None:
    """Every request comes after its seconds; the system writes a line every second, ``ticks`` times."""

    async def tick() -> None:
        for number in range(ticks):
            await wait(1.0)
            await exercise.log(f"tick {number}")

    await asyncio.gather(*[request(exercise, wait, *each) for each in requests], tick())


async def night(exercise: ModuleType, stage: Stage, wait: Wait, requests: list[tuple[str, list[str]]]) -> None:
    """One request after the other in one and the same task, and the system beside, before and after each."""

    async def beside(number: int) -> None:
        await wait(0.15)
        await exercise.log(f"beside {number}")

    await exercise.log("start")
    for number, (token, pages) in enumerate(requests):
        cleaning = asyncio.create_task(beside(number))
        try:
            await exercise.handle(token, pages)
            stage.note("handled", "well")
        except OSError as error:
            stage.note("handled", str(error))
        await exercise.log(f"after {number}")
        await cleaning
