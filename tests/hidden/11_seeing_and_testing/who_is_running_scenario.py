"""A day in the shop: jobs and other tasks begin and end, and somebody looks at the status page now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


class Shop:
    """What happens besides the learner's functions."""

    def __init__(self, exercise: ModuleType, stage: Stage, wait: Wait) -> None:
        self.exercise = exercise
        self.stage = stage
        self.wait = wait
        self.tasks: list[asyncio.Future[Any]] = []

    async def work(self, number: int, seconds: float, fails: bool, cleans_up_s: float) -> None:
        """A task that another part of the program starts."""
        self.exercise.log("begins")
        try:
            await self.wait(seconds)
            if fails:
                raise OSError("paper jam")
        finally:
            try:
                if cleans_up_s:
                    await self.wait(cleans_up_s)
                self.exercise.log("leaves")
            finally:
                self.stage.note(f"ended {number}")

    def look(self, number: int) -> None:
        self.stage.note(f"look {number}", self.exercise.running())

    async def happen(self, number: int, at_s: float, what: str, details: list[Any]) -> None:
        await self.wait(at_s)
        if what == "start":
            task = self.exercise.start(*details)
            self.stage.note(f"task {number}", isinstance(task, asyncio.Task))
            self.tasks.append(asyncio.ensure_future(task))
        elif what == "task":
            name, *how = details
            self.tasks.append(asyncio.create_task(self.work(number, *how), name=name))
        elif what == "look":
            self.look(number)
        elif what == "look in a callback":
            asyncio.get_running_loop().call_soon(self.look, number)
        elif what == "log in a callback":
            asyncio.get_running_loop().call_soon(self.exercise.log, *details)
        elif what == "stop":
            try:
                await self.exercise.stop(*details)
            except Exception as error:
                self.stage.note(f"stopped {number}", f"{type(error).__name__}: {error}")
            else:
                self.stage.note(f"stopped {number}")


async def day(exercise: ModuleType, stage: Stage, wait: Wait, events: list[tuple[float, str, list[Any]]]) -> None:
    """Each event happens after its seconds."""
    shop = Shop(exercise, stage, wait)
    happenings = [shop.happen(number, *event) for number, event in enumerate(events)]
    await asyncio.gather(*happenings)
    await asyncio.gather(*shop.tasks, return_exceptions=True)
