"""The memory of what a learner asked for: how many hints of an exercise were shown, whether its solution was wanted.

A comfort and no more: what cannot be read or written is forgotten, without a word and without an error.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from grader.load.memory import Entries, Memory

SCHEMA: Final = "turtles/practice/v1"

_HINTS: Final = "hints"
_ASKED: Final = "asked"


class Practice:
    """What was asked for before, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._memory = Memory(folder, "practice.json", SCHEMA, "exercises")
        self._known: Entries
        try:
            self._known = self._memory.read()
        except OSError:
            self._known = {}

    def hints(self, name: str) -> int:
        """How many hints of the exercise were shown; whoever shows them knows how many there are by now."""
        value = self._known.get(name, {}).get(_HINTS)
        return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0

    def asked(self, name: str) -> bool:
        """Whether its solution was asked for before."""
        return self._known.get(name, {}).get(_ASKED) is True

    def show_hints(self, name: str, count: int) -> bool:
        """Remember that ``count`` hints were shown; returns whether that could be written."""
        return self._remember(name, _HINTS, count)

    def ask(self, name: str) -> bool:
        """Remember that its solution was asked for; returns whether that could be written."""
        return self._remember(name, _ASKED, True)

    def _remember(self, name: str, what: str, value: int | bool) -> bool:
        try:
            self._known = self._memory.change(lambda old: {**old, name: {**old.get(name, {}), what: value}})
        except OSError:
            return False
        return True
