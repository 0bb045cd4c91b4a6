"""The outer wall: bubblewrap, when it works here."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import site
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import grader
from grader.errors import UsageError
from grader.runner.isolation import TRAP
from grader.runner.protocol import SCRATCH as _SCRATCH

_KIT = "exercises/curriculum.toml"
_HOME = "/turtles"
_TRIAL_S = 20.0
"""On a busy machine it may take seconds."""
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime",
)  # fmt: skip
_RUNNER = Path(__file__).resolve().parent.parent / "runner"
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from grader.runner.server import main; "
    "sys.path[:1] = []; sys.path += {also}; main(sys.argv[2:])"
)


class Sandbox:
    """How the fork server is started: behind the wall, or (``wall`` False) as an ordinary process."""

    def __init__(self, wall: bool, note: str = "", hidden: Sequence[Path] | None = None) -> None:
        self.wall = wall
        self.hidden = tuple(_secrets(()) if hidden is None and wall else hidden or ())
        """What no program behind the wall may see."""
        self.note = note
        """Why there is no wall, for the user; empty when there is one."""

    @property
    def name(self) -> str:
        """As it stands in results: ``bwrap`` or ``none``."""
        return "bwrap" if self.wall else "none"

    def command(self, scratch_root: Path, arguments: Sequence[str]) -> list[str]:
        """The command line of the runner; ``arguments`` go to ``grader.runner.server.main``."""
        if not self.wall:
            return [*_python(), str(_RUNNER.parent.parent), *arguments]
        wall = _bwrap(self.hidden, "--bind", str(scratch_root), _SCRATCH)
        return [*wall, *_python(), _HOME, "isolate", *arguments]

    def scratch_name(self, scratch: Path) -> str:
        """The folder as the runner sees it."""
        return f"{_SCRATCH}/{scratch.name}" if self.wall else str(scratch)

    def environment(self) -> dict[str, str]:
        """What the learner's program may know of the user's environment: as good as nothing."""
        path = os.defpath if self.wall else os.environ.get("PATH", os.defpath)
        trap = {TRAP: "1"} if os.environ.get(TRAP) else {}
        return {"PATH": path, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **trap}


def _python() -> list[str]:
    """The command line of an interpreter that sees no settings of the user's, and the packages that exercises use."""
    return [_executable(), "-I", "-c", _BOOT.format(also=[str(folder) for folder in _user_packages()])]


def _executable() -> str:
    """This interpreter by a path without ``..``: behind the wall, not every folder is there that such a path needs."""
    path = Path(sys.executable)
    return str(path.parent.resolve() / path.name) if ".." in path.parts else sys.executable


def _user_packages() -> list[Path]:
    """The user's own packages, where the grader is one of them (``pip install --user``): ``-I`` leaves them out."""
    folder = Path(site.getusersitepackages())
    package = Path(grader.__file__).resolve()
    return [folder] if site.ENABLE_USER_SITE and package.is_relative_to(folder.resolve()) else []


