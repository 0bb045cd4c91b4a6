"""Start runs: through the fork server, or a new interpreter for each where there is no fork."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from grader.errors import JudgeError
from grader.files import CAN_LOCK, try_lock
from grader.record import cleanup
from grader.record.sandbox import Sandbox
from grader.runner import usage, wire
from grader.runner.protocol import Exited

_PREFIX = "turtles-run-"

_ROOM_BYTES = 16 * 1024**2
"""With less, a right program that writes a file might fail for want of it."""

_LOOK_S = 0.02
"""How often the end of a spawned run is looked for."""


class Starter(Protocol):
    """Starts a process for a run. ``fds``: stdout, stderr, control, explain, life; the caller closes its copies."""

    scratch_root: Path

    def launch(self, fds: list[int], scratch: Path) -> None: ...


class Launcher(Starter, Protocol):
    """Starts the runs of a session."""

    can_explore: bool
    """Whether a run may fork further runs (for Hypothesis)."""

    def check(self) -> None:
        """Raise ``JudgeError`` when what starts the runs has come to its end, and may have taken some with it."""

    def close(self) -> None: ...


class ForkServer:
    """One warm process for the whole session. Raises ``JudgeError`` when it is gone."""

    can_explore = True

    def __init__(self, sandbox: Sandbox, packages: Iterable[str] = ()) -> None:
        self._sandbox = sandbox
        self._scratch = ScratchRoot()
        self.scratch_root = self._scratch.path
        self._commands, theirs = socket.socketpair()
        with theirs:
            arguments = [str(theirs.fileno()), ",".join(sorted(set(packages)))]
            self._process = subprocess.Popen(
                sandbox.command(self.scratch_root, arguments),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=sandbox.environment(),
                cwd=self.scratch_root,
                start_new_session=True,
            )

    def launch(self, fds: list[int], scratch: Path) -> None:
        try:
            wire.send(self._commands, {"scratch": self._sandbox.scratch_name(scratch)}, fds)
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
            raise self._gone() from None

    def check(self) -> None:
        if self._process.poll() is not None:
            raise self._gone()

    def _gone(self) -> JudgeError:
        # No other server takes its place: a machine that ends processes is to be told of, not to be worked around.
        why = self._last_words() or f"exit status {self._process.poll()}"
        return JudgeError(f"the fork server is gone ({why}): grade again; should it be gone again, try --sandbox none")

    def _last_words(self) -> str:
        if not self._process.stderr:
            return ""
        # The supervisors have the pipe as well: without a wall they outlive the server, so nobody may wait for its end.
        os.set_blocking(self._process.stderr.fileno(), False)
        with contextlib.suppress(OSError):
            said = os.read(self._process.stderr.fileno(), 65536).decode(errors="replace").strip()
            return said.splitlines()[-1] if said else ""
        return ""

    def close(self) -> None:
        """End the server and, with it, every run."""
        self._commands.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()
        self._scratch.remove()


class Spawner:
    """A new interpreter for each run: slower by some 80 ms of processor time each.

    Without a wall it needs no fork: what a supervisor does, a thread of the grader does from outside.
    """

    can_explore = False

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._scratch = ScratchRoot()
        self.scratch_root = self._scratch.path
        self._attendants: list[threading.Thread] = []

    def launch(self, fds: list[int], scratch: Path) -> None:
        *inner, life_fd = fds
        given = fds if self._sandbox.wall else inner
        process = subprocess.Popen(
            self._sandbox.command(scratch, ["single", *map(str, given)]),
            pass_fds=given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._sandbox.environment(),
            cwd=scratch,
            start_new_session=True,
        )
        attend = process.wait if self._sandbox.wall else _Attendant(process, os.dup(life_fd)).attend
        thread = threading.Thread(target=attend, daemon=True)
        thread.start()
        self._attendants = [each for each in self._attendants if each.is_alive()] + [thread]

    def check(self) -> None:
        """Each run has a process of its own, and no other can take it along."""

    def close(self) -> None:
        """Wait for the runs that are being ended."""
        for thread in self._attendants:
            thread.join(5)
        self._scratch.remove()


class _Attendant:
    """What a supervisor does for a forked run, from outside: obey, wait, report."""

    def __init__(self, process: subprocess.Popen[bytes], life_fd: int) -> None:
        self._process = process
        self._life = socket.socket(fileno=life_fd)
        self._life.settimeout(_LOOK_S)
        self._inbox = wire.Inbox()

    def attend(self) -> None:
        """Return when the program has ended and its group is gone."""
        with self._life:
            while self._process.poll() is None:
                self._obey()
            self._signal(signal.SIGKILL)
            self._life.settimeout(None)
            with contextlib.suppress(OSError):
                wire.send(self._life, Exited(status=self._process.returncode).to_wire())

    def _obey(self) -> None:
        with contextlib.suppress(TimeoutError, BrokenPipeError):
            if not self._inbox.receive(self._life):
                self._signal(signal.SIGKILL)
                self._process.wait()
            for message in self._inbox.messages():
                if message["do"] == "usage":
                    pid = self._process.pid
                    wire.send(self._life, usage.used_by([pid, *usage.below(pid)], pid).to_wire())
                else:
                    self._signal(signal.SIGKILL if message["do"] == "kill" else message["signal"])

    def _signal(self, number: int) -> None:
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, number)


class ScratchRoot:
    """The folder that holds the scratch folders of one session; it carries a lock as long as its grader lives.

    Raises ``JudgeError`` where there is no room for one. What a killed grader left behind goes when the next starts.
    """

    def __init__(self) -> None:
        try:
            parent = Path(tempfile.gettempdir())
            _remove_stale(parent)
            free = shutil.disk_usage(parent).free
            if free < _ROOM_BYTES:
                raise OSError(errno.ENOSPC, f"only {free // 1024**2} MB are free")
            self.path, self._lock = self._make(parent)
        except OSError as error:
            reason = error.strerror or str(error)
            raise JudgeError(
                f"there is no place for the files of the programs ({reason}): "
                "make room, or let TMPDIR name a folder that has some"
            ) from None

    @staticmethod
    def _make(parent: Path) -> tuple[Path, int | None]:
        while True:
            path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
            lock = _lock(path)
            # Between the two, another grader may have taken it for one that was left behind.
            if lock is not None or not CAN_LOCK:
                return path, lock

    def remove(self) -> None:
        """Remove the folder and all in it."""
        cleanup.remove(self.path)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _lock(path: Path) -> int | None:
    """Lock a folder of this user's; None if it is locked already, gone, or no such folder."""
    if not CAN_LOCK:  # and so nothing is taken for left behind
        return None
    try:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if try_lock(fd) and os.fstat(fd).st_uid == os.geteuid() and os.path.samestat(os.fstat(fd), path.lstat()):
            return fd
    except OSError:
        pass
    os.close(fd)
    return None


def _remove_stale(parent: Path) -> None:
    """Remove what graders left behind that were killed: the kernel has given their locks back."""
    with contextlib.suppress(OSError):
        for path in parent.glob(f"{_PREFIX}*"):
            if (lock := _lock(path)) is not None:
                cleanup.remove(path)
                os.close(lock)
