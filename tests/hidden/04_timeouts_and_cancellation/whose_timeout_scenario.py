"""A comparison in a task of its own, perhaps cancelled after a while, and what it leaves behind in that task."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, Protocol


class Stage(Protocol):
    """What a scenario is given to work with."""

    params: dict[str, Any]

    def note(self, label: str, value: object = None) -> None: ...


def cut_off(exercise: ModuleType, stage: Stage) -> None:
    """Let a question that is cancelled raise an error of its own, as a bad connection may do."""
    real = exercise.ask

    async def ask(shop: str) -> object:
        try:
            return await real(shop)
        except asyncio.CancelledError:
            stage.note("cut off", shop)
            raise RuntimeError("the line is dead") from None

    exercise.__dict__["ask"] = ask


async def compare(exercise: ModuleType, stage: Stage, wait: Callable[[float], Awaitable[None]]) -> object:
    """Compare, and note how it ended. ``after``: cancel it after that many seconds (None: never). ``later``: begin to
    count when compare has begun. ``before``: the task was cancelled before, and went on. ``stay``: stay in the task.
    ``cut``: a question that is cancelled ends with another error.
    """
    over = asyncio.Event()
    if stage.params["cut"]:
        cut_off(exercise, stage)

    async def customer() -> object:
        me = asyncio.current_task()
        assert me is not None
        if stage.params["before"]:
            me.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0)
        requests = me.cancelling()
        try:
            offers = await exercise.compare(stage.params["shops"])
        except BaseException as error:
            cancelled = isinstance(error, asyncio.CancelledError)
            stage.note("ended", "was cancelled" if cancelled else f"raised {type(error).__name__}: {error}")
            over.set()
            raise
        stage.note("ended", "returned")
        stage.note("left", me.cancelling() - requests)
        over.set()
        try:
            await wait(stage.params["stay"])
        except asyncio.CancelledError:
            stage.note("hit")
        return offers

    task: asyncio.Task[object] = asyncio.create_task(customer())
    if stage.params["later"]:
        await asyncio.sleep(0)
    if stage.params["after"] is not None:
        await wait(stage.params["after"])
        if not over.is_set():
            stage.note("cancel")
            task.cancel()
    await asyncio.wait([task])
    return None if task.cancelled() or task.exception() else task.result()
