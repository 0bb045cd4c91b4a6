"""Many recordings at once: as many as the machine carries, none lost, nothing left behind."""

from __future__ import annotations

import asyncio
import itertools
import resource
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.errors import JudgeError
from grader.record import recorder as module
from grader.record.noise import Heartbeat
from grader.record.recorder import Job, Recorder, Throttle
from grader.record.run import Run
from grader.record.spec import RecordingSpec
from tests.grader import runs
from tests.grader.timed import timed

SLEEPS = """
    import asyncio
    async def main(n, seconds=0.3):
        print(f"starts {n}")
        await asyncio.sleep(seconds)
        print(f"ends {n}")
        return n
"""


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    yield from runs.recorder()


def jobs(count: int, seconds: float = 0.3, **options: object) -> dict[int, Job]:
    subject = runs.subject(SLEEPS)
    return {n: Job(subject, RecordingSpec("main", (n, seconds), observe=False, **options)) for n in range(count)}  # type: ignore[arg-type]


def test_runs_that_sleep_are_recorded_together_and_each_is_its_own(recorder: Recorder) -> None:
    began = time.monotonic()
    found = recorder.record_all(jobs(48, 0.5))
    took = time.monotonic() - began
    assert {n: (each.trace.returned, each.trace.lines) for n, each in found.items()} == {
        n: (n, [f"starts {n}", f"ends {n}"]) for n in range(48)
    }
    assert took < 48 * 0.5 / 2


def test_recordings_that_compute_begin_last_and_one_at_a_time(recorder: Recorder) -> None:
    heavy = {n + 100: Job(each.subject, RecordingSpec("main", (n, 0.2), heavy=True)) for n, each in jobs(3).items()}
    found = recorder.record_all({**heavy, **jobs(9)})
    times = sorted((each.started, each.started + each.trace.elapsed) for n, each in found.items() if n >= 100)
    assert times[0][0] > max(each.started for n, each in found.items() if n < 100)
    assert all(earlier[1] < later[0] for earlier, later in itertools.pairwise(times))


