"""Judge a batch in this process: what a process of this machine does, and a worker of a cluster."""

from __future__ import annotations

from grader.collect.batches import Batch
from grader.judge.session import judge
from grader.judge.task import Task
from grader.load.kit import Kit
from grader.load.submission import take_submission
from grader.record.recorder import Recorder
from grader.record.sandbox import Sandbox
from grader.result import ExerciseResult


def judge_batch(kit: Kit, sandbox: Sandbox, batch: Batch) -> dict[str, ExerciseResult]:
    """The results of a batch's files by their keys. Raises ``TurtlesError`` as ``grader.judge.session.judge`` does.

    Not for a thread: it runs sessions of pytest, of which a process can have one at a time.
    """
    tasks = []
    for work in batch.files:
        exercise = kit.exercise(work.exercise)
        tasks.append(Task(exercise, take_submission(work.source, f"exercises/{exercise.file}"), work.key))
    packages = frozenset(package for task in tasks for package in task.exercise.packages)
    with Recorder(sandbox, packages=packages) as recorder:
        return {done.task.label: done.result for done in judge(kit, tasks, recorder, workers=False)}
