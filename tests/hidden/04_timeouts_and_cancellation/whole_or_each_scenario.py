"""One download, and a little time afterwards in which what was left under way shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol


class Stage(Protocol):
    """What a scenario is given to work with."""

    def note(self, label: str, value: object = None) -> None: ...


async def download_and_stay(
    exercise: ModuleType, stage: Stage, stay: Callable[[], Awaitable[None]], name: str, count: int
) -> object:
    result = await exercise.download(name, count)
    stage.note("returned")
    await stay()
    return result
