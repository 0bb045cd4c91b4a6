"""Start runs: through the fork server, or a new interpreter for each where there is no fork."""

from __future__ import annotations

import contextlib
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
from grader.record.sandbox import Sandbox
from grader.runner import wire

_LOOK_S = 0.02
"""How often the end of a spawned run is looked for."""


class Launcher(Protocol):
    """Starts a process for a run. ``fds``: stdout, stderr, control, explain, life; the caller closes its copies."""

    can_explore: bool
    """Whether a run may fork further runs (for Hypothesis)."""
    scratch_root: Path

    def launch(self, fds: list[int], scratch: Path) -> None: ...

    def close(self) -> None: ...


class ForkServer:
    """One warm process for the whole session. Raises ``JudgeError`` when it is gone."""

    can_explore = True

    def __init__(self, sandbox: Sandbox, packages: Iterable[str] = ()) -> None:
        self._sandbox = sandbox
        self.scratch_root = _scratch_root()
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
            said = self._process.stderr.read().decode(errors="replace").strip() if self._process.stderr else ""
            last = said.splitlines()[-1] if said else "it said nothing"
            raise JudgeError(f"the fork server is gone ({last}): try --sandbox none") from None

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
        shutil.rmtree(self.scratch_root, ignore_errors=True)


class Spawner:
    """A new interpreter for each run: slower by some 80 ms of processor time each.

    Without a wall it needs no fork: what a warden does, a thread of the grader does from outside.
    """

    can_explore = False

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.scratch_root = _scratch_root()
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

    def close(self) -> None:
        """Wait for the runs that are being ended."""
        for thread in self._attendants:
            thread.join(5)
        shutil.rmtree(self.scratch_root, ignore_errors=True)


class _Attendant:
    """What a warden does for a forked run, from outside: obey, wait, report."""

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
                wire.send(self._life, {"k": "exit", "status": self._process.returncode})

    def _obey(self) -> None:
        with contextlib.suppress(TimeoutError):
            if not self._inbox.receive(self._life):
                self._signal(signal.SIGKILL)
                self._process.wait()
            for message in self._inbox.messages():
                self._signal(signal.SIGKILL if message["do"] == "kill" else message["signal"])

    def _signal(self, number: int) -> None:
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, number)


def _scratch_root() -> Path:
    return Path(tempfile.mkdtemp(prefix="turtles-"))
