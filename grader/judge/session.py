"""Judge programs: suites in sessions of pytest, verdicts from what they say."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.errors import InternalError, KitError
from grader.judge import verdict, virtual_workers
from grader.judge.outcome import Outcome
from grader.judge.plan import Part, Plan, silent
from grader.judge.suites import judge_part, run_suites
from grader.judge.task import Task, make_plan
from grader.load.kit import Kit
from grader.load.submission import untouched
from grader.record.recorder import Recorder
from grader.result import ExerciseResult


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
    workers: bool = True,
) -> list[Judged]:
    """Judge every task, in the order given: all recordings at once, then the checks.

    Without ``shrink`` a property that fails shows the first schedule that it failed by, and not the smallest; without
    ``workers`` every run is made by the recorder given, those under virtual time as well.

    Raises ``KitError`` for a suite that is missing or does not load, ``JudgeError`` for an error of the grader's own,
    and ``Stopped`` when the user stops it.
    """
    runnable = [task for task in tasks if task.submission.fault is None]
    plan = make_plan(kit, runnable, lambda: contextlib.nullcontext(recorder), progress, shrink=shrink)
    missing = [path for path in plan.candidates if not path.is_file()]
    if missing:
        raise KitError(f"the suite {kit.shown(missing[0])} is missing: the kit is not complete")
    try:
        if runnable:
            _judge_all(kit, runnable, recorder, plan, workers=workers)
    except KeyboardInterrupt:
        raise Stopped([_judged(kit, task, plan) for task in tasks if _is_settled(task, plan)]) from None
    return [_judged(kit, task, plan) for task in tasks]


def _judge_all(kit: Kit, tasks: Sequence[Task], recorder: Recorder, plan: Plan, *, workers: bool) -> None:
    """Judge by the plan; where workers help, they make the checks under virtual time, and this process the others."""
    batches = virtual_workers.batches_of(kit, tasks, recorder) if workers else []
    with virtual_workers.judging(kit, batches, recorder, shrink=plan.shrink) as crew:
        plan.part, plan.under_way = (Part.RECORDED if batches else Part.ALL), crew.begin
        try:
            run_suites(kit.home, plan)
        except InternalError:
            _judge_apart(kit, tasks, plan, plan.part)
        # The workers take batches from the front; now that the recordings are made, this process helps from the back.
        for batch in reversed(crew.batches):
            try:
                if batch.take_back():
                    plan.add(judge_part(kit, batch.tasks, recorder, Part.VIRTUAL, shrink=plan.shrink))
                else:
                    plan.add(batch.settled())
            except InternalError:
                _judge_apart(kit, batch.tasks, plan, Part.VIRTUAL)


def _judge_apart(kit: Kit, tasks: Sequence[Task], plan: Plan, part: Part) -> None:
    """Judge what the grader failed on in ever smaller sessions, so that one program costs no other its verdict."""
    halves = (tasks[: len(tasks) // 2], tasks[len(tasks) // 2 :]) if len(tasks) > 1 else (tasks,)
    for half in halves:
        apart = make_plan(kit, half, plan.recorder, shrink=plan.shrink, part=part)
        try:
            run_suites(kit.home, apart)
            plan.take_over(apart)
        except InternalError as error:
            if len(half) == 1:
                plan.faults[half[0].key] = str(error)
            else:
                _judge_apart(kit, half, plan, part)


def _is_settled(task: Task, plan: Plan) -> bool:
    return task.submission.fault is not None or plan.is_settled(task.key)


def _judged(kit: Kit, task: Task, plan: Plan) -> Judged:
    submission = task.submission
    if submission.fault:
        return Judged(task, verdict.broken(task.exercise, submission, submission.fault))
    if why := plan.faults.get(task.key):
        return Judged(task, verdict.unjudged(task.exercise, submission, why))
    if not plan.is_settled(task.key):  # a check that vanished must not pass for passed
        return Judged(task, verdict.unjudged(task.exercise, submission, "not every check of the suite was made"))
    found = plan.outcomes(task.key)
    same = untouched(kit, task.exercise, submission)
    return Judged(task, verdict.conclude(task.exercise, submission, found, untouched=same), found)
