"""The memory of practice: on which days there was some, how many hints were shown, whether a solution was wanted.

A comfort and no more: what cannot be read or written is forgotten, without a word and without an error.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from grader.load.json_store import Entries, Memory

SCHEMA: Final = "turtles/practice/v1"

_FILE: Final = "practice.json"
_HINTS: Final = "hints"
_ASKED: Final = "asked"


def note_day(folder: Path, day: date) -> None:
    """Remember in ``folder`` that there was practice on that day; most often it is known already."""
    memory = _days(folder)
    try:
        if day.isoformat() not in memory.read():
            memory.change(lambda old: {**old, day.isoformat(): {}})
    except OSError:
        pass


def count_days(folder: Path) -> int:
    """On how many days there was practice."""
    try:
        return sum(_is_day(name) for name in _days(folder).read())
    except OSError:
        return 0


def _days(folder: Path) -> Memory:
    return Memory(folder, _FILE, SCHEMA, "days")


def _is_day(name: str) -> bool:
    try:
        return date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False


class Practice:
    """What was asked for before, in ``folder``; what could not be written is known as long as this object is."""

    def __init__(self, folder: Path) -> None:
        self._memory = Memory(folder, _FILE, SCHEMA, "exercises")
        self._known: Entries
        try:
            self._known = self._memory.read()
        except OSError:
            self._known = {}

    def hints(self, name: str) -> int:
        """How many hints of the exercise were shown; the caller knows how many there are by now."""
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
        def changed(old: Entries) -> Entries:
            return {**old, name: {**old.get(name, {}), what: value}}

        try:
            self._known = self._memory.change(changed)
        except OSError:
            self._known = changed(self._known)
            return False
        return True
