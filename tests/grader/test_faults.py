"""Faults of the grader's own world: whatever ends, breaks or is missing, the next grade is right, or says why not."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from grader.errors import JudgeError
from grader.kinds import Ending
from grader.load.state import State
from grader.record import launch
from grader.record.launch import ScratchRoot
from grader.record.noise import Noise
from grader.record.recorder import Recorder
from grader.record.recording import Recording
from grader.record.run import Run
from grader.record.spec import Double
from tests.grader import runs
from tests.grader.command import ROOT, TURTLES, environment, graded
from tests.grader.kits import SOLVED, make_kit, write
from tests.grader.strikes import EXPECTED, VICTIMS, kit_to_strike, strike, verdicts
from tests.grader.test_plugin import LINES, PROPERTY, ScriptedRecorder, judge, kinds, recorded
from tests.grader.test_recorder import jobs
from tests.grader.test_state import PASSED, remember

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, or mounts")


# -- what is killed ---------------------------------------------------------------------------------------------------


@linux
@pytest.mark.parametrize(("victim", "seed"), list(zip(VICTIMS, (27, 14, 15, 92), strict=True)))
def test_whatever_is_killed_the_next_grade_is_right_and_nothing_is_left(tmp_path: Path, victim: str, seed: int) -> None:
    """Two hundred more, behind the wall and without: ``python -m benchmarks.faults --kills 200``."""
    sandbox = "auto" if seed % 2 else "none"
    assert strike(kit_to_strike(tmp_path), victim, sandbox, seed).complaints == ()


@pytest.mark.parametrize("walled", [True, False])
def test_a_fork_server_that_is_killed_under_way_is_said_at_the_end_of_the_recordings(walled: bool) -> None:
    for found in runs.recorder(walled=walled):
        server = found._launcher._process  # type: ignore[attr-defined]
        threading.Timer(0.5, server.kill).start()
        with pytest.raises(JudgeError, match=r"the fork server is gone \(exit status -9\): grade again"):
            found.record_all(jobs(4, 1.5))


@linux
def test_a_program_does_not_outlive_its_warden_even_without_a_wall() -> None:
    for found in runs.recorder():
        source = "import os, time\ndef main():\n print(os.getpid())\n os.kill(os.getppid(), 9)\n time.sleep(60)"
        recording = runs.record(found, source, deadline_s=3)
        assert recording.fault == "nobody saw how the program ended"
        assert runs.ended({int(line) for line in recording.trace.lines})


# -- scratch folders --------------------------------------------------------------------------------------------------


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_what_a_killed_grader_left_goes_when_the_next_one_starts(temporary: Path) -> None:
    left = temporary / f"{launch._PREFIX}left"
    write(left / "run" / "file", "half a file")
    (left / "run").chmod(0o500)
    living = ScratchRoot()
    assert not left.exists()
    other = ScratchRoot()
    assert living.path.is_dir(), "that one has a grader"
    living.remove()
    other.remove()
    assert list(temporary.iterdir()) == []


def test_nothing_but_scratch_folders_of_the_same_user_is_removed(temporary: Path) -> None:
    mine = write(temporary / "mine" / "file", "mine")
    (temporary / f"{launch._PREFIX}link").symlink_to(temporary / "mine")
    write(temporary / f"{launch._PREFIX}file", "mine")
    write(temporary / "turtles-kit-1" / "file", "mine")
    kept = set(temporary.iterdir())
    if os.geteuid() == 0:
        others = temporary / f"{launch._PREFIX}others"
        others.mkdir()
        os.chown(others, 65534, 65534)
        kept.add(others)
    ScratchRoot().remove()
    assert set(temporary.iterdir()) == kept
    assert mine.read_text() == "mine"


def test_a_folder_that_another_grader_removes_before_it_is_locked_is_made_anew(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = launch._lock
    taken: list[Path] = []

    def too_late(path: Path) -> int | None:
        if not taken:
            taken.append(path)
            path.rmdir()
        return real(path)

    monkeypatch.setattr(launch, "_lock", too_late)
    root = ScratchRoot()
    assert root.path.parent == temporary
    assert root.path.is_dir()
    assert root.path not in taken
    root.remove()


def test_two_hundred_starts_at_once_take_nothing_from_each_other(temporary: Path) -> None:
    wrong: list[Path] = []

    def start() -> None:
        for _ in range(25):
            root = ScratchRoot()
            if not root.path.is_dir():
                wrong.append(root.path)
            root.remove()

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert list(temporary.iterdir()) == []


def test_without_room_nobody_is_failed_for_want_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil._ntuple_diskusage(1000, 1000, 0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(JudgeError, match=r"only 0 MB are free\): make room, or let TMPDIR name a folder"):
        Recorder(runs.NO_WALL)


# -- the memory -------------------------------------------------------------------------------------------------------


def test_a_grader_killed_while_it_writes_leaves_the_last_whole_memory(tmp_path: Path) -> None:
    folder = tmp_path / ".turtles"
    remember(folder, PASSED)
    script = f"""
        from pathlib import Path
        from grader.load.state import State
        print("go", flush=True)
        while True:
            state = State(Path({str(folder)!r}))
            state.put("two_tasks", "another", state.get("two_tasks", "key"))
            state.save()
    """
    for after_s in (0.001, 0.004, 0.007, 0.013, 0.021, 0.034):
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script)], env=environment(), stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout
            writer.stdout.readline()
            time.sleep(after_s)
            writer.kill()
        state = State(folder)
        assert (state.problem, state.get("two_tasks", "key")) == (None, PASSED)
    assert remember(folder, PASSED, "last").problem is None


@linux
def test_on_a_full_disk_the_grade_is_right_and_says_that_nothing_is_remembered(tmp_path: Path) -> None:
    root = one_solved(tmp_path)
    (root / ".turtles").mkdir()
    mount = 'mount -t tmpfs -o size=4k none .turtles && head -c 4096 /dev/zero >.turtles/full; exec "$@"'
    done = graded(root, "grade", "--sandbox", "none", wrapper=mounting(mount))
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout + done.stderr
    said = " ".join((done.stdout + done.stderr).split())
    assert ".turtles cannot be written (No space left on device): everything will be judged again next time" in said


def test_two_graders_at_once_are_both_right(tmp_path: Path) -> None:
    root = kit_to_strike(tmp_path)
    both = [
        subprocess.Popen(
            [*TURTLES, "grade", "--all", "--json", str(tmp_path / f"{n}.json")],
            cwd=root,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for n in range(2)
    ]
    said = [each.communicate(timeout=150)[0] for each in both]
    assert [each.returncode for each in both] == [1, 1], said
    for n in range(2):
        assert verdicts(tmp_path / f"{n}.json") == EXPECTED
    json.loads((root / ".turtles" / "results.json").read_bytes())


# -- the clock --------------------------------------------------------------------------------------------------------


def test_a_clock_that_is_set_while_it_grades_changes_nothing(tmp_path: Path) -> None:
    root = one_solved(tmp_path)
    script = """
        import itertools, sys, time
        true, steps = time.time, itertools.cycle((0.0, -86_400.0, 3.0, 86_400.0, -0.7))
        time.time = lambda: true() + next(steps)
        time.time_ns = lambda: int(time.time() * 1e9)
        sys.argv = ["turtles", "grade"]
        from grader.cli import main
        main()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=root, env=environment(), capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout + done.stderr


