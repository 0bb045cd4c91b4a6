"""``turtles grade``: load, record, judge, and remember."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import grader
from grader.environment import in_ci
from grader.errors import TurtlesError, UsageError
from grader.load.curriculum import Exercise
from grader.load.kit import STATE, Kit, Suites
from grader.load.practice_log import note_day
from grader.load.state import State, key_for
from grader.load.submission import Submission, read_learners_file, read_submission, untouched
from grader.record.sandbox import Sandbox
from grader.result import ExerciseResult, Result, Skipped, Verdict

if TYPE_CHECKING:
    from grader.judge.session import Judged
    from grader.record.recorder import Recorder

Lend = Callable[[frozenset[str]], "AbstractContextManager[Recorder]"]
"""Lends a recorder for programs that import those packages."""

_MOST_NAMED = 8
"""Exercises named when the user stops the grader; more would not be read."""


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
    untouched: bool = True
    """Run also files that are as they were handed out. Otherwise only the first of them, which comes next."""
    memory: str = STATE
    """The folder, below the kit's root, where the results are remembered."""


@dataclass(frozen=True)
class Graded:
    """The result, and lines for the user about how it came about."""

    result: Result
    notes: tuple[str, ...] = ()


class Interrupted(TurtlesError):
    """The user stopped the grader with Ctrl-C; the message says what was finished by then."""

    exit_status = 130
    """As shells have it."""


def grade(request: Request, progress: Callable[[int, int], None], lend: Lend | None = None) -> Graded:
    """Judge what was chosen; unchanged files that were judged before are taken from memory.

    ``lend``: for a caller that keeps a recorder between gradings; without it, there is one for this grading.

    Raises ``TurtlesError`` as ``grader.judge.session.judge`` does, and ``Interrupted``.
    """
    began, started = time.monotonic(), datetime.now(UTC)
    kit = request.kit
    if not request.exercises.is_dir():
        raise UsageError(f"{request.exercises} is no folder; --exercises takes a tree that is laid out like exercises/")
    judgeable = [exercise for exercise in request.chosen if not exercise.needs_newer_python]
    submissions = _read(kit, request.exercises, judgeable)
    state = State(kit.root / request.memory)
    keys = {each: key_for(kit, each, submissions[each], request.sandbox.name) for each in judgeable}
    known = {each: found for each in judgeable if (found := state.get(each.name, keys[each]))}
    anew = request.everything or in_ci()
    results = {} if anew else dict(known)
    if not (anew or request.untouched):
        idle = [each for each in judgeable if untouched(kit, each, submissions[each])]
        results = {each: _not_started(each, submissions[each]) for each in idle[1:]} | results
    fresh = {each: submissions[each] for each in judgeable if each not in results}
    if fresh:
        judged, stopped = _judge(request, fresh, progress, lend or _new_recorder(request))
        results |= judged
        for each, new in judged.items():
            state.put(each.name, keys[each], new)
        state.save()
        if _is_practice(request, (new for each, new in judged.items() if each not in known)):
            note_day(kit.state_folder, date.today())
        if stopped:
            raise _interrupted([results[each] for each in judgeable if each in results], len(judgeable))
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
        suites="public" if kit.suites is Suites.PUBLIC else "all",
    )
    notes = [f"not sandboxed: {request.sandbox.note}"] if request.sandbox.note else []
    return Graded(result, (*notes, *([state.problem] if state.problem else [])))


def recall(kit: Kit, chosen: Sequence[Exercise] | None = None) -> dict[Exercise, ExerciseResult | None]:
    """What is known of the learner's files, without judging any: None for what has to be judged first.

    ``chosen``: the exercises that are asked about; all when None. What this Python cannot judge is left out.
    For a file that is as it was handed out nothing has to be known.
    """
    state = State(kit.state_folder)
    asked = kit.exercises if chosen is None else chosen
    judgeable = [exercise for exercise in asked if not exercise.needs_newer_python]
    submissions = _read(kit, kit.root / "exercises", judgeable)
    return {each: _recall(kit, each, submissions[each], state) for each in judgeable}


def _recall(kit: Kit, exercise: Exercise, submission: Submission, state: State) -> ExerciseResult | None:
    for sandbox in ("bwrap", "none"):
        if known := state.get(exercise.name, key_for(kit, exercise, submission, sandbox)):
            return known
    if not untouched(kit, exercise, submission):
        return None
    return _not_started(exercise, submission)


def _not_started(exercise: Exercise, submission: Submission) -> ExerciseResult:
    """The result of a file that is as it was handed out and was not run."""
    return ExerciseResult(
        exercise.name, exercise.title, exercise.chapter, submission.display, Verdict.UNTOUCHED, 0, exercise.points, 0.0
    )


def _is_practice(request: Request, changed: Iterable[ExerciseResult]) -> bool:
    """Whether some of what had changed is the learner's own work, and not only the kit's."""
    own = request.exercises.resolve() == (request.kit.root / "exercises").resolve()
    return own and any(each.verdict not in (Verdict.UNTOUCHED, Verdict.INCONCLUSIVE) for each in changed)


def _new_recorder(request: Request) -> Lend:
    def lend(packages: frozenset[str]) -> AbstractContextManager[Recorder]:
        from grader.record.recorder import Recorder

        return Recorder(request.sandbox, packages=packages, jobs=request.jobs)

    return lend


def _judge(
    request: Request, fresh: Mapping[Exercise, Submission], progress: Callable[[int, int], None], lend: Lend
) -> tuple[dict[Exercise, ExerciseResult], bool]:
    """Judge submissions. Returns the results, and whether the user stopped it before all were there."""
    # pytest and all that comes with it is loaded only when there is something to judge, and while it is, the fork
    # server starts.
    with lend(frozenset(package for exercise in fresh for package in exercise.packages)) as recorder:
        from grader.judge.session import Stopped, judge
        from grader.judge.task import Task

        try:
            tasks = [Task(exercise, submission) for exercise, submission in fresh.items()]
            return _by_exercise(judge(request.kit, tasks, recorder, progress)), False
        except Stopped as stop:
            return _by_exercise(stop.judged), True


def _by_exercise(judged: Iterable[Judged]) -> dict[Exercise, ExerciseResult]:
    return {done.task.exercise: done.result for done in judged}


def _interrupted(results: Sequence[ExerciseResult], asked: int) -> Interrupted:
    if not results:
        return Interrupted(f"stopped before any of {asked} exercises was judged")
    names = [f"{each.name} {each.verdict}" for each in results[:_MOST_NAMED]]
    more = f" and {len(results) - _MOST_NAMED} more" if len(results) > _MOST_NAMED else ""
    return Interrupted(f"stopped; {len(results)} of {asked} exercises are judged: {', '.join(names)}{more}")


def _read(kit: Kit, tree: Path, exercises: Sequence[Exercise]) -> dict[Exercise, Submission]:
    if tree == kit.root / "exercises":
        return {each: read_learners_file(kit, each) for each in exercises}
    shown = _shown(kit, tree)
    return {each: read_submission(tree / each.file, f"{shown}/{each.file}") for each in exercises}


def _shown(kit: Kit, tree: Path) -> str:
    """How a tree of exercises is named on the screen: as seen from the kit, or by its last part."""
    try:
        return tree.resolve().relative_to(kit.root.resolve()).as_posix()
    except ValueError:
        return tree.resolve().name
