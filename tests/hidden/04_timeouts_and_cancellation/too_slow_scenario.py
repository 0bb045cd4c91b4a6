"""The program, and some time afterwards in which a question that was left under way shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import ModuleType


async def then_stay(exercise: ModuleType, _stage: object, wait: Callable[[float], Awaitable[None]]) -> None:
    """Run ``main``, and wait for a while."""
    await exercise.main()
    await wait(20.0)
