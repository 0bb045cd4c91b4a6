"""Jam is made, and some time afterwards shows what still runs; or the cook is called away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from types import ModuleType

Wait = Callable[[float], Awaitable[None]]
Told = Callable[[object, list[list[str]]], Awaitable[None]]


def leaves(error: BaseException) -> Iterator[list[str]]:
    """Type and text of an exception, or of the exceptions in a group."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from leaves(inner)
    else:
        yield [type(error).__name__, str(error)]


async def cooked(exercise: ModuleType, _stage: object, wait: Wait, ended: Told) -> None:
    cooking = asyncio.ensure_future(exercise.cook())
    await asyncio.wait([cooking])
    error = cooking.exception()
    await ended(None if error else cooking.result(), [*leaves(error)] if error else [])
    await wait(30.0)


async def called_away(exercise: ModuleType, _stage: object, wait: Wait, ended: Told, after: float) -> None:
    cooking = asyncio.ensure_future(exercise.cook())
    await wait(after)
    cooking.cancel()
    await asyncio.wait([cooking])
    error = None if cooking.cancelled() else cooking.exception()
    await ended(None, [["CancelledError", ""]] if cooking.cancelled() else [*leaves(error)] if error else [])
    await wait(30.0)
