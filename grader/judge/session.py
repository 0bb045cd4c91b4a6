"""One session of pytest over the suites that are asked for."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.errors import JudgeError, KitError
from grader.judge import beside, verdict
from grader.judge.outcome import Outcome
from grader.judge.plan import Part, Plan, Settled, silent
from grader.judge.plugin import JudgePlugin
from grader.judge.task import Task, make_plan
from grader.load.kit import Kit
from grader.load.submission import untouched
from grader.record.recorder import Recorder
from grader.result import ExerciseResult

_OPTIONS = [
    "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-p", "pytest_asyncio.plugin",
    "-p", "pytest_timeout", "-p", "grader.judge.plugin", "--import-mode=importlib", "--strict-markers",
    "--override-ini=addopts=", "--override-ini=timeout=120", "--override-ini=asyncio_mode=strict",
    "--override-ini=asyncio_default_fixture_loop_scope=function",
]  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """What came of a task: the result, and for authors the outcomes it rests on."""

    task: Task
    result: ExerciseResult
    outcomes: tuple[Outcome, ...] = ()


class Stopped(KeyboardInterrupt):
    """The user stopped the session; ``judged`` is what had been judged by then."""

    def __init__(self, judged: Sequence[Judged]) -> None:
        super().__init__()
        self.judged = tuple(judged)


def judge(
    kit: Kit,
    tasks: Sequence[Task],
    recorder: Recorder,
    progress: Callable[[int, int], None] = silent,
    *,
    shrink: bool = True,
) -> list[Judged]:
    """Judge every task, in the order given: all recordings at once, then the checks.

    Without ``shrink`` a property that fails shows the first schedule that it failed by, and not the smallest.

    Raises ``KitError`` for a suite that is missing or does not load, ``JudgeError`` for an error of the grader's own,
    and ``Stopped`` when the user stops it.
    """
    runnable = [task for task in tasks if task.submission.fault is None]
    plan = _plan(kit, runnable, recorder, progress, shrink=shrink)
    missing = [path for path in plan.subjects if not path.is_file()]
    if missing:
        raise KitError(f"the suite {missing[0].relative_to(kit.root)} is missing: the kit is not complete")
    try:
        if runnable:
            _judge_all(kit, runnable, recorder, plan)
    except KeyboardInterrupt:
        raise Stopped([_judged(kit, task, plan) for task in tasks if _is_settled(kit, task, plan)]) from None
    return [_judged(kit, task, plan) for task in tasks]


def _judge_all(kit: Kit, tasks: Sequence[Task], recorder: Recorder, plan: Plan) -> None:
    """Judge by the plan; where workers help, they make the checks under virtual time, and this process the others."""
    batches = beside.batches_of(kit, tasks, recorder)
    with beside.judging(kit, batches, recorder, shrink=plan.shrink) as waiting:
        plan.part = Part.RECORDED if waiting else Part.ALL
        run_suites(kit.root, plan)
        # The workers take batches from the front; now that the recordings are made, this process helps from the back.
        for batch in reversed(waiting):
            if batch.take_back():
                plan.add(judge_part(kit, batch.tasks, recorder, Part.VIRTUAL, shrink=plan.shrink))
            else:
                plan.add(batch.settled())


def judge_part(kit: Kit, tasks: Sequence[Task], recorder: Recorder, part: Part, *, shrink: bool) -> Settled:
    """Make one part of the checks. Raises as ``run_suites`` does."""
    plan = _plan(kit, tasks, recorder, silent, shrink=shrink)
    plan.part = part
    run_suites(kit.root, plan)
    return plan.all_settled


def _plan(
    kit: Kit, tasks: Sequence[Task], recorder: Recorder, progress: Callable[[int, int], None], *, shrink: bool
) -> Plan:
    plan = make_plan(kit, tasks, lambda: contextlib.nullcontext(recorder), progress)
    plan.shrink = shrink
    return plan


def run_suites(root: Path, plan: Plan) -> None:
    """Run the plan's suites in a session of pytest that nothing from outside can change. Raises as ``judge`` does."""
    arguments = [f"--rootdir={root}", f"--confcutdir={root}", "-c", os.devnull, *_OPTIONS]
    try:
        with _without_settings_from_outside():
            status = pytest.main([*arguments, *map(str, plan.subjects)], plugins=[JudgePlugin(plan)])
    finally:
        _forget(plan.subjects)
    if plan.errors:
        raise KitError(f"a suite could not be loaded: {plan.errors[0]}")
    if status == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if plan.internal_error:
        error = JudgeError(f"an error of the grader's own: {plan.internal_error.strip().splitlines()[-1]}")
        error.add_note(plan.internal_error)  # for --debug
        raise error
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise JudgeError(f"the suites could not be run (pytest ended with status {int(status)})")


def _forget(suites: Iterable[Path]) -> None:
    """Unload suites: pytest would give the next session the modules, and so the recordings, of this one."""
    files = {str(suite) for suite in suites}
    for name, module in list(sys.modules.items()):
        if getattr(module, "__file__", None) in files:
            del sys.modules[name]


def _is_settled(kit: Kit, task: Task, plan: Plan) -> bool:
    return task.submission.fault is not None or plan.settled(kit.suite_file(task.exercise), task.label)


def _judged(kit: Kit, task: Task, plan: Plan) -> Judged:
    submission = task.submission
    if submission.fault:
        return Judged(task, verdict.broken(task.exercise, submission, submission.fault))
    if not plan.settled(kit.suite_file(task.exercise), task.label):  # a check that vanished must not pass for passed
        return Judged(task, verdict.unjudged(task.exercise, submission, "not every check of the suite was made"))
    found = plan.outcomes(kit.suite_file(task.exercise), task.label)
    same = untouched(kit, task.exercise, submission)
    return Judged(task, verdict.conclude(task.exercise, submission, found, untouched=same), found)


@contextlib.contextmanager
def _without_settings_from_outside() -> Iterator[None]:
    """A verdict must not depend on the user's own pytest settings; what pytest starts later gets them back."""
    names = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update(before)
