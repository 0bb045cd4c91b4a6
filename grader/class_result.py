"""What came of a class: every student with the results of their files. Exports and the class page read this.

As ``grader.result``, it knows nothing of how it came about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.result import ExerciseResult, Verdict


@dataclass(frozen=True)
class Student:
    """Whoever handed something in, or is on the roster."""

    id: str
    """What names them everywhere: the roster's ``id`` where there is a roster, otherwise the submission's own name."""
    name: str = ""
    email: str = ""
    roster: Mapping[str, str] = field(default_factory=dict)
    """The roster's other columns, as they stand there: what Moodle, Canvas and others know the student by."""


@dataclass(frozen=True)
class Lateness:
    """A submission after the due time."""

    late_s: float
    taken: float
    """The share of the points that is taken for it, from 0 to 1."""


def after_lateness(earned: int, late: Lateness | None) -> float:
    """Points, with what lateness takes taken, to the hundredth."""
    return round(earned * (1 - (late.taken if late else 0)), 2)


@dataclass(frozen=True)
class Entry:
    """One line of the gradebook: a student, with what was found and judged of their submission."""

    student: Student
    place: str
    """Where it lay, below the folder of submissions; empty for a student who handed in nothing."""
    results: Mapping[str, ExerciseResult] = field(default_factory=dict)
    """By exercise. One that is not here was not handed in."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """By exercise, the text that was judged, as far as it is text."""
    protected: tuple[str, ...] = ()
    """Files of the kit that the submission changed: they were not used, but a teacher wants to know."""
    handed_in: str = ""
    """UTC, ``YYYY-MM-DDTHH:MM:SSZ``; empty where nothing tells."""
    late: Lateness | None = None
    problems: tuple[str, ...] = ()
    """What was wrong with the submission, a line each."""

    @property
    def earned(self) -> int:
        """Points, before anything is taken for lateness."""
        return sum(result.score for result in self.results.values())

    @property
    def score(self) -> float:
        """Points, with what lateness takes taken, to the hundredth."""
        return after_lateness(self.earned, self.late)

    @property
    def inconclusive(self) -> tuple[str, ...]:
        """Exercises that could not be judged: no grade should be given before they are."""
        return tuple(name for name, each in self.results.items() if each.verdict is Verdict.INCONCLUSIVE)

    @property
    def has_grade(self) -> bool:
        """Whether a grade can be given: there was something to judge, and all of it was."""
        return bool(self.results) and not self.inconclusive


@dataclass(frozen=True)
class Column:
    """One exercise of the class's curriculum."""

    name: str
    title: str
    chapter: str
    chapter_title: str
    points: int


@dataclass(frozen=True)
class ClassResult:
    """A whole class."""

    kit_version: str
    python_version: str
    finished: str
    """UTC, ``YYYY-MM-DDTHH:MM:SSZ``."""
    sandbox: str
    """``bwrap`` or ``none``."""
    exercises: tuple[Column, ...]
    """In the order of the curriculum."""
    entries: tuple[Entry, ...]
    """Sorted by student id."""
    problems: tuple[str, ...] = ()
    """What concerns no student: a file that is no submission, a line of the roster that cannot be read."""

    @property
    def max_score(self) -> int:
        return sum(exercise.points for exercise in self.exercises)


@dataclass(frozen=True)
class Likeness:
    """Students whose files are nearly the same in what hardly anybody else wrote: a reason to look, and no proof."""

    students: tuple[str, ...]
    """Ids, sorted; at least two."""
    exercises: tuple[str, ...]
    """In the order of the curriculum."""
    similarity: float
    """From 0 to 1: how alike what they wrote themselves is, where it is least so."""
    lines: tuple[str, ...]
    """What they share and few others have, as the first of them wrote it."""