# -- bubblewrap -------------------------------------------------------------------------------------------------------

MISSING = "bubblewrap is not installed"
TOO_OLD = "bwrap: Unknown option --cap-add"
NO_NAMESPACES = "bwrap: No permissions to create new namespace, likely because the kernel does not allow it"


@pytest.fixture
def pretending(tmp_path: Path) -> Callable[[str], str]:
    """A PATH on which bubblewrap says this and fails, or is missing."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def make(says: str) -> str:
        if says == MISSING:
            return str(folder)
        write(folder / "bwrap", f"#!/bin/sh\necho '{says}' >&2\nexit 1\n").chmod(0o755)
        return f"{folder}:{os.environ['PATH']}"

    return make


@linux
@pytest.mark.parametrize("says", [MISSING, TOO_OLD])
def test_without_a_wall_that_stands_it_judges_and_says_so(
    tmp_path: Path, pretending: Callable[[str], str], says: str
) -> None:
    done = graded(one_solved(tmp_path), "grade", environ={"PATH": pretending(says)})
    said = " ".join((done.stdout + done.stderr).split())
    assert (done.returncode, "1 passed" in said) == (0, True), said
    assert f"not sandboxed: {says}" in said or f"not sandboxed: bubblewrap does not work here ({says})" in said


@linux
@pytest.mark.parametrize("says", [MISSING, TOO_OLD, NO_NAMESPACES])
def test_who_demands_the_wall_is_told_why_there_is_none(
    tmp_path: Path, pretending: Callable[[str], str], says: str
) -> None:
    refused = graded(make_kit(tmp_path), "grade", "--sandbox", "bwrap", environ={"PATH": pretending(says)})
    assert refused.returncode == 2
    said = " ".join(refused.stderr.split())
    assert says in said
    assert said.endswith("Install bubblewrap 0.4 or newer, or use --sandbox auto.")


# -- where it lies ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit with a grader of its own, in a folder with a name that is not of letters and digits only."""
    folder = tmp_path_factory.mktemp("checkouts") / "Übungen für  Schüler 'и' 🐢"
    root = one_solved(folder)
    for name in ("grader", "tests/grader"):
        ignored = shutil.ignore_patterns("handout", "__pycache__")
        shutil.copytree(ROOT / name, root / name, ignore=ignored, dirs_exist_ok=True)
    return root