@pytest.mark.parametrize(("calm", "most"), [(0, 200), (1, 50), (2, 25), (3, 12), (6, 1), (9, 1)])
def test_each_attempt_has_fewer_neighbours(calm: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []

    async def nothing(*arguments: Any) -> dict[int, object]:
        given.append(arguments[2])
        return {}

    monkeypatch.setattr(Recorder, "_record_all", nothing)
    with Recorder(runs.NO_WALL, jobs=200) as found:
        found.record_all({}, calm=calm)
    assert given == [most]


def test_no_program_begins_before_the_processes_of_its_wave_are_made(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[float] = []
    original = Run.__aenter__

    async def note(self: Run) -> Run:
        run = await original(self)
        made.append(time.monotonic())
        return run

    monkeypatch.setattr(Run, "__aenter__", note)
    found = recorder.record_all(jobs(12, 0.1))
    assert len(made) == 12
    assert min(each.started for each in found.values()) > max(made)


@timed
def test_it_is_told_when_all_recordings_are_under_way_and_those_that_compute_are_made(recorder: Recorder) -> None:
    told: list[float] = []
    heavy = {100: Job(runs.subject(SLEEPS), RecordingSpec("main", (1, 0.2), heavy=True))}
    found = recorder.record_all({**jobs(6, 2.0), **heavy}, under_way=lambda: told.append(time.monotonic()))
    assert len(told) == 1
    assert found[100].started + found[100].trace.elapsed < told[0]
    assert max(found[n].started for n in range(6)) < told[0] < min(found[n].started + 2.0 for n in range(6))


def test_jobs_bounds_how_many_are_under_way() -> None:
    with Recorder(runs.NO_WALL, jobs=2) as two:
        found = two.record_all(jobs(6, 0.15))
    spans = [(each.started, each.started + each.trace.elapsed) for each in found.values()]
    assert max(sum(start <= moment < end for start, end in spans) for moment, _ in spans) <= 2


def test_progress_is_told_of_every_recording(recorder: Recorder) -> None:
    told: list[int] = []
    recorder.record_all(jobs(5, 0.01), progress=told.append)
    assert told == [1, 2, 3, 4, 5]


def test_the_limit_falls_while_the_heartbeat_is_late_and_recovers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ADJUST_EVERY_S", 0.001)
    heartbeat = Heartbeat()

    async def until(throttle: Throttle, limit: int) -> None:
        while throttle._limit != limit:  # noqa: ASYNC110 (nobody tells of it)
            await asyncio.sleep(0.001)

    async def watch() -> None:
        throttle = Throttle(64)
        task = asyncio.create_task(throttle.adapt(heartbeat))
        heartbeat._late = [1.0]
        await until(throttle, min(module.CORES, 64))
        heartbeat._late = [0.0]
        await until(throttle, 64)
        task.cancel()

    asyncio.run(asyncio.wait_for(watch(), 10))


def test_whoever_waits_for_a_place_gets_the_one_that_comes_free() -> None:
    async def use() -> None:
        throttle = Throttle(1)
        await throttle.take(1)
        waiting = asyncio.create_task(throttle.take(1))
        await asyncio.sleep(0)
        assert not waiting.done()
        throttle.give_back()
        assert await waiting == 1

    asyncio.run(asyncio.wait_for(use(), 5))


@pytest.mark.parametrize(("wanted", "free", "taken"), [(20, 3, 3), (2, 2, 2), (1, 1, 1)])
def test_whoever_wants_many_places_waits_until_many_are_free(wanted: int, free: int, taken: int) -> None:
    async def use() -> None:
        throttle = Throttle(4)
        assert await throttle.take(9) == 4
        waiting = asyncio.create_task(throttle.take(wanted))
        for _ in range(free - 1):
            throttle.give_back()
            await asyncio.sleep(0.001)
            assert not waiting.done()
        throttle.give_back()
        assert await waiting == taken

    asyncio.run(asyncio.wait_for(use(), 5))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")
def test_five_hundred_runs_leave_no_descriptor_no_folder_and_no_process(recorder: Recorder) -> None:
    recorder.record_all(jobs(4, 0.01))
    before = (runs.descriptors(), runs.children())
    recorder.record_all(jobs(500, 0.01))
    assert runs.descriptors() == before[0]
    assert runs.gone(before[1])
    assert list(recorder._launcher.scratch_root.iterdir()) == []


def test_a_fork_server_that_is_gone_is_one_clear_error() -> None:
    with Recorder(runs.NO_WALL) as found:
        server = found._launcher._process  # type: ignore[attr-defined]
        server.kill()
        server.wait()
        with pytest.raises(JudgeError, match="the fork server is gone"):
            found.record_all(jobs(3))


def test_a_run_whose_warden_is_killed_is_nobodys_fault_but_the_graders(recorder: Recorder) -> None:
    source = "import os, time\ndef main():\n os.kill(os.getppid(), 9)\n time.sleep(5)"
    assert runs.record(recorder, source, deadline_s=1).fault == "nobody saw how the program ended"
    before = runs.record(recorder, "def main(): print(1)")
    assert before.trace.lines == ["1"]


@pytest.mark.parametrize("walled", [True, False])
def test_ctrl_c_leaves_no_process_and_no_folder(walled: bool, tmp_path: Path) -> None:
    if walled:
        runs.wall()
    script = f"""
        import os, signal, sys, tempfile, threading
        from tests.grader import runs
        from tests.grader.test_recorder import jobs
        tempfile.tempdir = {str(tmp_path)!r}
        def interrupt():
            print(*runs.children(), flush=True)
            os.kill(os.getpid(), signal.SIGINT)
        try:
            for recorder in runs.recorder(walled={walled}):
                threading.Timer(0.8, interrupt).start()
                recorder.record_all(jobs(10, 60, deadline_s=60))
        except KeyboardInterrupt:
            print("stopped", flush=True)
    """
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=150, check=False
    )
    seen, said = done.stdout.splitlines()
    assert (said, done.stderr, done.returncode) == ("stopped", "", 0)
    assert len(seen.split()) > 20
    assert runs.ended(set(map(int, seen.split())))
    assert list(tmp_path.iterdir()) == []
    assert time.monotonic() - began < 25  # the programs would have taken 60 s


def test_the_usual_limit_of_descriptors_is_raised() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        module._allow_many_descriptors()
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert soft >= min(module.MOST_AT_ONCE * 12, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_signals_reach_only_the_program_they_are_meant_for(recorder: Recorder) -> None:
    source = """
        import asyncio, signal
        async def main():
            got = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, got.set)
            print("ready")
            await asyncio.wait_for(got.wait(), 0.6)
    """

    async def send(run: object) -> None:
        await run.line("ready")  # type: ignore[attr-defined]
        run.signal(signal.SIGTERM)  # type: ignore[attr-defined]

    subject = runs.subject(source)
    found = recorder.record_all(
        {"told": Job(subject, RecordingSpec("main", drive=send)), "not told": Job(subject, RecordingSpec("main"))}
    )
    assert found["told"].trace.ended == "returned"
    assert str(found["not told"].trace.raised).startswith("TimeoutError")
