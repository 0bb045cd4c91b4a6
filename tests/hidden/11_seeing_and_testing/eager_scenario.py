"""A day at the desk, with eager tasks or without."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


class Desk:
    def __init__(self, exercise: ModuleType, stage: Stage, wait: Wait) -> None:
        self.exercise = exercise
        self.stage = stage
        self.wait = wait
        self.tasks: dict[str, asyncio.Future[Any]] = {}

    async def happen(self, number: int, at_s: float, what: str, details: list[Any]) -> None:
        await self.wait(at_s)
        if what == "ask":
            visitor, book, cancel_at_once = details
            task = self.exercise.ask(visitor, book)
            self.stage.note(f"asked {visitor}", isinstance(task, asyncio.Task))
            self.tasks[visitor] = asyncio.ensure_future(task)
            if not self.tasks[visitor].done():
                self.stage.note(f"waits {visitor}", visitor in self.exercise.waiting())
            if cancel_at_once:
                self.tasks[visitor].cancel()
        elif what == "look":
            self.stage.note(f"look {number}", self.exercise.waiting())
        elif what == "cancel":
            self.tasks[details[0]].cancel()
        elif what == "close":
            try:
                await self.exercise.close()
            except Exception as error:
                self.stage.note(f"closed {number}", f"{type(error).__name__}: {error}")
            else:
                self.stage.note(f"closed {number}")


async def day(
    exercise: ModuleType, stage: Stage, wait: Wait, eager: bool, events: list[tuple[float, str, list[Any]]]
) -> None:
    """Each event happens after its seconds; after a moment without any, everybody has to be gone."""
    if eager:
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined]
    desk = Desk(exercise, stage, wait)
    happenings = [asyncio.create_task(desk.happen(number, *event)) for number, event in enumerate(events)]
    await asyncio.gather(*happenings)
    await asyncio.gather(*desk.tasks.values(), return_exceptions=True)
    await wait(0.01)
    stage.note("in the end", exercise.waiting())