def grade(checkout: Path, *wrapper: str, **environ: str) -> str:
    """Grade with the checkout's own grader; what it says."""
    (checkout / ".turtles" / "results.json").unlink(missing_ok=True)
    environ = {"PYTHONPATH": str(checkout), **environ}
    done = graded(checkout, "grade", environ=environ, wrapper=wrapper)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout + done.stderr
    return " ".join((done.stdout + done.stderr).split())


def test_a_path_with_spaces_quotes_and_letters_of_all_kinds_is_a_path(checkout: Path) -> None:
    scratch = checkout.parent / "scratch 🐢 of a rather long name, as on macOS, where it has 49 letters"
    scratch.mkdir(exist_ok=True)
    grade(checkout, TMPDIR=str(scratch))
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("walled", [True, False])
def test_calls_get_through_however_long_the_path_of_temporary_files_is(temporary: Path, walled: bool) -> None:
    long = temporary / ("x" * 100) / ("ä" * 50)
    long.mkdir(parents=True)
    tempfile.tempdir = str(long)
    for found in runs.recorder(walled=walled):
        source = "async def main(fetch): return await fetch('a')"
        recording = runs.record(found, source, "main", Double("fetch", reply=str.upper))
        assert (recording.fault, recording.trace.returned) == ("", "A"), recording.trace


