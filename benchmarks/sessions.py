"""What benchmarks that judge the bank have in common: one ordinary judge session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from grader.judge.session import Judged, judge
from grader.judge.task import Task
from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.load.submission import read_submission
from grader.record.recorder import Recorder
from grader.record.sandbox import choose


def judge_files(
    kit: Kit, chosen: Sequence[Exercise], sandbox: str, files: Callable[[Exercise], Sequence[Path]]
) -> list[Judged]:
    """Judge the ``files`` of each chosen exercise, all in one session, as ``turtles verify`` does.

    ``sandbox`` is ``auto``, ``bwrap`` or ``none``. Raises ``TurtlesError``.
    """
    tasks = [
        Task(exercise, read_submission(path, f"exercises/{exercise.file}"), path.stem)
        for exercise in chosen
        if not exercise.needs_newer_python
        for path in files(exercise)
    ]
    packages = {package for exercise in chosen for package in exercise.packages}
    with Recorder(choose(sandbox), packages=packages) as recorder:
        return list(judge(kit, tasks, recorder, shrink=False))
