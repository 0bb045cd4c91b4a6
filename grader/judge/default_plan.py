"""What ``python -m pytest tests/hidden`` judges: the learner's own files, as ``turtles grade`` does."""

from __future__ import annotations

from pathlib import Path

from grader.judge.plan import Plan
from grader.judge.task import Task, make_plan
from grader.load.kit import find_root, load_kit
from grader.load.submission import read_submission
from grader.record.recorder import Recorder
from grader.record.sandbox import choose


def default_plan() -> Plan:
    """Every exercise of the kit that the working directory lies in, and that this Python can run."""
    kit = load_kit(find_root(Path.cwd()))
    # A file that does not even compile is among them: its checks fail, and say why.
    tasks = [
        Task(exercise, read_submission(kit.exercise_file(exercise), f"exercises/{exercise.file}"))
        for exercise in kit.exercises
        if not exercise.needs_newer_python
    ]
    packages = {package for task in tasks for package in task.exercise.packages}
    return make_plan(kit, tasks, lambda: Recorder(choose("auto"), packages=packages))
