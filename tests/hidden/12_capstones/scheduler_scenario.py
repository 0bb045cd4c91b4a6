"""A day in the greenhouse: jobs run until somebody stops or cancels the scheduler, and then the evening goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol

Wait = Callable[[float, str], Awaitable[None]]
Tidy = Callable[[str, int], Awaitable[None]]
Ended = Callable[[str], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


def how(task: asyncio.Task[object]) -> str:
    if task.cancelled():
        return "was cancelled"
    error = task.exception()
    return f"raised {type(error).__name__}" if error else "returned"


def keep_tidy(exercise: ModuleType, tidy: Tidy) -> None:
    """Let each run of a job tidy up when it is cancelled."""
    work = exercise.work

    async def work_and_tidy(name: str, number: int) -> None:
        try:
            await work(name, number)
        except asyncio.CancelledError:
            await tidy(name, number)
            raise

    exercise.work = work_and_tidy  # type: ignore[attr-defined]


async def day(
    exercise: ModuleType,
    stage: Stage,
    wait: Wait,
    ended: Ended,
    tidy: Tidy,
    jobs: list[list[object]],
    acts: list[list[object]],
    evening_s: float,
) -> None:
    """Run the jobs. ``acts``: after how many seconds, and whether to "stop" or to "cancel"."""
    keep_tidy(exercise, tidy)
    scheduler = exercise.Scheduler([exercise.Job(*job) for job in jobs])
    running: asyncio.Task[object] = asyncio.ensure_future(scheduler.run())

    async def watch() -> None:
        await asyncio.wait([running])
        stage.note("ended", how(running))
        await ended(how(running))

    watching = asyncio.ensure_future(watch())
    for seconds, act in acts:
        await wait(seconds, act)  # type: ignore[arg-type]
        if act == "stop":
            scheduler.stop()
        else:
            stage.note("cancel")
            running.cancel()
    await wait(evening_s, "evening")
    for task in (watching, running):
        task.cancel()
    await asyncio.wait([watching, running])
