"""Nights at the station: jobs, tasks that they start, and callbacks. Some of them hold the event loop up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import count
from types import ModuleType
from typing import Any, Protocol

Wait = Callable[[float], Awaitable[None]]
Hold = Callable[[str, int, float], None]
Step = Sequence[Any]
"""``[what, *details]``."""
Plan = Sequence[tuple[str, Sequence[Step]]]
"""The jobs of a night: the name and the steps of each."""


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


class Night:
    """The jobs of a night. Each stretch between two waits in which a job holds the event loop has a number."""

    def __init__(self, stage: Stage, wait: Wait, hold: Hold, stretches: Iterator[int]) -> None:
        self.stage = stage
        self.wait = wait
        self.hold = hold
        self.stretches = stretches

    async def work(self, name: str, steps: Sequence[Step]) -> None:
        stretch = next(self.stretches)
        started: list[asyncio.Future[None]] = []
        for what, *details in steps:
            match what:
                case "wait":
                    await self.wait(*details)
                    stretch = next(self.stretches)
                case "hold":
                    self.hold(name, stretch, *details)
                case "task":
                    task, its_steps = details
                    started.append(asyncio.create_task(self.work(task, its_steps), name=task))
                case "callback":
                    started.append(self.called_back(*details))
                case "error":
                    asyncio.get_running_loop().call_exception_handler({"message": details[0]})
                case "warning":
                    logging.getLogger("asyncio").warning(*details)
        if started:
            await asyncio.wait(started)

    def called_back(self, name: str, after_s: float, holds_s: float) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        done = loop.create_future()

        def function() -> None:
            self.hold(name, next(self.stretches), holds_s)
            done.set_result(None)

        function.__name__ = function.__qualname__ = name
        loop.call_later(after_s, function)
        return done

    def job(self, number: int, name: str, steps: Sequence[Step]) -> Callable[[], Awaitable[None]]:
        async def job() -> None:
            self.stage.note(f"{name} begins {number}")
            await self.work(name, steps)
            self.stage.note(f"{name} ends {number}")

        return job


async def run(exercise: ModuleType, night: Night, number: int, plan: Plan) -> None:
    night.stage.note(f"called {number}")
    try:
        await exercise.run_jobs({name: night.job(number, name, steps) for name, steps in plan})
    except Exception as error:
        night.stage.note(f"returned {number}", f"{type(error).__name__}: {error}")
    else:
        night.stage.note(f"returned {number}")


def nights(
    exercise: ModuleType, stage: Stage, wait: Wait, hold: Hold, plans: Sequence[Plan], one_loop: bool = True
) -> None:
    """One night after the other, on one event loop or each on its own."""
    night = Night(stage, wait, hold, count())

    async def several(numbers: Sequence[int]) -> None:
        for number in numbers:
            await run(exercise, night, number, plans[number])

    everything = range(len(plans))
    try:
        for some in [everything] if one_loop else [[number] for number in everything]:
            asyncio.run(several(some))
    finally:
        # Under virtual time, other programs follow in this process.
        for logger in (logging.getLogger("asyncio"), logging.getLogger()):
            logger.filters.clear()
            logger.handlers.clear()
