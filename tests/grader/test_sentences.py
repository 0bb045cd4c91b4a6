"""No control flow reads prose: with every sentence replaced, the grader finds the same."""

from __future__ import annotations

import ast
import inspect
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
from grader.record.recorder import Recorder
from grader.record.sandbox import Sandbox
from grader.report import sentences
from grader.result import ExerciseResult

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


def judged() -> dict[tuple[str, str], dict[str, Any]]:
    """What is handed out of each exercise, and the first answer that shows each kind."""
    tasks = []
    for name in SHOWING:
        exercise, shown = KIT.exercise(name), set[tuple[str, ...]]()
        for label, expectation in expectations(KIT, exercise):
            if label == "handed_out" or (expectation.shows and expectation.shows not in shown):
                shown.add(expectation.shows)
                source = read_submission(expectation.path, f"exercises/{exercise.file}")
                tasks.append(Task(exercise, source, label))
    with Recorder(Sandbox(False)) as recorder:
        found = judge(KIT, tasks, recorder, workers=False)
    return {(done.task.exercise.name, done.task.label): kinds_of(done.result) for done in found}


def test_with_other_sentences_the_grader_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    as_written = judged()
    assert {kind for kinds in as_written.values() for kind in kinds["mistakes"]} >= {*SHOWING.values()} - {""}
    for number, name in enumerate(SENTENCES):
        monkeypatch.setattr(sentences, name, lambda *_, number=number, **__: f"sentence number {number}")
    otherwise = judged()
    inconclusive = {
        key for found in (as_written, otherwise) for key, kinds in found.items() if kinds["verdict"] == "inconclusive"
    }
    assert len(inconclusive) < len(as_written) / 4
    for key in as_written.keys() - inconclusive:
        assert otherwise[key] == as_written[key], key


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
