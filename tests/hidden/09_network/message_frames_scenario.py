"""Two connections at the same time, and one that is looked at for a while after the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    """What a scenario is given to work with."""

    def note(self, label: str, value: object = None) -> None: ...


def keep_streams() -> None:
    """Hold all streams, so that only the program closes a connection, and never the garbage collector."""
    connect = asyncio.open_connection

    async def open_connection(*args: Any, **kwargs: Any) -> object:
        streams = await connect(*args, **kwargs)
        kept.append(streams)
        return streams

    kept: list[object] = []
    asyncio.open_connection = open_connection  # type: ignore[assignment]


def how(task: asyncio.Task[object]) -> str:
    if task.cancelled():
        return "was cancelled"
    error = task.exception()
    return f"raised {type(error).__name__}" if error else "returned"


async def two_stations(exercise: ModuleType, _stage: Stage, port: int) -> None:
    await asyncio.gather(exercise.receive(port), exercise.receive(port))


async def receive_and_stay(exercise: ModuleType, stage: Stage, wait: Wait, port: int) -> None:
    keep_streams()
    await exercise.receive(port)
    stage.note("ended", "returned")
    await wait(0.8)


async def receive_called_off(exercise: ModuleType, stage: Stage, wait: Wait, port: int, patience: float) -> None:
    keep_streams()
    task: asyncio.Task[object] = asyncio.ensure_future(exercise.receive(port))
    await wait(patience)
    stage.note("cancel")
    task.cancel()
    await asyncio.wait([task])
    stage.note("ended", how(task))
    await wait(0.8)
