"""Kill -9 a part of the grader's world while it grades, and look at what is left and at what the next grade says."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.grader import runs
from tests.grader.command import TURTLES, environment, graded
from tests.grader.kits import SOLVED, TWO_TASKS, make_kit, write

VICTIMS = ("grader", "fork server", "supervisor", "run")

EXPECTED = {"hello": "passed", "two_tasks": "failed", "too_eager": "untouched", "three_tasks": "passed"}

_ONE_ONLY = TWO_TASKS.replace("    await task_a()\n    await task_b()\n", "    await task_a()\n")
_LATEST_S = 0.6
"""A run of this kit takes 0.4 s: some moments lie after the last of them."""


def kit_to_strike(folder: Path) -> Path:
    """A kit with a right, a wrong, an untouched and another right file."""
    root = make_kit(folder, {"01_first": ["hello"], "02_together": ["two_tasks", "too_eager", "three_tasks"]})
    for name in ("01_first/hello", "02_together/three_tasks"):
        write(root / "exercises" / f"{name}.py", SOLVED)
    write(root / "exercises" / "02_together" / "two_tasks.py", _ONE_ONLY)
    return root


@dataclass(frozen=True)
class Blow:
    """What came of one kill. ``complaints`` is empty when everything is as it should be."""

    victim: str
    status: int
    hit: bool
    """Whether there was such a process at the moment."""
    complaints: tuple[str, ...]


def strike(root: Path, victim: str, sandbox: str, seed: int) -> Blow:
    """Grade the kit, kill the victim at a moment that ``seed`` chooses, and grade again."""
    chance = random.Random(seed)
    scratch, first, second = root.parent / "scratch", root.parent / "first.json", root.parent / "second.json"
    scratch.mkdir(exist_ok=True)
    for path in (first, second):
        path.unlink(missing_ok=True)
    complaints: list[str] = []
    with _adopting_orphans() as before:
        command = [*TURTLES, "grade", "--all", "--sandbox", sandbox, "--json", str(first)]
        process = subprocess.Popen(
            command,
            cwd=root,
            env=environment(TMPDIR=str(scratch)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        hit = _kill(process, victim, chance)
        said = "".join(process.communicate(timeout=150))
        if not _only(before):
            complaints.append(f"processes are left: {_commands(runs.children() - before)}")
    complaints += _of_status(process.returncode, victim, said)
    complaints += [f"struck: {each}" for each in _of_verdicts(first) if "inconclusive" not in each]
    again = graded(root, "grade", "--sandbox", sandbox, "--json", str(second), environ={"TMPDIR": str(scratch)})
    if again.returncode != 1 or not second.exists():
        complaints.append(f"the next grade ended with {again.returncode}: {again.stdout}{again.stderr}")
    complaints += [f"next: {each}" for each in _of_verdicts(second)]
    complaints += [f"left: {path}" for path in scratch.iterdir()]
    complaints += _of_state(root / ".turtles")
    return Blow(victim, process.returncode, hit, tuple(complaints))


def _kill(process: subprocess.Popen[str], victim: str, chance: random.Random) -> bool:
    if victim == "grader":
        time.sleep(chance.uniform(0, 1.5))
        process.kill()
        return True
    until = time.monotonic() + 10
    while not (found := find(process.pid, victim)) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(chance.uniform(0, _LATEST_S))
    found = find(process.pid, victim)
    if found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(found), signal.SIGKILL)
            return True
    return False


def find(grader: int, victim: str) -> list[int]:
    """The processes below a grader that are this part of it (Linux)."""
    parents = {pid: parent for pid, parent in _family(grader) if _is_runner(pid)}
    if not parents:
        return []
    server = min(parents, key=_started)
    # Behind the wall a supervisor is a child of bubblewrap's, else of the server's.
    programs = [pid for pid, parent in parents.items() if parent in parents and parent != server]
    supervisors = [pid for pid in parents if pid != server and pid not in programs]
    return {"fork server": [server], "supervisor": supervisors, "run": programs}[victim]


def _family(pid: int) -> Iterator[tuple[int, int]]:
    with contextlib.suppress(OSError):
        for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()):
            yield child, pid
            yield from _family(child)


def _is_runner(pid: int) -> bool:
    command = _command(pid)
    return "grader.runner.server" in command and not command.startswith("bwrap")


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def _commands(pids: set[int]) -> str:
    return "; ".join(f"{pid} {_command(pid)[:60]}" for pid in sorted(pids))


def _started(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    return 1 << 62


@contextlib.contextmanager
def _adopting_orphans() -> Iterator[set[int]]:
    """Whatever loses its parent in the block becomes a child of this process, and so is seen."""
    set_child_subreaper = 36
    libc = ctypes.CDLL(None)
    before = runs.children()
    libc.prctl(set_child_subreaper, 1, 0, 0, 0)
    try:
        yield before
    finally:
        libc.prctl(set_child_subreaper, 0, 0, 0, 0)


def _only(before: set[int]) -> bool:
    """Whether soon nothing is left but those; what was adopted is buried."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        for pid in runs.children() - before:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        if runs.children() <= before:
            return True
        time.sleep(0.01)
    return False


def _of_status(status: int, victim: str, said: str) -> list[str]:
    found = [f"a traceback: {said}"] if "Traceback" in said else []
    # 1: not all pass, which is so; 3: could not judge.
    if status not in ((1, -signal.SIGKILL) if victim == "grader" else (1, 3)):
        found.append(f"the grade that was struck ended with {status}: {said}")
    return found


def verdicts(path: Path) -> dict[str, str]:
    """The verdicts in a result, by the name of the exercise."""
    return {each["name"]: each["verdict"] for each in json.loads(path.read_text(encoding="utf-8"))["exercises"]}


def _of_verdicts(path: Path) -> list[str]:
    found = verdicts(path) if path.exists() else EXPECTED
    return [f"{name} is {found.get(name)}" for name in EXPECTED if found.get(name) != EXPECTED[name]]


def _of_state(folder: Path) -> list[str]:
    found = []
    for path in folder.glob("*.json"):
        try:
            json.loads(path.read_bytes())
        except ValueError as error:
            found.append(f"{path.name} is torn: {error}")
    return found
