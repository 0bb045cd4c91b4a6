"""How close the checks of a session come to their bounds, for authors: ``turtles verify --margins``.

Only comparisons that decide count. Where a check that passes would pass as well if every one of its comparisons nearer
than ``LEAST_S`` came out the other way, none of them is close to anything.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.record import seconds
from grader.record.seconds import Distance

LEAST_S = 0.3
"""A busy machine makes a right answer late by some 0.2 s."""


@dataclass(frozen=True)
class Close:
    """The comparison of a check that came closest to its bound."""

    suite: Path
    label: str
    """Which program was judged."""
    title: str
    distance: Distance


Found = dict[tuple[Path, str, str], Close]

_found: Found | None = None


@contextlib.contextmanager
def collected() -> Iterator[Found]:
    """Collect the closest comparison of every check that passes while the block runs, in this process."""
    global _found
    _found = {}
    try:
        yield _found
    finally:
        _found = None


def note(suite: Path, label: str, title: str, check: Callable[[], object]) -> None:
    """Look at a check that has passed and judges recordings only; made again, it must do nothing but compare.

    A recording that was made again counts with its last attempt, which had the fewest neighbours.
    """
    if _found is None:
        return
    with seconds.measured() as distances:
        check()
    key = suite, label, title
    _found.pop(key, None)
    if not distances:
        return
    closest = min(distances, key=lambda distance: distance.seconds)
    if closest.seconds >= LEAST_S or not seconds.same_either_way(check, LEAST_S):
        _found[key] = Close(suite, label, title, closest)
