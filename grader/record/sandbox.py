"""The outer wall: bubblewrap, when it works here."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.errors import UsageError

_SCRATCH = "/scratch"
_HOME = "/turtles"
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime",
)  # fmt: skip
_RUNNER = Path(__file__).resolve().parent.parent / "runner"
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from grader.runner.server import main; "
    "sys.path.pop(0); main(sys.argv[2:])"
)


class Sandbox:
    """How the fork server is started: behind the wall, or (``wall`` False) as an ordinary process."""

    def __init__(self, wall: bool, note: str = "") -> None:
        self.wall = wall
        self.note = note
        """Why there is no wall, for the user; empty when there is one."""

    @property
    def name(self) -> str:
        """As it stands in results: ``bwrap`` or ``none``."""
        return "bwrap" if self.wall else "none"

    def command(self, scratch_root: Path, arguments: Sequence[str]) -> list[str]:
        """The command line of the runner; ``arguments`` go to ``grader.runner.server.main``."""
        if not self.wall:
            return [sys.executable, "-I", "-c", _BOOT, str(_RUNNER.parent.parent), *arguments]
        return [*_bwrap("--bind", str(scratch_root), _SCRATCH), sys.executable, "-I", "-c", _BOOT, _HOME,
                "isolate", *arguments]  # fmt: skip

    def scratch_name(self, scratch: Path) -> str:
        """The folder as the runner sees it."""
        return f"{_SCRATCH}/{scratch.name}" if self.wall else str(scratch)

    def environment(self) -> dict[str, str]:
        """What the learner's program may know of the user's environment: as good as nothing."""
        path = os.defpath if self.wall else os.environ.get("PATH", os.defpath)
        return {"PATH": path, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def _bwrap(*scratch: str) -> list[str]:
    """The wall's command line, up to the command behind it; ``scratch`` are the options that make that folder.

    ``/proc`` is the outer one until a run mounts its own over it: the kernel allows that mount only where an uncovered
    one is in sight, and bubblewrap's own would be partly covered. None of the learner's code runs before that mount.
    """
    wall = ["bwrap", "--die-with-parent", "--unshare-user", "--uid", "1000", "--gid", "1000", "--cap-add", "ALL",
            "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--hostname", "turtles",
            "--unshare-cgroup-try", "--bind", "/proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # fmt: skip
    seen: set[Path] = set()
    for path in [*map(Path, _SYSTEM), *_python_folders()]:
        if path not in seen and os.access(path, os.F_OK):
            seen.add(path)
            wall += ["--ro-bind", str(path), str(path)]
    wall += ["--ro-bind", str(_RUNNER), f"{_HOME}/grader/runner", *scratch, "--chdir", _SCRATCH]
    return [*wall, "--remount-ro", "/dev", "--remount-ro", "/", "--"]


def _python_folders() -> list[Path]:
    """Where this Python and its packages live, when that is not below /usr."""
    base, executable = Path(sys.base_prefix), Path(sys.executable)
    folders = {base, base.resolve(), Path(sys.prefix), executable.resolve().parent.parent}
    return sorted(folder for folder in folders if folder.parts[:2] != ("/", "usr"))


_TRY = f"""
import os, sys
sys.path.insert(0, {_HOME!r})
from grader.runner import isolation
isolation.new_process_ids()
if not (pid := os.fork()):
    isolation.own_namespaces("/tmp")
    isolation.drop_privileges()
    os._exit(0)
sys.exit(os.waitpid(pid, 0)[1] != 0)
"""
"""What the fork server does for each run, tried once."""


@functools.cache
def _trial() -> str:
    """Empty when the wall stands and a run behind it can have namespaces of its own, else why not."""
    if sys.platform != "linux":
        return "bubblewrap is for Linux"
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    command = [*_bwrap("--dir", _SCRATCH), sys.executable, "-I", "-c", _TRY]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap does not run here ({error})"
    last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
    return "" if done.returncode == 0 else f"bubblewrap does not work here ({last})"


def choose(wanted: str) -> Sandbox:
    """``auto``: the wall when it works; ``bwrap``: the wall or ``UsageError``; ``none``: no wall."""
    if wanted == "none":
        return Sandbox(False, "the sandbox was switched off")
    problem = _trial()
    if not problem:
        return Sandbox(True)
    if wanted == "bwrap":
        raise UsageError(f"--sandbox bwrap: {problem}. Install bubblewrap 0.4 or newer, or use --sandbox auto.")
    return Sandbox(False, problem)
