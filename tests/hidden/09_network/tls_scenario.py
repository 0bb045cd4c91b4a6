"""A ward asks, and stays for a while, so that its connections can be looked at; or its question is called off."""

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
    begin = asyncio.StreamWriter.__init__

    def keep(writer: asyncio.StreamWriter, *args: Any, **kwargs: Any) -> None:
        begin(writer, *args, **kwargs)
        kept.append(writer)

    kept: list[asyncio.StreamWriter] = []
    asyncio.StreamWriter.__init__ = keep  # type: ignore[assignment, method-assign]


def how(task: asyncio.Task[object]) -> str:
    if task.cancelled():
        return "was cancelled"
    error = task.exception()
    return f"raised {type(error).__name__}" if error else "returned"


async def ask_and_stay(exercise: ModuleType, stage: Stage, wait: Wait, port: int, host: str, patient: str) -> None:
    keep_streams()
    task: asyncio.Task[object] = asyncio.ensure_future(exercise.ask(port, host, patient))
    await asyncio.wait([task])
    stage.note("ended", how(task))
    await wait(0.8)


async def called_off(
    exercise: ModuleType, stage: Stage, wait: Wait, port: int, host: str, patient: str, patience: float
) -> None:
    keep_streams()
    task: asyncio.Task[object] = asyncio.ensure_future(exercise.ask(port, host, patient))
    await wait(patience)
    stage.note("cancel")
    task.cancel()
    await asyncio.wait([task])
    stage.note("ended", how(task))
    await wait(0.8)