def test_a_checkout_may_be_a_link(checkout: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(checkout)
    grade(link)


@linux
def test_a_checkout_may_be_read_only(checkout: Path) -> None:
    mount = f'mount --bind "{checkout}" "{checkout}" && mount -o remount,bind,ro "{checkout}" && cd . && exec "$@"'
    (checkout / ".turtles").mkdir(exist_ok=True)
    (checkout / ".turtles" / "results.json").unlink(missing_ok=True)
    done = graded(checkout, "grade", environ={"PYTHONPATH": str(checkout)}, wrapper=mounting(mount, checkout))
    said = " ".join((done.stdout + done.stderr).split())
    assert (done.returncode, "1 passed" in said) == (0, True), said
    assert "cannot be written (Read-only file system): everything will be judged again next time" in said


@linux
@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests are run by an ordinary user already")
def test_root_has_nothing_that_others_need(checkout: Path) -> None:
    wrapper = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
    try:
        done = subprocess.run([*wrapper, "id", "-u"], capture_output=True, text=True, check=False)
    except OSError:
        pytest.skip("no unshare")
    if done.stdout != "1000\n":
        pytest.skip("this user may not become another one")
    grade(checkout, *wrapper)


def one_solved(folder: Path) -> Path:
    """A kit with one exercise, which is solved."""
    folder.mkdir(exist_ok=True)
    root = make_kit(folder)
    write(root / "exercises" / "02_together" / "two_tasks.py", SOLVED)
    return root


def mounting(script: str, folder: Path | None = None) -> Sequence[str]:
    """A wrapper in whose mount namespace the script has mounted something; else the test is skipped."""
    wrapper = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    try:
        done = subprocess.run([*wrapper, "mount -t tmpfs none /mnt"], capture_output=True, check=False)
    except OSError:
        pytest.skip("no unshare")
    if done.returncode != 0:
        pytest.skip("this user may not mount anything")
    if folder is not None:
        script = script.replace("cd . &&", f'cd "{folder}" &&')
    return [*wrapper, script, "sh"]


# -- what somebody else may have ended decides nothing ----------------------------------------------------------------

KILLED = dataclasses.replace(
    recorded(0.2), trace=dataclasses.replace(recorded(0.2).trace, ended=Ending.DIED, exit_status=-signal.SIGKILL)
)
FAULTY = dataclasses.replace(recorded(0.2), fault="nobody saw how the program ended")


@pytest.mark.parametrize("first", [KILLED, FAULTY])
def test_a_run_that_was_killed_is_recorded_again(tmp_path: Path, first: Recording) -> None:
    found = ScriptedRecorder(first, recorded(0.5))
    assert kinds(judge(tmp_path, LINES, found)[0]) == ["passed"]
    assert len(found.asked) == 2


def test_who_is_killed_twice_did_it_himself_and_a_fault_that_stays_is_no_verdict(tmp_path: Path) -> None:
    killed, faulty = ScriptedRecorder(KILLED), ScriptedRecorder(FAULTY)
    assert kinds(judge(tmp_path, LINES, killed)[0]) == ["crashed"]
    assert kinds(judge(tmp_path, LINES, faulty)[0]) == ["inconclusive"]
    assert (len(killed.asked), len(faulty.asked)) == (2, 2)


def test_a_fork_server_that_is_gone_while_schedules_are_tried_fails_nobody(tmp_path: Path) -> None:
    found = Recorder(runs.NO_WALL)
    found._launcher._process.kill()  # type: ignore[attr-defined]
    with pytest.raises(JudgeError, match="the fork server is gone"):
        judge(tmp_path, PROPERTY, found, "async def main(names): return names")


@pytest.mark.parametrize("noise", [Noise(), Noise(stall_s=0.4, lost_s=0.4)])
def test_a_live_test_that_fails_while_the_machine_stalls_is_made_again(
    tmp_path: Path, noise: Noise, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    suite = """
import pytest

@points(1, "it says ready")
@pytest.mark.asyncio
async def test_ready(live) -> None:
    async with live("main") as run:
        await run.line("ready")
        await run.finished()
"""

    recording = Run.recording

    def noisy(run: Run) -> Recording:
        tries.append(1)
        return dataclasses.replace(recording(run), noise=noise if len(tries) == 1 else Noise())

    monkeypatch.setattr(Run, "recording", noisy)
    [(outcome,)] = judge(tmp_path, suite, Recorder(runs.NO_WALL), "def main(): print('no')")
    assert outcome.kind == "failed"
    assert len(tries) == (2 if noise.disturbed else 1)
