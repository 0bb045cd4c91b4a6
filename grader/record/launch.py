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
            isolate = "isolate" if sandbox.wall else "plain"
            arguments = [str(theirs.fileno()), isolate, ",".join(sorted(set(packages)))]
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
            raise JudgeError(f"the fork server is gone: {said.splitlines()[-1] if said else 'it said nothing'}") from None

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
    """A new interpreter for each run: slower by some 80 ms of processor time each, needs no fork."""

    can_explore = False

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.scratch_root = _scratch_root()
        self._attendants: list[threading.Thread] = []

    def launch(self, fds: list[int], scratch: Path) -> None:
        *inner, life_fd = fds
        command = self._sandbox.command(self.scratch_root, ["single", *map(str, inner)])
        process = subprocess.Popen(
            command,
            pass_fds=inner,
            stdin=subprocess.DEVNULL,
            env=self._sandbox.environment(),
            cwd=scratch,
            start_new_session=True,
        )
        thread = threading.Thread(target=_attend, args=(process, socket.socket(fileno=os.dup(life_fd))), daemon=True)
        thread.start()
        self._attendants.append(thread)

    def close(self) -> None:
        """Wait for the runs that are being ended."""
        for thread in self._attendants:
            thread.join(5)
        shutil.rmtree(self.scratch_root, ignore_errors=True)


def _attend(process: subprocess.Popen[bytes], life: socket.socket) -> None:
    """What a warden does for a forked run, from outside: obey, wait, report."""
    with life:
        life.settimeout(0.02)
        inbox = wire.Inbox()
        while process.poll() is None:
            with contextlib.suppress(TimeoutError, ProcessLookupError):
                if not inbox.receive(life):
                    os.killpg(process.pid, signal.SIGKILL)
                for message in inbox.messages():
                    number = signal.SIGKILL if message["do"] == "kill" else message["signal"]
                    os.killpg(process.pid, number)
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            life.settimeout(None)
            wire.send(life, {"k": "exit", "status": process.returncode, "cpu_s": 0.0, "peak_bytes": 0, "run_delay_s": 0.0})


def _scratch_root() -> Path:
    return Path(tempfile.mkdtemp(prefix="turtles-"))
