"""Requests, and what the system does before, during and after them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, Protocol

Wait = Callable[[float], Awaitable[None]]
Request = tuple[str, list[str], float | None]
"""The token, the pages, and the seconds after which the request is cancelled (None: never)."""


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


class Wiki:
    """A wiki in which saving a page logs a second line, later and in a task of its own."""

    def __init__(self, exercise: ModuleType, wait: Wait, later_s: float) -> None:
        self.exercise = exercise
        self.wait = wait
        self.later_s = later_s
        self.tasks: set[asyncio.Task[None]] = set()
        self._take_the_place_of_save()

    def _take_the_place_of_save(self) -> None:
        """Give the function ``save`` another body, so that every name the program has for it means this one."""

        async def save(page: str) -> Any:
            return await _other_save(page)  # type: ignore[name-defined] # noqa: F821

        self.exercise.__dict__["_other_save"] = self.save
        function: Any = getattr(self.exercise, "save", None)
        if hasattr(function, "__code__"):
            function.__code__ = save.__code__
        else:
            self.exercise.__dict__["save"] = self.save

    async def save(self, page: str) -> None:
        await self.exercise.store(page)
        await self.exercise.log(f"saved {page}")
        self.tasks.add(asyncio.create_task(self.index(page)))

    async def index(self, page: str) -> None:
        await self.wait(self.later_s)
        await self.exercise.log(f"indexed {page}")

    async def request(self, stage: Stage, number: int, request: Request) -> None:
        """One request; the same task then writes a line of the system."""
        token, pages, patience_s = request
        try:
            async with asyncio.timeout(patience_s) as limit:
                await self.exercise.handle(token, pages)
            stage.note(f"handled {number}", "well")
        except Exception as error:
            how = "cancelled" if limit.expired() else f"{type(error).__name__}: {error}"
            stage.note(f"handled {number}", how)
        await self.exercise.log(f"after {number}")


async def day(
    exercise: ModuleType, stage: Stage, wait: Wait, later_s: float, requests: list[tuple[float, Request]], ticks: int
) -> None:
    """Every request comes after its seconds; the system writes a line every 0.97 s, ``ticks`` times."""
    wiki = Wiki(exercise, wait, later_s)

    async def come(number: int, after_s: float, request: Request) -> None:
        await wait(after_s)
        await wiki.request(stage, number, request)

    async def tick() -> None:
        for number in range(ticks):
            await wait(0.97)
            await exercise.log(f"tick {number}")

    await asyncio.gather(*[come(number, *each) for number, each in enumerate(requests)], tick())
    await asyncio.gather(*wiki.tasks)


async def night(exercise: ModuleType, stage: Stage, wait: Wait, requests: list[Request]) -> None:
    """One request after the other in one and the same task, and the system during, before and after each."""
    wiki = Wiki(exercise, wait, 0.05)

    async def meanwhile(number: int) -> None:
        await wait(0.15)
        await exercise.log(f"during {number}")

    await exercise.log("start")
    for number, request in enumerate(requests):
        cleaning = asyncio.create_task(meanwhile(number))
        await wiki.request(stage, number, request)
        await cleaning
    await asyncio.gather(*wiki.tasks)
