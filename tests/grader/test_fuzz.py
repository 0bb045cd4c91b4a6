"""Whatever a program says, and whatever stands in a file: no crash, no hang, no traceback, and no pass for noise."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grader.errors import JudgeError
from grader.judge import verdict
from grader.judge.outcome import evidence, of_test
from grader.load.kit import load_kit
from grader.load.state import State
from grader.load.submission import read_submission
from grader.record.explore import Explorer
from grader.record.noise import Heartbeat
from grader.record.recording import Recording
from grader.record.run import Run
from grader.record.spec import Double, RecordingSpec
from grader.report import terminal
from grader.result import ExerciseResult, Result
from tests.grader import runs
from tests.grader.kits import make_kit
from tests.grader.test_state import PASSED, remember

quick = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

# -- what a program may say -------------------------------------------------------------------------------------------

NUMBERS = st.integers() | st.integers(-3, 40) | st.floats() | st.sampled_from([10**400, -(10**400), 1e308, True])
JSON = st.recursive(
    st.none() | NUMBERS | st.text(max_size=6) | st.sampled_from(["fetch", "1", "replied", "returned", "raised"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "out", "id", "name", "args", "kwargs", "label", "value", "how", "status", "line", "message", "type", "inner", "at",
    "number", "text", "k", "delay", "port",
)  # fmt: skip
KINDS = (
    "up",
    "ready",
    "loaded",
    "listen",
    "server-port",
    "unconnected",
    "call",
    "gone",
    "note",
    "end",
    "line",
    "ended",
    "exit",
    "limit",
    "stopped",
)
HOWS = ("returned", "raised", "exit", "broken", "fault", "stopped", "died", "no such end")


def message(kind: str, how: str, fields: dict[str, Any]) -> dict[str, Any]:
    """A message of a kind that there is, some fields as they should be and some as they should not."""
    usual = {"k": kind, "how": how, "name": "fetch", "args": [], "kwargs": {}, "id": "1", "label": "x", "number": 1}
    return {**usual, **fields}


MESSAGES = st.builds(
    message, st.sampled_from(KINDS), st.sampled_from(HOWS), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4)
)


def framed(value: Any) -> bytes:
    data = json.dumps(value).encode()
    return struct.pack(">I", len(data)) + data


FRAMES = MESSAGES.map(framed) | JSON.map(framed)
BYTES = FRAMES | st.binary(max_size=40) | st.sampled_from([b"\xff\xff\xff\xff", b"\n", b"done\n", b"\0\0\0\x02{}"])
STDOUT, STDERR, CONTROL, EXPLAIN = range(4)
SAID = st.lists(st.tuples(st.sampled_from([STDOUT, STDERR, CONTROL, CONTROL, CONTROL, EXPLAIN]), BYTES), max_size=12)


class Talker:
    """Stands in for the fork server: no process, but somebody who says what he was told on a run's channels."""

    can_explore = False

    def __init__(self, folder: Path, said: list[tuple[int, bytes]], last: bytes) -> None:
        self.scratch_root = folder
        self._said = said
        self._last = last

    def launch(self, fds: list[int], scratch: Path) -> None:
        del scratch
        ends = [os.dup(fd) for fd in fds]
        threading.Thread(target=self._talk, args=(ends,), daemon=True).start()

    def _talk(self, ends: list[int]) -> None:
        for channel, data in self._said:
            with_care(os.write, ends[channel], data)
        with_care(os.write, ends[-1], self._last)
        for fd in ends:
            os.close(fd)

    def check(self) -> None: ...

    def close(self) -> None: ...


def with_care(write: Callable[[int, bytes], int], fd: int, data: bytes) -> None:
    """Say it, unless nobody listens any more."""
    with contextlib.suppress(OSError):
        write(fd, data)


EXIT = framed({"k": "exit", "status": 0, "cpu_s": 0.0, "peak_bytes": 0, "run_delay_s": 0.0})


async def recorded(talker: Talker, spec: RecordingSpec) -> Recording:
    heartbeat = Heartbeat()
    async with Run(runs.subject(""), spec, talker, heartbeat) as run:
        await asyncio.wait_for(run.finished(), 5)
    return run.recording()


@pytest.fixture(scope="module")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Recording], ExerciseResult]:
    """What a recording comes to, in an exercise with one check that finds no fault with it."""
    kit = load_kit(make_kit(tmp_path_factory.mktemp("fuzz")))
    chosen = kit.exercises[0]
    submission = read_submission(kit.exercise_file(chosen), "exercises/it.py")

    def judged(recording: Recording) -> ExerciseResult:
        error = None
        try:
            evidence(recording, frozenset())
        except (AssertionError, JudgeError) as failure:
            error = failure
        outcome = of_test("it holds", chosen.points, error, (recording,))
        return verdict.conclude(chosen, submission, [outcome], untouched=False)

    return judged


