"""What came of a class: every student with the results of their files. Exports and the class page read this.

As ``grader.result``, it knows nothing of how it came about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from grader.assignment import NO_ASSIGNMENT, Assignment
from grader.result import ExerciseResult, Verdict


@dataclass(frozen=True)
class Student:
    """Somebody who handed something in, or who is on the roster."""

    id: str
    """What names them everywhere: the roster's ``id`` where there is a roster, otherwise the submission's own name."""
    name: str = ""
    email: str = ""
    roster: Mapping[str, str] = field(default_factory=dict)
    """The roster's other columns, as they stand there: what Moodle, Canvas and others know the student by."""


class Mark(NamedTuple):
    """What the judge gave for an exercise."""

    score: int
    max_score: int
    verdict: Verdict


class Timing(StrEnum):
    """What is known of when a submission came."""

    NOT_DUE = ""
    """Nothing was due, or nothing was handed in."""
    IN_TIME = "in time"
    LATE = "late"
    UNKNOWN = "time not known"
    """Nothing tells when it was handed in, so nothing is taken for lateness."""


@dataclass(frozen=True)
class Lateness:
    """A submission after the due time."""

    late_s: float | None
    """None: a learning platform says that it was late, and nothing says by how much."""
    taken: float
    """The share of the points that is taken for it, from 0 to 1."""
    at_least: bool = False
    """Whether more might be taken, if it were known by how much."""


@dataclass(frozen=True)
class Override:
    """What a person decided about an exercise or about a whole grade; it stands beside what was judged."""

    points: float | None
    """Instead of the judged ones; None for a comment alone."""
    comment: str
    who: str
    at: str
    """UTC, ``YYYY-MM-DDTHH:MM:SSZ``."""


@dataclass(frozen=True)
class ExerciseGrade:
    """What counts of an exercise, in points of the assignment."""

    points: float | None
    """To the hundredth; None while there are none: not handed in, or not judged."""
    worth: float
    """The most that there is."""
    by_hand: bool = False


@dataclass(frozen=True)
class Grade:
    """The grade that counts, in points of the assignment; ``grader.class_grade`` alone makes it."""

    exercises: Mapping[str, ExerciseGrade]
    earned: float | None
    """To the hundredth, before anything is taken for lateness; None as for ``score``."""
    score: float | None
    """To the hundredth. None while no grade can be given: nothing was handed in, or not all of it could be judged."""
    max_score: float
    timing: Timing = Timing.NOT_DUE
    late: Lateness | None = None
    open: tuple[str, ...] = ()
    """Exercises that keep it from being a grade: they could not be judged, or a refused file may contain them."""
    by_hand: bool = False
    """Whether a person decided ``score`` as a whole; then nothing is taken for lateness."""

    @property
    def taken(self) -> float:
        """The points that lateness takes, to the hundredth."""
        if self.earned is None or self.score is None or self.by_hand:
            return 0.0
        return round(self.earned - self.score, 2)


@dataclass(frozen=True)
class Attempt:
    """One hand-in: the content of a place, as it was graded."""

    place: str
    """Where it lay, below the folder of submissions."""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """By exercise. One that is not here was not handed in."""
    handed_in: str = ""
    """UTC, ``YYYY-MM-DDTHH:MM:SSZ``; empty where nothing tells."""
    time_source: str = ""
    """What tells it: ``last commit``."""
    marked_late: bool = False
    """Whether a learning platform's own mark says that it was late."""
    refused: tuple[str, ...] = ()
    """Files that could not be used and may contain an exercise, a line each with what to do."""
    graded_at: str = ""
    """UTC, ``YYYY-MM-DDTHH:MM:SSZ``: when it was first graded."""
    score: float | None = None
    """What it would count for this student; None as in ``Grade``."""


@dataclass(frozen=True)
class Entry:
    """One line of the gradebook: a student, with what was found and judged of the submission that counts."""

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
    time_source: str = ""
    """What tells it: ``last commit``."""
    problems: tuple[str, ...] = ()
    """What was wrong with the submission, a line each; refused files among them."""
    refused: tuple[str, ...] = ()
    """Those of the problems that may cost an exercise."""
    partners: tuple[Student, ...] = ()
    """With whom it was handed in."""
    sent_as: str = ""
    """The name under which a learning platform exported it."""
    overrides: Mapping[str, Override] = field(default_factory=dict)
    """What a person decided, by exercise; under the empty name, about the whole grade."""
    attempts: tuple[Attempt, ...] = ()
    """Every hand-in, the earliest first."""
    grade: Grade = field(default_factory=lambda: Grade({}, None, None, 0))

    @property
    def has_grade(self) -> bool:
        """Whether a grade can be given."""
        return self.grade.score is not None

    @property
    def comment(self) -> str:
        """What a person wrote about the whole of it."""
        return self.overrides[""].comment if "" in self.overrides else ""


@dataclass(frozen=True)
class Column:
    """One exercise of the class's curriculum."""

    name: str
    title: str
    chapter: str
    chapter_title: str
    points: int


@dataclass(frozen=True)
class Sheet:
    """A table that a learning platform gives out, and takes back with grades in it."""

    system: str
    """``moodle`` or ``canvas``."""
    columns: tuple[tuple[str, str], ...]
    """Each heading, with what the column holds: ``id``, ``name``, ``grade``, …, or nothing that is known."""

    def heading(self, role: str) -> str:
        """The heading of the column that holds it; empty where there is none."""
        return next((heading for heading, holds in self.columns if holds == role), "")


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
    assignment: Assignment = NO_ASSIGNMENT
    sheet: Sheet | None = None
    """The table of a learning platform that was the roster."""

    @property
    def max_score(self) -> float:
        """The most points that a student can have, to the hundredth."""
        return self.assignment.most({exercise.name: exercise.points for exercise in self.exercises})


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
