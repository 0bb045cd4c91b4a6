"""What the properties of a session draw, for authors: ``turtles verify --draws``.

A property that rarely draws what is interesting tests little. Suites name the interesting cases with
``hypothesis.event("two at once")``; sizes and values of the arguments are told for all.
"""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Draws:
    """What one property drew."""

    suite: Path
    title: str
    examples: int = 0
    """Those that ran to their end."""
    rejected: int = 0
    """Those that ``assume`` or a filter took out."""
    events: Counter[str] = field(default_factory=Counter)
    sizes: dict[str, list[float]] = field(default_factory=dict)
    """By argument: its length, or itself where it is a number."""


_found: list[Draws] | None = None
_current: Draws | None = None


@contextlib.contextmanager
def collected() -> Iterator[list[Draws]]:
    """Collect what properties draw while the block runs, in this process."""
    global _found
    _found = []
    try:
        yield _found
    finally:
        _found = None


@contextlib.contextmanager
def property_made(suite: Path, title: str) -> Iterator[None]:
    """A property is made in the block."""
    global _current
    if _found is None:
        yield
        return
    from hypothesis.statistics import collector  # what hypothesis's own pytest plugin uses

    _current = made = Draws(suite, title)
    _found.append(made)
    try:
        variable: Any = collector  # typed as always None
        with variable.with_value(lambda statistics: _count(made, statistics)):
            yield
    finally:
        _current = None


def is_wanted() -> bool:
    """Whether somebody collects it."""
    return _found is not None


def note(arguments: Mapping[str, Any]) -> None:
    """An example of the property that is being made."""
    if _current is None:
        return
    for name, value in arguments.items():
        if isinstance(value, bool | int | float):
            _current.sizes.setdefault(name, []).append(float(value))
        elif isinstance(value, Sized):
            _current.sizes.setdefault(name, []).append(float(len(value)))


def _count(made: Draws, statistics: Mapping[str, Any]) -> None:
    cases = statistics.get("generate-phase", {}).get("test-cases", [])
    made.examples += sum(case["status"] in ("valid", "interesting") for case in cases)
    made.rejected += sum(case["status"] not in ("valid", "interesting") for case in cases)
    made.events.update(itertools.chain.from_iterable(case["events"] for case in cases))