def shown(result: ExerciseResult) -> None:
    """Whatever came in, what goes out can be written, read and drawn."""
    whole = Result("1", "3.11", "2026-01-01T00:00:00Z", 1.0, "none", (result,), ())
    assert Result.from_json(json.loads(json.dumps(whole.to_json()))).exercises[0].verdict is result.verdict
    console = terminal.make_console(file=open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
    with console.capture():
        terminal.render(whole, console, named=True)
    console.file.close()


@pytest.mark.parametrize(("before", "counted"), [(0.3, 0.5), (None, 0.8), ("0.3", 0.8), (9.0, 0.0)])
def test_what_a_process_waited_for_before_the_program_began_is_not_the_programs(
    tmp_path: Path, before: object, counted: float
) -> None:
    ready = framed({"k": "ready", "run_delay_s": before})
    last = framed({"k": "exit", "status": 0, "cpu_s": 0.0, "peak_bytes": 0, "run_delay_s": 0.8})
    recording = asyncio.run(recorded(Talker(tmp_path, [(CONTROL, ready)], last), RecordingSpec("main")))
    assert recording.noise.run_delay_s == pytest.approx(counted)


@quick
@given(said=SAID, last=st.sampled_from([EXIT, b"", framed({"k": "exit"})]))
def test_a_run_copes_with_whatever_a_program_says(
    exercise: Callable[[Recording], ExerciseResult],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    said: list[tuple[int, bytes]],
    last: bytes,
) -> None:
    caplog.clear()
    spec = RecordingSpec(
        "main", doubles=(Double("fetch", reply=1),), listen=True, clients=1, deadline_s=2, observe=True
    )
    began, before = time.monotonic(), runs.descriptors()
    recording = asyncio.run(recorded(Talker(tmp_path, said, last), spec))
    result = exercise(recording)
    shown(result)
    if result.verdict == "passed":
        assert any(b'"k": "ready"' in data for _, data in said), "who never began is never right"
    assert time.monotonic() - began < 20
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert runs.descriptors() <= before + 5, "the talker may not have closed his ends yet"
    assert list(tmp_path.iterdir()) == []


@quick
@given(said=st.lists(BYTES, max_size=12), alone=st.booleans())
@example(said=[framed({"k": "line", "text": "x", "at": 10**400})], alone=False)
def test_the_explorer_copes_with_whatever_a_program_says(
    exercise: Callable[[Recording], ExerciseResult], tmp_path: Path, said: list[bytes], alone: bool
) -> None:
    talker = Talker(tmp_path, [(CONTROL, data) for data in said] + [(EXPLAIN, data) for data in said], EXIT)
    explorer = Explorer(talker)
    spec = RecordingSpec("main", doubles=(Double("fetch", reply=1),), virtual=True)
    began = time.monotonic()
    recording = explorer.run(runs.subject(""), spec, alone=alone)
    explorer.close()
    shown(exercise(recording))
    assert time.monotonic() - began < 20
    assert list(tmp_path.iterdir()) == []


# -- what may stand in a file -----------------------------------------------------------------------------------------


@quick
@given(data=st.data())
def test_a_memory_with_any_dent_is_forgotten_or_whole_and_can_be_written_again(
    tmp_path: Path, data: st.DataObject
) -> None:
    folder = tmp_path / ".turtles"
    if not folder.exists():
        remember(folder, PASSED)
        (tmp_path / "whole").write_bytes((folder / "results.json").read_bytes())
    whole = (tmp_path / "whole").read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    dented = whole[:start] + data.draw(st.binary(max_size=9)) + whole[end:]
    (folder / "results.json").write_bytes(dented)
    state = State(folder)
    found = state.get("two_tasks", "key")
    assert state.problem is None
    assert found is None or found.name == "two_tasks"
    state.put("two_tasks", "other", PASSED)
    state.save()
    assert State(folder).get("two_tasks", "other") == PASSED


@quick
@given(cut=st.integers(0, 4000), more=st.binary(max_size=20))
def test_a_result_cut_anywhere_is_no_result_and_a_value_error(cut: int, more: bytes) -> None:
    whole = json.dumps(Result("1", "3.11", "2026-01-01T00:00:00Z", 1.0, "none", (PASSED,), ()).to_json()).encode()
    dented = whole[: cut % len(whole)] + more
    try:
        Result.from_json(json.loads(dented))
    except ValueError:
        return
    assert dented == whole, "the end of it was put back"
