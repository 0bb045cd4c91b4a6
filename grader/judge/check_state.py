"""What is known of one check while it is made: the pytest item of one test, for one candidate."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from grader.judge.outcome import Outcome
from grader.judge.plan import Candidate
from grader.judge.schedules import Schedules
from grader.kinds import Doubt, DoubtKind
from grader.record.recording import Recording

_STATE = pytest.StashKey["CheckState"]()


@dataclass
class CheckState:
    """Of one check: what its last attempt rests on, and what earlier ones said."""

    position: int = 0
    """Among the checks of its suite."""
    doubts: list[Doubt] = field(default_factory=list)
    """Why the last attempt does not stand."""
    used: list[Recording] = field(default_factory=list)
    """The recordings that it asked for."""
    outcome: Outcome | None = None
    failed_before: bool = False
    """Whether an earlier attempt failed for nothing but noise nearby."""
    own_noise: int = 0
    """Recordings with noise that only this program had, or made."""
    schedules: Schedules | None = None
    """Of a check under virtual time."""

    def begin(self) -> None:
        """Forget the last attempt, but not what it taught."""
        self.doubts, self.used = [], []

    def remember_failure(self) -> None:
        """An attempt that is in doubt for something else says nothing, and takes nothing back."""
        only_once = [doubt.kind for doubt in self.doubts] == [DoubtKind.FAILED_ONCE]
        self.failed_before = only_once or self.failed_before


def state_of(item: pytest.Item) -> CheckState:
    """The state of a check, made when it is first asked for."""
    if _STATE not in item.stash:
        item.stash[_STATE] = CheckState()
    return item.stash[_STATE]


def candidate_of(item: pytest.Item) -> Candidate | None:
    """The program that a test judges; None for a test that judges none."""
    callspec = getattr(item, "callspec", None)
    candidate = callspec.params.get("subject") if callspec else None
    # Where a suite has nothing to judge, pytest puts a mark of its own there, and skips the test.
    return candidate if isinstance(candidate, Candidate) else None


def is_wanted(check: pytest.Function, candidate: Candidate) -> bool:
    """Whether a check is to be made of a candidate: every check, or the one that is asked for."""
    mark = check.get_closest_marker("points")
    return mark is None or candidate.only_check in (None, mark.args[1])


def is_virtual(item: pytest.Item) -> bool:
    """Whether the check runs its program under virtual time."""
    return "virtual" in getattr(item, "fixturenames", ())


def kinds_meant(mark: pytest.Mark) -> tuple[str, ...]:
    """The kinds of mistake that a suite says its check fails by."""
    means = mark.kwargs.get("means", ())
    return (means,) if isinstance(means, str) else tuple(means)
