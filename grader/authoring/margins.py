"""``turtles verify --margins``: how far right answers stay from the bounds of their suites, by the wall clock.

On a busy machine a right answer that measures 0.1 s under its bound never gets a verdict: noise could have turned it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.judge.closeness import LEAST_S, Close
from grader.load.curriculum import Exercise

SHOWN = 30
"""Rows of the table, and all that are too small."""


@dataclass(frozen=True)
class Margin:
    """The closest that a right answer came to a bound of one check."""

    exercise: str
    title: str
    label: str
    """The answer."""
    seconds: float
    lost_s: float
    text: str

    @property
    def too_close(self) -> bool:
        """Whether it is too close for certain: not only for what the machine's noise took of it."""
        return self.seconds + self.lost_s < LEAST_S

    def __str__(self) -> str:
        noise = f", {self.lost_s:.2f} s of noise" if self.lost_s >= 0.01 else ""
        mark = "!" if self.too_close else " "
        return f"{mark} {self.seconds:.2f} s  {self.exercise}  {self.title}: {self.text} ({self.label}{noise})"


def margins_of(
    found: Iterable[Close], suites: Mapping[Path, Exercise], right: Iterable[tuple[str, str]]
) -> list[Margin]:
    """For each check the smallest margin of all right answers (by exercise and label), the smallest first."""
    wanted = set(right)
    smallest: dict[tuple[str, str], Margin] = {}
    for each in found:
        exercise = suites[each.suite].name
        if (exercise, each.label) not in wanted:
            continue
        distance = each.distance
        margin = Margin(exercise, each.title, each.label, distance.seconds, distance.lost_s, distance.text)
        known = smallest.setdefault((exercise, each.title), margin)
        if margin.seconds + margin.lost_s < known.seconds + known.lost_s:
            smallest[exercise, each.title] = margin
    return sorted(smallest.values(), key=lambda margin: margin.seconds)


def table(margins: Sequence[Margin]) -> list[str]:
    """The smallest margins, one a line, under a heading."""
    rows = [str(margin) for margin in margins]
    if not rows:
        return ["margins: no check compares a measured time with a number"]
    shown = max(SHOWN, sum(margin.too_close for margin in margins))
    more = [f"... and {len(rows) - shown} more"] if len(rows) > shown else []
    heading = f"the smallest margins of right answers, by the wall clock (! is under {LEAST_S} s):"
    return [heading, *rows[:shown], *more]
