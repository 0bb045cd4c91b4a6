"""The sandbox: what a program behind the wall can see, write and reach. As good as nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import grader
from grader.errors import UsageError
from grader.record import sandbox
from grader.record.recorder import Job, Recorder
from grader.record.sandbox import Sandbox, choose
from grader.record.spec import Double, RecordingSpec
from grader.runner.isolation import TRAP
from tests.grader import runs


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    os.environ["TURTLES_TEST_SECRET"] = "hush"
    yield from runs.recorder(walled=True)
    del os.environ["TURTLES_TEST_SECRET"]


def ask(recorder: Recorder, body: str, *args: Any, imports: str = "os") -> Any:
    """What a function with this body returns behind the wall."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    recording = runs.record(recorder, f"import {imports}\ndef main(*args):\n{lines}\n", "main", *args)
    assert (recording.fault, recording.trace.ended) == ("", "returned"), (recording.fault, recording.trace)
    return recording.trace.returned


def test_the_project_home_and_the_users_files_are_not_there(recorder: Recorder, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush")
    project = Path(grader.__file__).parent.parent
    hidden = [project / "tests", project / "solutions", project / "grader" / "judge", Path.home() / ".bashrc", secret]
    hidden += map(Path, ["/etc/passwd", "/etc/shadow", "/var", "/sys", "/run", "/boot"])
    assert ask(recorder, "return [os.path.exists(path) for path in args[0]]", [str(path) for path in hidden]) == [
        False
    ] * len(hidden)


def test_of_the_grader_only_what_runs_beside_the_program_is_there(recorder: Recorder) -> None:
    found = ask(recorder, "return sorted(p for p, _, _ in os.walk('/turtles') if '__pycache__' not in p)")
    assert found == ["/turtles", "/turtles/grader", "/turtles/grader/runner", "/turtles/grader/runner/observe"]


def test_of_the_users_folders_there_is_nothing_but_the_way_to_python(recorder: Recorder) -> None:
    ways = [Path(sys.base_prefix).resolve(), Path(sys.base_prefix), Path(sys.prefix)]
    body = """
found = []
for top in args[0]:
    for folder, folders, files in os.walk(top):
        if folder in args[1]: folders.clear()
        else: found += [os.path.join(folder, name) for name in files]
return found
"""
    assert ask(recorder, body, ["/home", "/root", "/Users", "/opt", "/srv", "/mnt"], [str(way) for way in ways]) == []


def test_nothing_can_be_written_but_scratch_and_temporary_files(recorder: Recorder) -> None:
    body = """
found = []
for top, folders, files in os.walk("/"):
    folders[:] = [each for each in folders if os.path.join(top, each) not in ("/proc", *args)]
    for name in [".new", *files[:3]]:
        try:
            with open(os.path.join(top, name), "ab"): pass
            found.append(os.path.join(top, name))
        except OSError: pass
    if top.count("/") > 4: folders.clear()
return [path for path in found if not path.startswith(("/scratch/", "/tmp/", "/dev/shm/"))]
"""
    # What is there of /dev are null, zero, full, random, urandom, tty, and the run's own terminals and streams.
    assert [path for path in ask(recorder, body) if not path.startswith("/dev/") or path.endswith(".new")] == []


def test_the_kernels_settings_cannot_be_written(recorder: Recorder) -> None:
    body = """
found = []
for top, folders, files in os.walk("/proc/sys"):
    for name in files:
        try:
            os.close(os.open(os.path.join(top, name), os.O_WRONLY))
            found.append(name)
        except OSError: pass
for path in ("/proc/sysrq-trigger", "/proc/self/oom_score_adj", "/proc/1/oom_score_adj"):
    try:
        os.close(os.open(path, os.O_WRONLY))
        found.append(path)
    except OSError: pass
return found
"""
    assert ask(recorder, body) == []


def test_the_program_has_no_capability_and_cannot_get_one(recorder: Recorder) -> None:
    body = """
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
libc = ctypes.CDLL(None, use_errno=True)
users = libc.unshare(0x10000000), libc.unshare(0x00020000), libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)
return [status[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs")], users
"""
    assert ask(recorder, body, imports="os, ctypes") == [["0" * 16] * 5 + ["1"], [-1, -1, -1]]


def test_there_is_no_network_but_a_loopback_of_its_own(recorder: Recorder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        body = """
names = [line.split(":")[0].strip() for line in open("/proc/net/dev").readlines()[2:]]
found = []
for address in [("127.0.0.1", args[0]), ("1.1.1.1", 53), ("10.0.0.1", 80)]:
    try: socket.create_connection(address, 0.2).close(); found.append("open")
    except OSError as error: found.append(error.strerror)
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname(), 1).close()
return names, found
"""
        names, found = ask(recorder, body, server.getsockname()[1], imports="socket")
    assert names == ["lo"]
    assert found == ["Connection refused", "Network is unreachable", "Network is unreachable"]


def test_the_environment_holds_no_secret(recorder: Recorder) -> None:
    assert set(ask(recorder, "return dict(os.environ)")) <= {
        "PATH",
        "LANG",
        "PYTHONDONTWRITEBYTECODE",
        "PWD",
        "LC_CTYPE",
    }
    everything = """
found = ""
for pid in filter(str.isdigit, os.listdir("/proc")):
    for name in ("environ", "cmdline"):
        try: found += open(f"/proc/{pid}/{name}").read()
        except OSError: pass
return found
"""
    assert "hush" not in ask(recorder, everything)


def test_only_the_runs_own_processes_are_in_sight_and_the_warden_is_out_of_reach(recorder: Recorder) -> None:
    body = """
libc = ctypes.CDLL(None, use_errno=True)
pids = sorted(int(each) for each in os.listdir("/proc") if each.isdigit())
found = []
for attempt in (
    lambda: open("/proc/1/mem", "rb").read(1),
    lambda: open("/proc/1/maps").read(1),
    lambda: os.readlink("/proc/1/fd/0"),
    lambda: os.listdir("/proc/1/root"),
):
    try: found.append(str(attempt()))
    except OSError as error: found.append("refused")
found.append(libc.ptrace(16, 1, 0, 0))
buffer = ctypes.create_string_buffer(8)
for signal in (9, 15): os.kill(1, signal)
try: os.kill(os.getpid(), 19)
except PermissionError: found.append("not stopped")
time.sleep(0.1)
return pids == [1, os.getpid()], found
"""
    assert ask(recorder, body, imports="ctypes, os, time") == [True, ["refused"] * 4 + [-1, "not stopped"]]


def test_two_runs_share_no_folder_no_memory_and_no_process(recorder: Recorder) -> None:
    source = """
        import os, time
        from multiprocessing import shared_memory
        def main(n):
            for folder in ("/tmp", "/scratch", "/dev/shm", "."):
                open(f"{folder}/of-{n}", "w").close()
            time.sleep(0.4)
            found = {name for folder in ("/tmp", "/scratch", "/dev/shm") for name in os.listdir(folder)}
            return sorted(name for name in found if name.startswith("of-"))
    """
    jobs = {n: Job(runs.subject(source), RecordingSpec("main", (n,), observe=False)) for n in range(4)}
    found = recorder.record_all(jobs)
    assert {n: each.trace.returned for n, each in found.items()} == {n: [f"of-{n}"] for n in range(4)}
    assert (
        ask(recorder, "return [n for f in ('/tmp', '/scratch', '/dev/shm') for n in os.listdir(f) if 'of-' in n]") == []
    )


def test_descriptors_that_one_run_has_on_their_way_are_not_missing_in_another(recorder: Recorder) -> None:
    hoards = """
        import os, socket, time
        def main():
            count, kept = 0, []
            try:
                while True:
                    pair = socket.socketpair()
                    kept.append(pair)
                    for _ in range(4):
                        socket.send_fds(pair[0], [b"x"], [0] * 200)
                        count += 200
            except OSError: pass
            time.sleep(0.5)
            return count
    """
    calls = """
        import asyncio
        async def main(fetch):
            await asyncio.sleep(0.25)
            return sum(await asyncio.gather(*(fetch(n) for n in range(50))))
    """
    found = recorder.record_all(
        {
            "hoards": Job(runs.subject(hoards), RecordingSpec("main", observe=False)),
            "calls": Job(
                runs.subject(calls), RecordingSpec("main", (Double("fetch", reply=lambda n: n),), observe=False)
            ),
        }
    )
    assert found["hoards"].trace.returned >= 1000
    assert (found["calls"].trace.returned, found["calls"].trace.raised) == (sum(range(50)), None)


def test_temporary_files_are_bounded(recorder: Recorder) -> None:
    body = """
for n in range(100):
    try:
        with open(f"{args[0]}/{n}", "wb") as file: file.write(bytes(1 << 20))
    except OSError as error: return n, error.strerror
"""
    for folder in ("/tmp", "/dev/shm"):
        count, why = ask(recorder, body, folder)
        assert (50 < count <= 64, why) == (True, "No space left on device")


def test_what_programs_need_works_behind_the_wall(recorder: Recorder) -> None:
    body = """
assert subprocess.run(["sh", "-c", "echo $((1 + 1))"], capture_output=True, text=True).stdout == "2\\n"
with tempfile.TemporaryDirectory() as folder, sqlite3.connect(f"{folder}/db") as connection:
    connection.execute("create table t (a)")
with multiprocessing.Pool(1) as pool: assert pool.map(len, ["abc"]) == [3]
assert socket.getaddrinfo("127.0.0.1", 80)
open("/dev/null", "w").write("x")
return len(os.urandom(3)), os.getcwd(), str(os.getuid())
"""
    names = "multiprocessing, os, socket, sqlite3, subprocess, tempfile"
    assert ask(recorder, body, imports=names) == [3, "/scratch", "1000"]


# -- which sandbox is taken -------------------------------------------------------------------------------------------


def test_none_is_none_and_says_so() -> None:
    chosen = choose("none")
    assert (chosen.wall, chosen.name, chosen.note) == (False, "none", "the sandbox was switched off")


def test_without_bubblewrap_auto_goes_on_and_bwrap_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_trial", lambda _: "bubblewrap is not installed")
    assert (choose("auto").wall, choose("auto").note) == (False, "bubblewrap is not installed")
    with pytest.raises(UsageError, match=r"--sandbox bwrap: bubblewrap is not installed\. Install bubblewrap"):
        choose("bwrap")


@pytest.mark.parametrize(
    ("script", "note"),
    [("exit 1", "bubblewrap does not work here (exit status 1)"),
     ("echo 'bwrap: No permissions to create new namespace' >&2; exit 1",
      "bubblewrap does not work here (bwrap: No permissions to create new namespace)")],
)  # fmt: skip
@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
def test_a_bubblewrap_that_does_not_work_is_not_used(
    script: str, note: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    sandbox._trial.cache_clear()
    try:
        assert choose("auto").note == note
    finally:
        sandbox._trial.cache_clear()


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
def test_the_whole_wall_falls_with_the_grader() -> None:
    """Killed outright, the grader cannot clean up: the kernel does."""
    wall = runs.wall()
    assert wall.wall
    script = (
        "import os, signal, sys, threading, time, pathlib\n"
        "from tests.grader import runs\n"
        "for recorder in runs.recorder(walled=True):\n"
        "    threading.Timer(0.7, lambda: (print(*runs.children(), flush=True), os.kill(os.getpid(), 9))).start()\n"
        "    runs.record(recorder, 'import time\\ndef main(): time.sleep(60)', deadline_s=60)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=150, check=False)
    pids = set(map(int, done.stdout.split()))
    assert (done.returncode, len(pids) >= 3) == (-9, True), done.stderr
    assert runs.ended(pids)


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("os.memfd_create('x')", "Function not implemented"),
        ("socket.socket(40, socket.SOCK_STREAM)", "Address family not supported by protocol"),  # AF_VSOCK
        ("socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)", "Address family not supported by protocol"),
        ("os.kill(os.getpid(), signal.SIGSTOP)", "Operation not permitted"),
        ("os.kill(0, signal.SIGTSTP)", "Operation not permitted"),
        ("signal.pidfd_send_signal(os.pidfd_open(os.getpid()), signal.SIGSTOP)", "Operation not permitted"),
        ("os.sched_setaffinity(0, {0})", "Operation not permitted"),
        ("libc(206, 8, ctypes.byref(ctypes.c_ulong()))", "Function not implemented"),  # io_setup
        ("libc(253)", "Function not implemented"),  # inotify_init
        ("libc(29, 0, 4096, 0o600)", "Function not implemented"),  # shmget
    ],
)
def test_what_no_exercise_needs_the_kernel_does_not_answer(recorder: Recorder, call: str, answer: str) -> None:
    if "libc" in call and os.uname().machine != "x86_64":
        pytest.skip("the number is another one on this processor")
    body = f"""
def libc(*arguments):
    if ctypes.CDLL(None, use_errno=True).syscall(*arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
try: return str({call})
except OSError as error: return error.strerror
"""
    assert ask(recorder, body, imports="ctypes, os, signal, socket") == answer


def test_an_author_sees_where_a_call_was_made_that_is_not_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TRAP, "1")
    with Recorder(Sandbox(True)) as recorder:
        source = "import os\ndef main():\n    os.memfd_create('x')\n"
        trace = runs.record(recorder, source).trace
    assert (trace.ended, trace.exit_status) == ("died", -signal.SIGSYS)
    assert "line 3 in main" in trace.stderr


@pytest.mark.parametrize("with_python", [False, True])
def test_a_kit_below_a_system_folder_is_covered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_python: bool
) -> None:
    kit = tmp_path / "usr" / "src" / "app"
    for name in ("tests/hidden/test_it.py", "solutions/it.py", ".turtles/results.json"):
        (kit / name).parent.mkdir(parents=True, exist_ok=True)
        (kit / name).write_text("hush")
    book = tmp_path / "usr" / "class.db"
    book.write_text("grades")
    if with_python:  # a virtual environment in the kit, as `make` has it
        monkeypatch.setattr(sandbox, "_prefixes", lambda: (Path(sys.prefix), kit / ".venv"))
        (kit / ".venv" / "lib").mkdir(parents=True)
    monkeypatch.setattr(sandbox, "_SYSTEM", (*sandbox._SYSTEM, str(tmp_path / "usr")))
    wall = Sandbox(True, hidden=(kit, book))
    if not with_python:
        assert sandbox._trial(wall.hidden) == ""
    with Recorder(wall) as recorder:
        source = "import os\ndef main(kit, book):\n    return sorted(os.listdir(kit)), os.path.getsize(book)\n"
        found = runs.record(recorder, source, "main", str(kit), str(book)).trace.returned
    assert found == [[".venv"] if with_python else [], 0]


