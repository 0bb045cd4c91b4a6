"""Receipts are sent and the sending is cancelled; a while afterwards the connection is looked at."""

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


async def send_later(exercise: ModuleType, _stage: Stage, wait: Wait, port: int, receipts: list[str]) -> None:
    """Send when the office has had time to get ready."""
    await wait(0.2)
    await exercise.send(port, receipts)


async def send_called_off(
    exercise: ModuleType, stage: Stage, wait: Wait, port: int, receipts: list[str], patience: float
) -> None:
    keep_streams()
    task: asyncio.Task[object] = asyncio.ensure_future(exercise.send(port, receipts))
    await wait(patience)
    stage.note("cancel")
    task.cancel()
    await asyncio.wait([task])
    stage.note("ended", how(task))
    await wait(1.6)