def _bwrap(hidden: Sequence[Path], *scratch: str) -> list[str]:
    """The wall's command line, up to the command behind it; ``scratch`` are the options that make that folder.

    ``/proc`` is the outer one until a run mounts its own over it: the kernel allows that mount only where an uncovered
    one is in sight, and bubblewrap's own would be partly covered. None of the learner's code runs before that mount.
    """
    wall = ["bwrap", "--die-with-parent", "--unshare-user", "--uid", "1000", "--gid", "1000", "--cap-add", "ALL",
            "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--hostname", "turtles",
            "--unshare-cgroup-try", "--bind", "/proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # fmt: skip
    bound: list[Path] = []
    for path in [*map(Path, _SYSTEM), *_python_folders()]:
        if path not in bound and os.access(path, os.F_OK):
            bound.append(path)
            wall += ["--ro-bind", str(path), str(path)]
    wall += _covers(hidden, bound)
    wall += ["--ro-bind", str(_RUNNER), f"{_HOME}/grader/runner", *scratch, "--chdir", _SCRATCH]
    return [*wall, "--remount-ro", "/dev", "--remount-ro", "/", "--"]


def _covers(hidden: Sequence[Path], bound: Sequence[Path]) -> list[str]:
    """Options that lay something empty over what would be in sight inside a bound folder (a kit below ``/usr/src``).

    A Python that lives in what is covered is bound once more.
    """
    options: list[str] = []
    empty: list[Path] = []
    bound_again: list[Path] = []
    for path in sorted(hidden, key=lambda path: len(path.parts)):
        if not any(path != folder and path.is_relative_to(folder.resolve()) for folder in bound):
            continue
        around = [folder for folder in (*empty, *bound_again) if path.is_relative_to(folder)]
        if around and max(around, key=lambda folder: len(folder.parts)) in empty:
            continue  # nothing is there any more
        if not path.is_dir():
            options += ["--ro-bind", os.devnull, str(path)]
            continue
        options += ["--tmpfs", str(path)]
        empty.append(path)
        for folder in _prefixes():
            if folder != path and folder.resolve().is_relative_to(path):
                options += ["--ro-bind", str(folder.resolve()), str(folder.resolve())]
                bound_again.append(folder.resolve())
        options += ["--remount-ro", str(path)]
    return options


def _secrets(also: Sequence[Path]) -> tuple[Path, ...]:
    """What no program may see, wherever it lies: the grader, its kit and the one worked in, the home, and ``also``."""
    package = Path(grader.__file__).resolve().parent
    here = Path.cwd().resolve()
    kits = [folder for folder in (package.parent, here, *here.parents) if (folder / _KIT).is_file()]
    found = [*kits, package, Path.home().resolve(), here, *(path.resolve() for path in also)]
    roots = {Path("/"), Path("/usr"), Path("/usr/local"), Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()}
    return tuple(path for path in dict.fromkeys(found) if path not in roots and path.exists())


def _prefixes() -> tuple[Path, ...]:
    return Path(sys.prefix), Path(sys.base_prefix)


def _python_folders() -> list[Path]:
    """Where this Python and its packages live, when that is not below /usr."""
    base, executable = Path(sys.base_prefix), Path(_executable())
    folders = {
        base,
        executable.parent.parent,
        base.resolve(),
        Path(sys.prefix),
        executable.resolve().parent.parent,
        *_user_packages(),
    }
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
if os.waitpid(pid, 0)[1] != 0:
    sys.exit(1)
python = [os.path.realpath(prefix) for prefix in (sys.prefix, sys.base_prefix)]
for path in sys.argv[1:]:
    if os.path.isfile(path) and os.path.getsize(path):
        sys.exit(path + " can be seen behind it")
    for name in os.listdir(path) if os.path.isdir(path) else ():
        inner = os.path.join(path, name)
        if not any((prefix + "/").startswith(inner + "/") for prefix in python):
            sys.exit(inner + " can be seen behind it")
"""
"""What the fork server does for each run, tried once; and nothing of what its arguments name may be in sight."""


@functools.cache
def _trial(hidden: tuple[Path, ...]) -> str:
    """Empty when the wall stands and a run behind it can have namespaces of its own, else why not."""
    if sys.platform != "linux":
        return "bubblewrap is for Linux"
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    command = [*_bwrap(hidden, "--dir", _SCRATCH), _executable(), "-I", "-c", _TRY, *map(str, hidden)]
    try:
        trial = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        return f"bubblewrap does not run here ({error.strerror or error})"
    with trial:
        try:
            _, said = trial.communicate(timeout=_TRIAL_S)
        except subprocess.TimeoutExpired:
            os.killpg(trial.pid, signal.SIGKILL)  # what it started would go on holding the pipe
            return f"bubblewrap does not answer here (tried for {_TRIAL_S:.0f} s)"
    last = (said.strip().splitlines() or [f"exit status {trial.returncode}"])[-1]
    return "" if trial.returncode == 0 else f"bubblewrap does not work here ({last})"


def choose(wanted: str, hidden: Sequence[Path] = ()) -> Sandbox:
    """``auto``: the wall when it works; ``bwrap``: the wall or ``UsageError``; ``none``: no wall.

    ``hidden``: what no program may see, besides the kit, the grader, the home and the working directory.
    """
    if wanted == "none":
        return Sandbox(False, "the sandbox was switched off")
    secrets = _secrets(hidden)
    problem = _trial(secrets)
    if not problem:
        return Sandbox(True, hidden=secrets)
    if wanted == "bwrap":
        raise UsageError(f"--sandbox bwrap: {problem}. Install bubblewrap 0.4 or newer, or use --sandbox auto.")
    return Sandbox(False, problem)