def test_a_folder_within_what_is_covered_is_covered_where_it_is_in_sight_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The grader in its kit, as in a clone, or in the kit's virtual environment, as the wheel puts it there."""
    kit = tmp_path / "usr" / "src" / "app"
    inside, installed = kit / "grader", kit / ".venv" / "lib" / "grader"
    for folder in (inside, installed):
        folder.mkdir(parents=True)
        (folder / "suite.py").write_text("hush")
    monkeypatch.setattr(sandbox, "_prefixes", lambda: (Path(sys.prefix), kit / ".venv"))
    monkeypatch.setattr(sandbox, "_SYSTEM", (*sandbox._SYSTEM, str(tmp_path / "usr")))
    with Recorder(Sandbox(True, hidden=(inside, installed, kit))) as recorder:
        source = "import os\ndef main(*folders):\n    return [sorted(os.listdir(folder)) for folder in folders]\n"
        found = runs.record(recorder, source, "main", str(kit), str(installed)).trace.returned
    assert found == [[".venv"], []]


def test_what_can_be_seen_all_the_same_is_a_reason_to_refuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "usr" / "kit").mkdir(parents=True)
    (tmp_path / "usr" / "kit" / "suite.py").write_text("hush")
    monkeypatch.setattr(sandbox, "_SYSTEM", (*sandbox._SYSTEM, str(tmp_path / "usr")))
    monkeypatch.setattr(sandbox, "_covers", lambda *_: [])
    with pytest.raises(UsageError, match=r"suite\.py can be seen behind it"):
        choose("bwrap", [tmp_path / "usr" / "kit"])
