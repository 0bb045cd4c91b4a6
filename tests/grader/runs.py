"""Real runs for tests: a program as text, recorded with or without the wall."""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.judge.session import Judged
from grader.record.recorder import Job, Recorder
from grader.record.recording import Recording, Subject
from grader.record.sandbox import Sandbox, choose
from grader.record.spec import RecordingSpec

DISPLAY = "exercises/01_test/program.py"

NO_WALL = Sandbox(False, "switched off for this test")


@functools.cache
def wall() -> Sandbox:
    """The sandbox. Without bubblewrap the test is skipped, and fails where that must not happen (``CI=true``)."""
    sandbox = choose("auto")
    if not sandbox.wall:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"no sandbox here: {sandbox.note}")
    return sandbox


def subject(source: str, scenario: str | None = None) -> Subject:
    """A program from an indented text."""
    return Subject(textwrap.dedent(source), DISPLAY, scenario and textwrap.dedent(scenario))


def recorder(*, walled: bool = False, spawn: bool = False) -> Iterator[Recorder]:
    """For fixtures: a recorder of the kind that is named, closed at the end."""
    with Recorder(wall() if walled else NO_WALL, spawn=spawn) as found:
        record(found, "def main(): pass")  # from here on its processes are there, and descriptors can be counted
        yield found


def record(recorder: Recorder, source: str, target: str | None = "main", *args: Any, **options: Any) -> Recording:
    """One recording of a program."""
    scenario = options.pop("scenario_source", None)
    spec = RecordingSpec(target, args, observe=options.pop("observe", False), **options)
    return recorder.record_all({0: Job(subject(source, scenario), spec)})[0]


def record_each(recorder: Recorder, sources: Mapping[str, str], **options: Any) -> dict[str, Recording]:
    """Many programs, all at once."""
    spec = RecordingSpec("main", observe=False, **options)
    return recorder.record_all({name: Job(subject(source), spec) for name, source in sources.items()})


def all_judged(judged: Iterable[Judged]) -> bool:
    """Whether noise left nothing undecided."""
    return all(outcome.kind != "inconclusive" for done in judged for outcome in done.outcomes)


@contextlib.contextmanager
def crowded_processor(busy: int) -> Iterator[None]:
    """This thread, and what it starts, shares one processor with so many processes that never pause (Linux)."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    crowd: list[subprocess.Popen[bytes]] = []
    try:
        # Each in a session of its own: the kernel may share a processor out among sessions first.
        command = [sys.executable, "-c", "while True: pass"]
        crowd.extend(subprocess.Popen(command, start_new_session=True) for _ in range(busy))
        yield
    finally:
        for process in crowd:
            process.kill()
            process.wait()
        os.sched_setaffinity(0, before)


def children() -> set[int]:
    """The processes below this one, however far (Linux)."""
    found: set[int] = set()
    waiting = [os.getpid()]
    while waiting:
        for pid in _children(waiting.pop()):
            found.add(pid)
            waiting.append(pid)
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text(encoding="ascii").split())
    except OSError:
        pass  # it has ended meanwhile
    return found


def gone(before: set[int]) -> bool:
    """Whether, in a moment, there are no processes but those: one that has just ended may be seen a little longer."""
    return _soon(lambda: children() <= before)


def ended(pids: set[int]) -> bool:
    """Whether, in a moment, none of these processes is left."""
    return _soon(lambda: not any(map(_lives, pids)))


def _lives(pid: int) -> bool:
    try:
        # One that has ended is there, as a zombie, until its parent looks.
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _soon(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.005)
    return False


def descriptors() -> int:
    """How many descriptors this process has open (Linux)."""
    return len(list(Path("/proc/self/fd").iterdir()))
