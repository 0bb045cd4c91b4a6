"""The proxy is cancelled while visitors are connected, and the evening goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType

Wait = Callable[[float], Awaitable[None]]
Ended = Callable[[str], Awaitable[None]]


async def closing(
    exercise: ModuleType, _stage: object, wait: Wait, ended: Ended, port: int, archive_port: int, open_s: float
) -> None:
    """Cancel ``serve`` after ``open_s`` seconds, and go on for one second more."""
    serving = asyncio.ensure_future(exercise.serve(port, archive_port))
    await wait(open_s)
    serving.cancel()

    async def watch() -> None:
        await asyncio.wait([serving])
        await ended("cancelled" if serving.cancelled() else f"{serving.exception()!r}")

    watching = asyncio.ensure_future(watch())
    await wait(1.0)
    watching.cancel()
