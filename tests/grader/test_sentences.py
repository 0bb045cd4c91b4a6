"""No control flow reads prose: with every sentence replaced, the grader finds the same."""

from __future__ import annotations

import ast
import inspect
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import grader
from grader.authoring.verify import expectations
from grader.judge.session import judge
from grader.judge.task import Task
from grader.kinds import Doubt, DoubtKind, Stop, StopReason
from grader.load.kit import find_root, load_kit
from grader.load.submission import read_submission
from grader.record.recorder import Job, Key, Recorder
from grader.record.recording import Recording, Subject
from grader.record.sandbox import Sandbox
from grader.record.spec import RecordingSpec
from grader.report import sentences
from grader.result import ExerciseResult
from grader.suite import fresh

KIT = load_kit(find_root(Path(__file__)))
SENTENCES = [name for name, value in vars(sentences).items() if inspect.isfunction(value) and name[0] != "_"]

SHOWING = {
    "blocked_tasks": "blocking-call",
    "start_it": "never-awaited",
    "never_retrieved": "lost-exception",
    "lost_task": "leaked-task",
    "deadlock": "deadlock",
    "task_group": "",
    "run_inside_run": "nested-run",
}
"""Exercises whose wrong answers show what is found by kinds and figures."""


def kinds_of(result: ExerciseResult) -> dict[str, Any]:
    """Everything of a result that is decided: what is seen inside a run differs with what else the machine does."""
    return {
        "verdict": result.verdict,
        "checks": [(check.title, check.verdict, check.score) for check in result.checks],
        "mistakes": result.mistakes,
    }


class Tape:
    """Every recording of a session, in the order in which they were made."""

    def __init__(self) -> None:
        self.recordings: list[Recording] = []
        self.played = 0


class Taping(Recorder):
    """Takes its recordings from a tape, and makes those that the tape does not have."""

    def __init__(self, tape: Tape) -> None:
        super().__init__(Sandbox(False))
        self._tape, self._replays = tape, bool(tape.recordings)

    def record_all(self, jobs: Mapping[Key, Job], **options: Any) -> dict[Key, Recording]:
        """The recordings of all jobs at once."""
        made = {} if self._replays else super().record_all(jobs, **options)
        return {key: self._next(made.get(key)) for key in jobs}

    def explore(self, subject: Subject, spec: RecordingSpec, *, alone: bool) -> Recording:
        """One run under virtual time."""
        return self._next(None if self._replays else super().explore(subject, spec, alone=alone))

    def _next(self, made: Recording | None) -> Recording:
        if made is not None:
            self._tape.recordings.append(made)
        self._tape.played += 1
        assert self._tape.played <= len(self._tape.recordings), "other sentences, and more recordings were asked for"
        return self._tape.recordings[self._tape.played - 1]


def judged(tape: Tape, monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], dict[str, Any]]:
    """What is handed out of each exercise, and the first answer that shows each kind, with the same values drawn."""
    monkeypatch.setattr(fresh, "_random", random.Random(1))
    monkeypatch.setattr(fresh, "_given", {})
    tape.played = 0
    tasks = []
    for name in SHOWING:
        exercise, shown = KIT.exercise(name), set[tuple[str, ...]]()
        for label, expectation in expectations(KIT, exercise):
            if label == "handed_out" or (expectation.shows and expectation.shows not in shown):
                shown.add(expectation.shows)
                source = read_submission(expectation.path, f"exercises/{exercise.file}")
                tasks.append(Task(exercise, source, label))
    with Taping(tape) as recorder:
        found = judge(KIT, tasks, recorder, shrink=False, workers=False)
    return {(done.task.exercise.name, done.task.label): kinds_of(done.result) for done in found}


def test_with_other_sentences_the_grader_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same recordings are judged twice, so that what the machine does meanwhile makes no difference."""
    tape = Tape()
    as_written = judged(tape, monkeypatch)
    assert {kind for kinds in as_written.values() for kind in kinds["mistakes"]} >= {*SHOWING.values()} - {""}
    for number, name in enumerate(SENTENCES):
        monkeypatch.setattr(sentences, name, lambda *_, number=number, **__: f"sentence number {number}")
    otherwise = judged(tape, monkeypatch)
    assert tape.played == len(tape.recordings), "other sentences, and fewer recordings were asked for"
    for key, kinds in as_written.items():
        assert otherwise[key] == kinds, key


def test_every_reason_has_its_sentence() -> None:
    said = {sentences.stopped(Stop(reason, 1.5, 3, "why")) for reason in StopReason}
    assert len(said) == len(StopReason)
    assert len({sentences.doubt(Doubt(kind, 1.0, 2.0, 0.1)) for kind in DoubtKind}) == len(DoubtKind)


_COMPARING = ("startswith", "endswith", "removeprefix", "removesuffix")


@pytest.mark.parametrize("part", ["judge", "record", "explain"])
def test_nothing_is_compared_with_a_sentence(part: str) -> None:
    """A text with a blank in it is a sentence: it may be said, and nothing may be compared with it."""
    for file in (Path(grader.__file__).parent / part).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            compared: list[ast.expr] = []
            if isinstance(node, ast.Compare):
                compared = [node.left, *node.comparators]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                compared = node.args if node.func.attr in _COMPARING else []
            for text in compared:
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    told = text.value.strip()
                    assert " " not in told, f"{file.name}:{text.lineno} compares with {told!r}"
