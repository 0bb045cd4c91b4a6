"""An assignment: which exercises are handed out, what each is worth, when it is due, and which attempt counts.

``grader.load.assignment_file`` reads one, ``grader.class_grade`` makes grades by one. Without a file there is
``NO_ASSIGNMENT``: every exercise with its own points, and nothing is due.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final


class Attempts(StrEnum):
    """Which of several attempts counts."""

    LAST = "last"
    BEST = "best"


@dataclass(frozen=True)
class LateRule:
    """What is taken from a late submission: shares of the points, from 0 to 1, and never more than all of them."""

    share: float = 0.0
    per_s: float | None = None
    """``share`` is taken for each such stretch that has begun, in seconds; None: once."""
    grace_s: float = 0
    """Up to this late, in seconds, nothing is taken; of what is later, all counts from the due time."""

    def taken(self, late_s: float) -> float:
        """The share of the points that is taken from a submission that is late by this many seconds."""
        if late_s <= 0 or late_s <= self.grace_s:
            return 0.0
        times = math.ceil(late_s / self.per_s) if self.per_s else 1
        return min(1.0, round(self.share * times, 6))

    @property
    def least(self) -> float:
        """The share that is taken from a late submission if nothing tells how late: it may be within the grace."""
        return 0.0 if self.grace_s else self.share

    @property
    def needs_time(self) -> bool:
        """Whether it takes more than the fact of lateness to know what is taken."""
        return bool(self.share) and (self.per_s is not None or self.grace_s > 0)


@dataclass(frozen=True)
class Assignment:
    """What is handed out and graded as one."""

    title: str = "Turtles"
    """What people and other systems call it."""
    exercises: tuple[str, ...] = ()
    """Their names, in the order of the curriculum; empty: every exercise that there is."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """What an exercise counts beside the others; one that is not here counts with its own points."""
    total: float | None = None
    """The most points; None: the sum of what the exercises count."""
    due: datetime | None = None
    """With a time zone."""
    rule: LateRule = LateRule()
    extensions: Mapping[str, datetime] = field(default_factory=dict)
    """By student id: when it is due for them."""
    attempts: Attempts = Attempts.LAST
    groups: bool | None = None
    """Whether the groups of the roster hand in together; None: a student who handed in nothing has the group's work."""

    @property
    def is_from_a_file(self) -> bool:
        """Whether somebody wrote it down: it has a title of its own, or exercises."""
        return self.title != Assignment.title or bool(self.exercises)

    def is_another_than(self, before: Assignment) -> bool:
        """Whether it is no edited form of ``before``: title and exercises differ, or they share no exercise."""
        own, earlier = set(self.exercises), set(before.exercises)
        if own and earlier and not own & earlier:
            return True
        return self.title != before.title and own != earlier

    def due_for(self, student: str) -> datetime | None:
        """When a student has to hand it in."""
        return self.extensions.get(student, self.due)

    def worth(self, points: Mapping[str, int]) -> dict[str, Fraction]:
        """What each exercise is worth of the total; ``points`` are the exercises' own, by name."""
        counts = {name: exact(self.weights.get(name, own)) for name, own in points.items()}
        if self.total is None or not (whole := sum(counts.values())):
            return counts
        return {name: count * exact(self.total) / whole for name, count in counts.items()}

    def most(self, points: Mapping[str, int]) -> float:
        """The most points that there are."""
        return to_hundredths(sum(self.worth(points).values(), Fraction(0)))

    @property
    def public(self) -> Assignment:
        """The same without anything about a student, for what is handed out."""
        return Assignment(self.title, self.exercises, self.weights, self.total, self.due, self.rule)

    def to_json(self) -> dict[str, Any]:
        """As a gradebook and a bundle keep it."""
        return {
            "title": self.title,
            "exercises": list(self.exercises),
            "weights": dict(self.weights),
            "total": self.total,
            "due": self.due.isoformat() if self.due else "",
            "late": {"share": self.rule.share, "per_s": self.rule.per_s, "grace_s": self.rule.grace_s},
            "extensions": {student: due.isoformat() for student, due in self.extensions.items()},
            "attempts": self.attempts.value,
            "groups": self.groups,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Assignment:
        """What ``to_json`` wrote. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for anything else."""
        return cls(
            title=data["title"],
            exercises=tuple(data["exercises"]),
            weights=dict(data["weights"]),
            total=data["total"],
            due=_time(data["due"]),
            rule=LateRule(**data["late"]),
            extensions={student: datetime.fromisoformat(due) for student, due in data["extensions"].items()},
            attempts=Attempts(data["attempts"]),
            groups=data.get("groups"),
        )


NO_ASSIGNMENT: Final = Assignment()
"""Everything as the kit has it."""


def exact(value: float) -> Fraction:
    """The number as it was written: 0.1 is a tenth."""
    return Fraction(str(value))


def to_hundredths(value: Fraction) -> float:
    """Points to the hundredth, a half up, as people round."""
    return math.floor(value * 100 + Fraction(1, 2)) / 100


def apportioned(parts: Sequence[Fraction], total: Fraction) -> list[int]:
    """Whole numbers near the parts that add up to the total, to its nearest whole number: the largest rests go up."""
    floors = [math.floor(part) for part in parts]
    missing = math.floor(total + Fraction(1, 2)) - sum(floors)
    by_rest = sorted(range(len(parts)), key=lambda at: (floors[at] - parts[at], at))
    for at in by_rest[: max(missing, 0)]:
        floors[at] += 1
    return floors


def utc_text(when: datetime | None) -> str:
    """``YYYY-MM-DDTHH:MM:SSZ`` in UTC; empty for None."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else ""


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
