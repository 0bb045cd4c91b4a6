"""What a session of pytest judges, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from grader.judge.outcome import Outcome
from grader.kinds import CheckOutcome
from grader.record.recorder import Recorder
from grader.record.recording import Subject


class TaskKey(NamedTuple):
    """What a task is known by: its exercise, and what it is called in this session."""

    exercise: str
    label: str
    """``submission``, ``solution``, ``wrong_blocking``."""


@dataclass(frozen=True)
class Candidate:
    """A program to judge."""

    key: TaskKey
    subject: Subject
    only_check: str | None = None
    """The title of the one check that is made; all are when None."""
    until_failure: bool = False
    """Whether nothing more is wanted once a check has failed: the others are then not made."""


class Part(Enum):
    """Which checks of a suite a session makes."""

    ALL = "all"
    RECORDED = "those that judge recordings"
    VIRTUAL = "those that run the program under virtual time"

    def has(self, *, virtual: bool) -> bool:
        """Whether a check belongs to this part."""
        return self is Part.ALL or (self is Part.VIRTUAL) is virtual


Settled = Mapping[TaskKey, Mapping[int, Outcome]]
"""What came of a session: by task, the outcomes by the position of their checks in the suite."""


def silent(done: int, total: int) -> None:
    """Progress that nobody wants to see."""
    del done, total


def unheard() -> None:
    """What nobody waits for."""


@dataclass
class Plan:
    """The programs that each suite judges, and how."""

    candidates: Mapping[Path, Sequence[Candidate]]
    """By suite file."""
    recorder: Callable[[], AbstractContextManager[Recorder]]
    progress: Callable[[int, int], None] = silent
    """Told how many recordings are made, and of how many."""
    part: Part = Part.ALL
    """What this session makes of it."""
    shrink: bool = True
    """Whether a property that fails is to show its smallest failure."""
    opened: Mapping[Path, str] = field(default_factory=dict, repr=False)
    """The texts of sealed suites, by suite file."""
    under_way: Callable[[], None] = unheard
    """Called when the recordings have begun, and those that compute are made: what remains is to wait for them."""
    errors: list[str] = field(default_factory=list)
    """Suites that could not be loaded."""
    internal_error: str = ""
    """The traceback of an error of the grader's own."""
    faults: dict[TaskKey, str] = field(default_factory=dict)
    """Programs on which the grader itself fails, and how."""
    _expected: Counter[TaskKey] = field(default_factory=Counter)
    _outcomes: dict[TaskKey, dict[int, Outcome]] = field(default_factory=dict)

    def expect(self, task: TaskKey) -> None:
        """Count one check of one program that is to be made, in this session or in another."""
        self._expected[task] += 1

    def is_settled(self, task: TaskKey) -> bool:
        """Whether every check of the program has its outcome. In a session that was stopped not every program has."""
        return 0 < self._expected[task] == len(self.outcomes(task))

    def has_failed(self, task: TaskKey) -> bool:
        """Whether a check of the program is known to fail."""
        no_failure = (CheckOutcome.PASSED, CheckOutcome.INCONCLUSIVE)
        return any(outcome.kind not in no_failure for outcome in self._outcomes.get(task, {}).values())

    def settle(self, task: TaskKey, position: int, outcome: Outcome) -> None:
        """Keep the outcome of the check at ``position`` of its suite; checks may settle in any order."""
        self._outcomes.setdefault(task, {})[position] = outcome

    def add(self, settled: Settled) -> None:
        """Take over what another session settled of another part."""
        for task, outcomes in settled.items():
            self._outcomes.setdefault(task, {}).update(outcomes)

    def take_over(self, other: Plan) -> None:
        """Take over what another plan's session found, and which checks it expects."""
        for task, expected in other._expected.items():
            self._expected[task] = max(expected, self._expected[task])
        self.add(other.all_settled)

    @property
    def all_settled(self) -> Settled:
        """Everything that is known by now."""
        return self._outcomes

    def outcomes(self, task: TaskKey) -> tuple[Outcome, ...]:
        """The outcomes of one program, in the order in which its suite has the checks."""
        return tuple(outcome for _, outcome in sorted(self._outcomes.get(task, {}).items()))
