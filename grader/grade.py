"""``turtles grade``: load, record, judge, and remember."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import grader
from grader.errors import UsageError
from grader.load.kit import Exercise, Kit
from grader.load.state import State, key_for
from grader.load.submission import read_submission
from grader.record.sandbox import Sandbox
from grader.result import ExerciseResult, Result, Skipped

STATE = ".turtles"
"""The one folder, below the kit's root, where the grader remembers."""


@dataclass(frozen=True)
class Request:
    """What is to be graded. ``exercises`` is the tree the learner's files lie in."""

    kit: Kit
    chosen: Sequence[Exercise]
    exercises: Path
    sandbox: Sandbox
    jobs: int | None = None
    everything: bool = False
    """Run also what was judged before and has not changed."""


@dataclass(frozen=True)
class Graded:
    """The result, and lines for the user about how it came about."""

    result: Result
    notes: tuple[str, ...] = ()


class Interrupted(KeyboardInterrupt):
    """The user stopped the grader; ``known`` are the results that were there already."""

    def __init__(self, known: Sequence[ExerciseResult]) -> None:
        super().__init__()
        self.known = known


def grade(request: Request, progress: Callable[[int, int], None]) -> Graded:
    """Judge what was chosen; unchanged files that were judged before are taken from memory.

    Raises ``TurtlesError`` as ``grader.judge.session.judge`` does, and ``Interrupted``.
    """
    began, started = time.monotonic(), datetime.now(UTC)
    kit = request.kit
    if not request.exercises.is_dir():
        raise UsageError(f"{request.exercises} is no folder: --exercises takes a tree like {kit.root.name}/exercises")
    judgeable = [exercise for exercise in request.chosen if not exercise.needs_newer_python]
    shown = _shown(kit, request.exercises)
    submissions = {each: read_submission(request.exercises / each.file, f"{shown}/{each.file}") for each in judgeable}
    state = State(kit.root / STATE)
    keys = {each: key_for(kit, each, submissions[each], request.sandbox.name) for each in judgeable}
    results: dict[Exercise, ExerciseResult] = {}
    if not request.everything and os.environ.get("CI", "").lower() not in ("1", "true"):
        results = {each: known for each in judgeable if (known := state.get(each.name, keys[each]))}
    fresh = [each for each in judgeable if each not in results]
    if fresh:
        # pytest and all that comes with it is loaded only when there is something to judge.
        from grader.judge.session import Task, judge

        tasks = [Task(each, submissions[each]) for each in fresh]
        try:
            judged = judge(kit, tasks, request.sandbox, jobs=request.jobs, progress=progress)
        except KeyboardInterrupt:
            raise Interrupted(list(results.values())) from None
        for done in judged:
            results[done.task.exercise] = done.result
            state.put(done.result.name, keys[done.task.exercise], done.result)
        state.save()
    result = Result(
        kit_version=grader.__version__,
        python_version=platform.python_version(),
        started=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        seconds=round(time.monotonic() - began, 3),
        sandbox=request.sandbox.name,
        exercises=tuple(results[each] for each in judgeable),
        skipped=tuple(
            Skipped(each.name, each.chapter, reason) for each in request.chosen if (reason := each.needs_newer_python)
        ),
    )
    notes = [f"not sandboxed: {request.sandbox.note}"] if request.sandbox.note else []
    return Graded(result, (*notes, *([state.problem] if state.problem else [])))


def _shown(kit: Kit, tree: Path) -> str:
    """How a tree of exercises is named on the screen: as seen from the kit, or by its last part."""
    try:
        return tree.resolve().relative_to(kit.root.resolve()).as_posix()
    except ValueError:
        return tree.resolve().name
