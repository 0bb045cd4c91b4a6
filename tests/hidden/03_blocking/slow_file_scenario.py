"""The program, and some time afterwards in which a lamp that was left on shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol


class Stage(Protocol):
    """What a scenario is given to work with."""

    def note(self, label: str, value: object = None) -> None: ...


async def then_stay(
    exercise: ModuleType, stage: Stage, wait: Callable[[float], Awaitable[None]], *args: object
) -> None:
    """Run ``main`` with ``args``, and wait for a while."""
    await exercise.main(*args)
    stage.note("returned")
    await wait(0.9)
