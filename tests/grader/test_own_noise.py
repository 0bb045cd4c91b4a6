"""Noise that a program makes itself is soon no noise, and one program costs no other its verdict."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from grader.errors import InternalError
from grader.judge import session, suites
from grader.judge.plan import Plan
from grader.judge.session import judge
from grader.judge.task import Task
from grader.kinds import Ending, EventKind, OwnNoise, Stop, StopReason
from grader.load.kit import load_kit
from grader.load.submission import take_submission
from grader.record.noise import Noise
from grader.record.recorder import CORES, Recorder
from grader.record.recording import Recording
from grader.record.seconds import Seconds
from grader.record.trace import Event
from tests.grader import runs
from tests.grader.kits import SOLVED, make_kit
from tests.grader.test_plugin import LINES, TIME, ScriptedRecorder, kinds, recorded
from tests.grader.test_plugin import judge as judge_by

PAUSED = Noise(paused_s=0.3)
"""Somebody stopped the program, and the heartbeat was on time."""


def wrong(recording: Recording) -> Recording:
    """The same, but it printed something else."""
    events = (Event(Seconds(0.1), EventKind.LINE, "nonsense"),)
    return dataclasses.replace(recording, trace=dataclasses.replace(recording.trace, events=events))


def busy(elapsed: float, noise: Noise, **changes: Any) -> Recording:
    """A recording whose own processes used both cores for a second."""
    return dataclasses.replace(recorded(elapsed, noise), load_s=1.0 * CORES, **changes)


def test_a_program_that_keeps_being_stopped_in_runs_that_fail_is_wrong(tmp_path: Path) -> None:
    recorder = ScriptedRecorder(wrong(recorded(0.5, PAUSED)), wrong(recorded(0.5, PAUSED)), recorded(0.5))
    [(outcome,)] = judge_by(tmp_path, LINES, recorder)
    assert outcome.kind == "failed"
    assert len(recorder.asked) == 2, "one attempt is void, and no more"
    assert outcome.recordings[-1].own_noise is OwnNoise.PAUSED


def test_a_right_program_that_somebody_stops_once_passes(tmp_path: Path) -> None:
    recorder = ScriptedRecorder(wrong(recorded(1.4, PAUSED)), recorded(0.5))
    assert kinds(judge_by(tmp_path, LINES + TIME, recorder)[0]) == ["passed", "passed"]


@pytest.mark.parametrize("passes", [1, 2])
def test_a_check_that_failed_amid_noise_of_its_own_program_has_to_pass_three_times(tmp_path: Path, passes: int) -> None:
    recorder = ScriptedRecorder(wrong(recorded(0.5, PAUSED)), *[recorded(0.5)] * passes, wrong(recorded(0.5)))
    assert kinds(judge_by(tmp_path, LINES, recorder)[0]) == ["failed"]
    assert len(recorder.asked) == passes + 2
    right = ScriptedRecorder(wrong(recorded(0.5, PAUSED)), recorded(0.5))
    assert kinds(judge_by(tmp_path, LINES, right)[0]) == ["passed"]
    assert len(right.asked) == 4


def test_a_check_that_passed_amid_noise_of_its_own_program_has_passed(tmp_path: Path) -> None:
    recorder = ScriptedRecorder(recorded(0.5, PAUSED), recorded(0.5))
    assert kinds(judge_by(tmp_path, LINES, recorder)[0]) == ["passed"]
    assert len(recorder.asked) <= 2


def test_a_stop_while_the_whole_machine_stood_still_is_the_machines(tmp_path: Path) -> None:
    both = Noise(stall_s=0.3, lost_s=0.3, paused_s=0.3)
    recorder = ScriptedRecorder(*[wrong(recorded(0.5, both))] * 3, recorded(0.5))
    assert kinds(judge_by(tmp_path, LINES, recorder)[0]) == ["passed"]


def test_a_load_of_its_own_voids_one_attempt(tmp_path: Path) -> None:
    stalled = Noise(stall_s=0.4, lost_s=0.9)
    recorder = ScriptedRecorder(wrong(busy(0.5, stalled)), wrong(busy(0.5, stalled)), recorded(0.5))
    assert kinds(judge_by(tmp_path, LINES, recorder)[0]) == ["failed"]
    assert len(recorder.asked) == 2


def test_a_program_that_waits_for_its_own_children_waits_for_itself(tmp_path: Path) -> None:
    among_many = dataclasses.replace(wrong(recorded(0.5, Noise(run_delay_s=0.8))), load_s=0.2, processes=41)
    recorder = ScriptedRecorder(among_many, among_many, recorded(0.5))
    assert kinds(judge_by(tmp_path, LINES, recorder)[0]) == ["failed"]
    assert len(recorder.asked) == 2


def test_a_program_of_few_processes_may_wait_for_those_of_others(tmp_path: Path) -> None:
    among_few = dataclasses.replace(wrong(recorded(0.5, Noise(run_delay_s=0.8))), load_s=0.2, processes=3)
    recorder = ScriptedRecorder(*[among_few] * 3, recorded(0.5))
    assert kinds(judge_by(tmp_path, LINES, recorder)[0]) == ["passed"]


def test_a_misused_channel_is_no_noise(tmp_path: Path) -> None:
    stop = Stop(StopReason.CHANNEL)
    misused = recorded(0.1, Noise(stall_s=0.3, lost_s=0.3), ended=Ending.STOPPED)
    misused = dataclasses.replace(misused, trace=dataclasses.replace(misused.trace, stop=stop), timed_out=False)
    recorder = ScriptedRecorder(misused)
    assert kinds(judge_by(tmp_path, LINES, recorder)[0]) == ["crashed"]
    assert len(recorder.asked) == 1


def test_where_the_machine_was_busier_than_the_program_the_machine_is_to_blame(tmp_path: Path) -> None:
    stalled = Noise(stall_s=0.4, lost_s=9.0)
    recorder = ScriptedRecorder(*[wrong(busy(0.5, stalled))] * 3, recorded(0.5))
    assert kinds(judge_by(tmp_path, LINES, recorder)[0]) == ["passed"]


def test_a_recording_that_is_to_compute_has_no_load_of_its_own(tmp_path: Path) -> None:
    suite = LINES.replace("run: Trace", "hog: Trace").replace("run.lines", "hog.lines")
    stalled = Noise(stall_s=0.4, lost_s=0.9)
    recorder = ScriptedRecorder(*[wrong(busy(0.5, stalled))] * 3, recorded(0.5))
    heavy = "\nhog = record('main', heavy=True)\n" + suite
    assert kinds(judge_by(tmp_path, heavy, recorder)[0]) == ["passed"]


def test_a_program_that_used_its_processor_time_is_judged_once(tmp_path: Path) -> None:
    late = recorded(6.0, Noise(stall_s=0.5, lost_s=4.0), ended=Ending.STOPPED, is_spent=True)
    recorder = ScriptedRecorder(late)
    assert kinds(judge_by(tmp_path, LINES, recorder)[0]) == ["crashed"]
    assert len(recorder.asked) == 1


@pytest.mark.parametrize("culprit", ["wrong", None])
def test_what_the_grader_fails_on_costs_no_other_program_its_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, culprit: str | None
) -> None:
    kit = load_kit(make_kit(tmp_path))
    exercise = kit.exercises[0]
    tasks = [
        Task(exercise, take_submission(SOLVED.encode(), f"exercises/{exercise.file}"), label)
        for label in ("one", "wrong", "two")
    ]
    run_suites = suites.run_suites

    def failing(root: Path, plan: Plan) -> None:
        if any(candidate.key.label == culprit for found in plan.candidates.values() for candidate in found):
            raise InternalError("an error of the grader's own: RecursionError")
        run_suites(root, plan)

    monkeypatch.setattr(suites, "run_suites", failing)
    monkeypatch.setattr(session, "run_suites", failing)
    with Recorder(runs.NO_WALL) as recorder:
        judged = judge(kit, tasks, recorder, workers=False)
    verdicts = {done.task.label: str(done.result.verdict) for done in judged}
    expected = {label: "inconclusive" if label == culprit else "passed" for label in ("one", "wrong", "two")}
    assert {label: verdicts[label] for label in expected} == expected
