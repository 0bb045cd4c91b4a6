"""Callers who want a rate, each at a different time; some give up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol

Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def caller(
    exercise: ModuleType, stage: Stage, wait: Wait, number: int, currency: str, at_s: float, patience_s: float | None
) -> None:
    """Come at ``at_s``, want a rate, note it or what went wrong instead."""
    await wait(at_s)
    try:
        async with asyncio.timeout(patience_s) as limit:
            answer: object = await exercise.rate(currency)
    except TimeoutError as error:
        answer = "gave up" if limit.expired() else f"TimeoutError: {error}"
    except asyncio.CancelledError:
        answer = "CancelledError"
        raise
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"
    finally:
        stage.note(f"caller {number}", answer)


async def day(exercise: ModuleType, stage: Stage, wait: Wait, callers: list[tuple[str, float, float | None]]) -> None:
    """Each caller: what currency it wants, when it comes, and how long it waits at most."""
    everybody = [caller(exercise, stage, wait, number, *each) for number, each in enumerate(callers)]
    await asyncio.gather(*everybody, return_exceptions=True)
