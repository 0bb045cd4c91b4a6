"""The program, and a moment afterwards in which the office looks for the ticket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import ModuleType


async def then_stay(exercise: ModuleType, _stage: object, wait: Callable[[], Awaitable[None]], *args: object) -> None:
    """Run ``main`` with ``args``, and wait for a moment."""
    await exercise.main(*args)
    await wait()
