"""What is judged in one go, and by whom: the same for the processes of this machine and for a cluster.

A batch holds the files of one submission, or of several that have little to judge. Its judge may die of it:
then the batch comes back as lost, and its sender decides whether it is tried again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from grader.result import ExerciseResult


@dataclass(frozen=True)
class Work:
    """One file to judge."""

    key: str
    """SHA-256 in hex of all that the verdict depends on: identical files of different students have the same key."""
    exercise: str
    source: bytes


@dataclass(frozen=True)
class Batch:
    """Files that are judged in one session."""

    number: int
    """Given by the sender; no two batches of a grading have the same."""
    files: tuple[Work, ...]


@dataclass(frozen=True)
class Delivery:
    """What came back of a batch."""

    batch: Batch
    results: Mapping[str, ExerciseResult] = field(default_factory=dict)
    """By key; empty when the batch was lost."""
    lost: str = ""
    """Why nothing came of it: who judged it died. Otherwise empty."""


class Judges(Protocol):
    """Something that judges batches. A context manager: when it is left, none of its workers runs any more."""

    @property
    def room(self) -> int:
        """How many batches it can have under way; more would only wait. May change as workers come and go."""

    @property
    def refused(self) -> tuple[str, ...]:
        """Who was to judge and may not, a line each, with the reason."""

    def send(self, batch: Batch) -> None:
        """Let a batch be judged; it is delivered by ``next``, in any order. Raises ``TurtlesError``."""

    def next(self) -> Delivery:
        """Wait for a batch that is judged or lost. Raises ``TurtlesError`` when nothing more can come."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
