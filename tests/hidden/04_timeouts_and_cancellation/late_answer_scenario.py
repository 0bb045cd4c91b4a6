"""The rates are shown, and a little time afterwards in which connections that were left open show."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Protocol


class Stage(Protocol):
    """What a scenario is given to work with."""

    def note(self, label: str, value: object = None) -> None: ...


async def show_and_stay(
    exercise: ModuleType, stage: Stage, stay: Callable[[], Awaitable[None]], port: int, currencies: list[str]
) -> None:
    await exercise.show(port, currencies)
    stage.note("shown")
    await stay()
