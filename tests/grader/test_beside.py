"""Workers beside the recordings: the verdicts are the same, and whatever becomes of a worker is said."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from grader.errors import JudgeError
from grader.judge import virtual_workers
from grader.judge.plan import Settled
from grader.judge.session import Judged, judge
from grader.judge.task import Task
from grader.load.kit import load_kit
from grader.load.submission import read_submission
from grader.record.recorder import Recorder
from grader.record.sandbox import Sandbox
from tests.grader import kits
from tests.grader.command import conclusive
from tests.grader.runs import all_judged

PROPERTY_TITLE = "however long they take, it takes as long as the longer one"
NAMES = ["one", "two", "three", "four", "five"]

PROPERTY = """

@points(1, "however long they take, it takes as long as the longer one")
@given(first=st.integers(1, 9), second=st.integers(1, 9))
def test_any_times(virtual: Virtual, first: int, second: int) -> None:
    world = {"task_a": double("task_a", delay=float(first)), "task_b": double("task_b", delay=float(second))}
    assert virtual("main", world=world).elapsed < max(first, second) + 0.1
"""
LAST = """

@points(1, "task A comes first")
def test_first(both: Trace) -> None:
    assert both.lines[0] == "Task A starts"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A kit with five suites, each of which tries schedules between two checks of a recording."""
    root = kits.make_kit(tmp_path, {"02_together": NAMES})
    for name in NAMES:
        suite = root / "tests" / "hidden" / "02_together" / f"test_{name}.py"
        text = suite.read_text(encoding="utf-8").replace("import Trace,", "import Trace, Virtual, double,")
        text = text.replace(
            "\nfrom grader", "\nfrom hypothesis import given\nfrom hypothesis import strategies as st\n\nfrom grader"
        )
        kits.write(suite, text + PROPERTY + LAST)
    return root


def judged(root: Path) -> list[Judged]:
    """The solutions of the first three, and the others as they were handed out."""
    kit = load_kit(root)
    tasks = []
    for exercise in kit.exercises:
        file = kit.solution_file(exercise) if exercise.name in NAMES[:3] else kit.handed_out_file(exercise)
        tasks.append(Task(exercise, read_submission(file, exercise.name)))
    with Recorder(Sandbox(wall=False)) as recorder:
        return conclusive(lambda: judge(kit, tasks, recorder), all_judged)


def said(results: list[Judged]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Verdicts and checks; of messages only the property's, because the others tell times by the wall clock."""
    return [
        (
            each.result.verdict,
            [(c.title, c.verdict, c.message * (c.title == PROPERTY_TITLE)) for c in each.result.checks],
        )
        for each in results
    ]


def test_with_workers_beside_every_verdict_is_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    original = virtual_workers._VirtualWorker.judge

    def judge_and_count(self: virtual_workers._VirtualWorker, tasks: list[Task]) -> Settled:
        asked.append(len(tasks))
        return original(self, tasks)

    monkeypatch.setattr(virtual_workers._VirtualWorker, "judge", judge_and_count)
    told = Counter[str]()
    begin, end, record_all = virtual_workers.Workers.begin, virtual_workers.Workers.end, Recorder.record_all

    def note_and_begin(self: virtual_workers.Workers) -> None:
        told["begin"] += 1
        begin(self)

    def note_and_end(self: virtual_workers.Workers) -> None:
        told["end"] += 1
        end(self)

    def note_and_record(self: Recorder, *args: Any, **more: Any) -> Any:
        # Noise asks for further rounds, and in each the workers are told; this process's own share tells nobody.
        told["rounds"] += getattr(more["under_way"], "__func__", None) is note_and_begin
        return record_all(self, *args, **more)

    monkeypatch.setattr(virtual_workers.Workers, "begin", note_and_begin)
    monkeypatch.setattr(virtual_workers.Workers, "end", note_and_end)
    monkeypatch.setattr(Recorder, "record_all", note_and_record)
    found = []
    for workers in (0, 2):
        told.clear()
        monkeypatch.setattr(virtual_workers, "worker_count", lambda _, count=workers: count)
        found.append(said(judged(root)))
    assert found[0] == found[1]
    assert asked, "no worker had anything to do"
    assert told["rounds"] >= told["end"] >= 1
    assert told["begin"] == told["rounds"] + told["end"], (
        "workers are told in each round, when its recordings are under way, and once at the end"
    )
    assert [verdict for verdict, _ in found[1]] == ["passed"] * 3 + ["untouched"] * 2
    titles = [title for title, _, _ in found[1][4][1]]
    assert titles[-2:] == [PROPERTY_TITLE, "task A comes first"]
    assert found[1][4][1][2][1] == "failed"


def test_a_worker_that_is_killed_leaves_nothing_judged_wrongly(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_workers, "worker_count", lambda _: 1)
    original = virtual_workers._VirtualWorker.judge

    def kill_and_judge(self: virtual_workers._VirtualWorker, tasks: list[Task]) -> Settled:
        os.kill(self._started().pid, signal.SIGKILL)
        return original(self, tasks)

    monkeypatch.setattr(virtual_workers._VirtualWorker, "judge", kill_and_judge)
    with pytest.raises(JudgeError, match="a process that judged beside is gone"):
        judged(root)


def test_few_suites_are_judged_without_workers(root: Path) -> None:
    kit = load_kit(root)
    tasks = [Task(each, read_submission(kit.solution_file(each), each.name)) for each in kit.exercises]
    with Recorder(Sandbox(wall=False)) as recorder:
        assert virtual_workers.batches_of(kit, tasks[:3], recorder) == []


def test_one_at_a_time_means_no_workers() -> None:
    with Recorder(Sandbox(wall=False), jobs=1) as recorder:
        assert virtual_workers.worker_count(recorder) == 0
