"""Which kinds of mistake an exercise shows, by name: ``blocking-call``, ``deadlock``.

Each name has a page in ``docs/mistakes/``. Names help the learner and a teacher's statistics; no verdict rests on them,
so that the explanation, which the learner's own process tells, may be used beside the evidence.

Most kinds are seen by a general rule. Where none can tell, the check says what it fails by
(``@points(2, "…", means="unbounded-concurrency")``), and the recording has to agree all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from grader.judge import mistake_rules
from grader.judge.mistake_rules import Failure
from grader.judge.outcome import Outcome
from grader.kinds import CheckOutcome
from grader.record.recording import Recording
from grader.result import Finding, Timeline

MOST: Final = 2
"""Names for one exercise: a learner who is given more to read reads none of it."""

Explained = Callable[[Recording], tuple[Timeline, tuple[Finding, ...]]]
"""What was seen inside a recording."""

_OF_THE_NETWORK: Final = (
    "end-of-stream", "message-boundaries", "shared-state", "socket-file", "lost-datagram",
    "unsafe-retry", "leaked-resource", "unverified-peer",
)  # fmt: skip

_RULES: Final[Mapping[str, Callable[[Failure], bool]]] = MappingProxyType(
    {
        "nested-run": mistake_rules.nested_run,
        "awaited-twice": mistake_rules.awaited_twice,
        "early-result": mistake_rules.early_result,
        "not-awaitable": mistake_rules.not_awaitable,
        "wrong-loop": mistake_rules.wrong_loop,
        "wrong-thread": mistake_rules.wrong_thread,
        "shell-injection": mistake_rules.shell_injection,
        "blind-test": mistake_rules.blind_test,
        "blocking-call": mistake_rules.blocking_call,
        "never-awaited": mistake_rules.never_awaited,
        "deadlock": mistake_rules.deadlock,
        "uncaught-group": mistake_rules.uncaught_group,
        "abrupt-end": mistake_rules.abrupt_end,
        "orphaned-process": mistake_rules.orphaned_process,
        "interrupted-commit": mistake_rules.interrupted_commit,
        "mistaken-cancellation": mistake_rules.mistaken_cancellation,
        "swallowed-cancellation": mistake_rules.swallowed_cancellation,
        "unbounded-concurrency": mistake_rules.unbounded_concurrency,
        "starved-pool": mistake_rules.starved_pool,
        "race-condition": mistake_rules.race_condition,
        "skipped-cleanup": mistake_rules.skipped_cleanup,
        "caught-too-much": mistake_rules.caught_too_much,
        "failure-ends-all": mistake_rules.failure_ends_all,
        "hand-kept-list": mistake_rules.hand_kept_list,
        "lost-exception": mistake_rules.lost_exception,
        "leaked-task": mistake_rules.leaked_task,
        "late-output": mistake_rules.late_output,
        "polling": mistake_rules.polling,
        "lock-too-wide": mistake_rules.lock_too_wide,
        "sequential-await": mistake_rules.sequential_await,
        "wrong-order": mistake_rules.wrong_order,
        "no-back-pressure": mistake_rules.no_back_pressure,
        **{name: mistake_rules.asked_by_the_check(name) for name in _OF_THE_NETWORK},
    }
)
"""Most telling first."""

NAMES: Final = tuple(_RULES)

_CONSEQUENCES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "nested-run": frozenset({"never-awaited", "leaked-task", "uncaught-group"}),
        "awaited-twice": frozenset({"uncaught-group"}),
        "early-result": frozenset({"never-awaited", "leaked-task", "uncaught-group"}),
        "not-awaitable": frozenset({"never-awaited", "leaked-task", "uncaught-group", "wrong-order"}),
        "wrong-loop": frozenset({"never-awaited", "leaked-task", "uncaught-group"}),
        "wrong-thread": frozenset({"never-awaited", "leaked-task", "uncaught-group"}),
        "blocking-call": frozenset(
            {
                "deadlock", "swallowed-cancellation", "race-condition", "leaked-task", "polling", "lock-too-wide",
                "sequential-await", "wrong-order",
            }
        ),
        "never-awaited": frozenset({"skipped-cleanup", "leaked-task", "sequential-await", "wrong-order"}),
        "deadlock": frozenset(
            {
                "race-condition", "skipped-cleanup", "failure-ends-all", "leaked-task", "polling", "lock-too-wide",
                "sequential-await", "wrong-order",
            }
        ),
        "uncaught-group": frozenset({"skipped-cleanup", "leaked-task", "wrong-order"}),
        "abrupt-end": frozenset({"skipped-cleanup", "lost-exception", "leaked-task"}),
        "orphaned-process": frozenset({"swallowed-cancellation", "leaked-task"}),
        "mistaken-cancellation": frozenset({"swallowed-cancellation", "leaked-task"}),
        "interrupted-commit": frozenset({"leaked-task", "skipped-cleanup", "wrong-order"}),
        "caught-too-much": frozenset({"lost-exception", "failure-ends-all", "leaked-task", "wrong-order"}),
        "starved-pool": frozenset({"leaked-task", "wrong-order"}),
        "race-condition": frozenset({"wrong-order"}),
        "failure-ends-all": frozenset({"lost-exception", "wrong-order"}),
        "lost-exception": frozenset({"wrong-order"}),
        "leaked-task": frozenset({"swallowed-cancellation", "skipped-cleanup", "lost-exception", "wrong-order"}),
        "lock-too-wide": frozenset({"race-condition", "polling", "sequential-await", "wrong-order"}),
        "sequential-await": frozenset({"race-condition", "wrong-order"}),
        "lost-datagram": frozenset({"deadlock", "wrong-order"}),
        "leaked-resource": frozenset({"deadlock", "lost-exception"}),
    }
)  # fmt: skip
"""What a mistake brings with it: not named beside it, because it goes away with it."""


def recognise(outcomes: Sequence[Outcome], explained: Explained, source: str = "") -> tuple[str, ...]:
    """The names of the mistakes that the failed checks show, the most telling first; at most ``MOST``.

    ``source``: the learner's file.
    """
    failures = [
        Failure(outcome, recording, *explained(recording), source)
        for outcome in outcomes
        if outcome.kind in (CheckOutcome.FAILED, CheckOutcome.CRASHED)
        for recording in outcome.recordings
    ]
    found = [name for name, shown in _RULES.items() if any(map(shown, failures))]
    consequences = frozenset[str]().union(*(_CONSEQUENCES.get(name, frozenset()) for name in found))
    return tuple(name for name in found if name not in consequences)[:MOST]
