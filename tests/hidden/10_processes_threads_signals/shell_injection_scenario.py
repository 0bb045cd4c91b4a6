"""One search after the other: an error of one does not keep the next from being made."""

from __future__ import annotations

from types import ModuleType
from typing import Protocol


class Stage(Protocol):
    """What a scenario is given to work with."""

    def note(self, label: str, value: object = None) -> None: ...


async def search_in_turn(exercise: ModuleType, stage: Stage, searches: list[str]) -> None:
    for words in searches:
        stage.note("search", words)
        try:
            stage.note("answer", await exercise.search(words))
        except Exception as error:
            stage.note("error", f"{type(error).__name__}: {error}")
