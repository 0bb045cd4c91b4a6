"""Running the user's program in the foreground, in its own way, while it is listened to."""

from __future__ import annotations

import contextlib
import functools
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from grader.errors import UsageError
from grader.runner import wire
from grader.runner.isolation import die_with_parent

OLDEST = (3, 11)
_STARTUP = Path(__file__).with_name("startup")
_FUNCTION_CALL = Path(__file__).with_name("function_call.py")
_PROBE = "import sys; print(*sys.version_info[:2])"
_PROBE_S = 30.0
_DRAIN_BYTES = 64 * 1024 * 1024
"""What may still wait in the channel when the program is gone; a child of it might go on writing for ever."""
_FORWARDED = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")


def find_python(wanted: str | None) -> str:
    """The interpreter to run the program with: ours, or the one that is named. Raises ``UsageError``."""
    if wanted is None:
        return sys.executable
    found = shutil.which(wanted)
    if found is None:
        raise UsageError(f"there is no Python {wanted} that can be run; --python takes the path of an interpreter")
    try:
        done = subprocess.run(
            [found, "-c", _PROBE],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=_PROBE_S,
            check=False,
        )
        version = tuple(int(part) for part in done.stdout.split())
    except (OSError, ValueError, subprocess.TimeoutExpired):
        version = ()
    if len(version) != 2:
        raise UsageError(f"{wanted} is no Python interpreter; --python takes the path of one")
    if version < OLDEST:
        has, needs = ".".join(map(str, version)), ".".join(map(str, OLDEST))
        raise UsageError(f"{wanted} is Python {has}; a program can be traced with Python {needs} or newer")
    return found


@dataclass(frozen=True)
class TracedProgram:
    """What is run, and how."""

    path: str
    """A file, or a folder or an archive with a ``__main__.py``; empty for a module."""
    module: str = ""
    """For ``python -m``."""
    function: str = ""
    """Of the file, instead of the whole."""
    arguments: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"-m {self.module}" if self.module else " ".join(filter(None, [self.path, self.function]))

    def command(self, python: str, address: str) -> list[str]:
        if self.module:
            return [python, "-m", self.module, *self.arguments]
        if self.function:
            return [python, str(_FUNCTION_CALL), address, self.path, self.function, *self.arguments]
        return [python, self.path, *self.arguments]


def run(python: str, program: TracedProgram, take: Callable[[Mapping[str, Any]], None]) -> int:
    """Run the program to its end and hand each of its messages to ``take``, in a thread of its own.

    It has our streams, working directory and environment, and is killed if we are. Returns its exit status; of one that
    a signal ended, the negative number of it.
    """
    with tempfile.TemporaryDirectory(prefix="turtles-trace-") as folder, socket.socket(socket.AF_UNIX) as server:
        address = str(Path(folder, "channel"))
        server.bind(address)
        server.listen()
        command = program.command(python, address)
        environment = _environment(program, address)
        with _signals() as forward_to:
            process = subprocess.Popen(command, env=environment, preexec_fn=functools.partial(_die_with, os.getpid()))
            forward_to.append(process)
            with _listening(server, take):
                return process.wait()


def _environment(program: TracedProgram, address: str) -> dict[str, str]:
    """Ours, but Python imports ``startup/sitecustomize.py`` first of all, which undoes these changes."""
    path = os.environ.get("PYTHONPATH")
    changes = {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(_STARTUP), path])),
        "TURTLES_TRACE_ADDRESS": address,
        "TURTLES_TRACE_PROGRAM": str(Path(program.path).absolute()) if program.path else "",
    }
    if path is not None:
        changes["TURTLES_TRACE_PYTHONPATH"] = path
    return {**os.environ, **changes}


def _die_with(parent: int) -> None:
    """In the program's process, before it begins: nobody else would end it if we were killed."""
    die_with_parent()
    if os.getppid() != parent:
        os._exit(1)


@contextlib.contextmanager
def _listening(server: socket.socket, take: Callable[[Mapping[str, Any]], None]) -> Iterator[None]:
    """Take messages as long as the block runs, and what is left in the channels after it."""
    over, told = os.pipe()
    thread = threading.Thread(target=_listen, args=(server, over, take), name="turtles trace")
    thread.start()
    try:
        yield
    finally:
        os.close(told)
        thread.join()
        os.close(over)


def _listen(server: socket.socket, over: int, take: Callable[[Mapping[str, Any]], None]) -> None:
    """A program that closes its channel comes back with another one."""
    inboxes: dict[socket.socket, wire.Inbox] = {}
    with selectors.DefaultSelector() as selector, contextlib.ExitStack() as channels:
        selector.register(server, selectors.EVENT_READ)
        selector.register(over, selectors.EVENT_READ)
        is_over = False
        while not is_over:
            for key, _ in selector.select():
                if key.fileobj == over:
                    is_over = True
                elif key.fileobj is server:
                    channel = channels.enter_context(server.accept()[0])
                    inboxes[channel] = wire.Inbox()
                    selector.register(channel, selectors.EVENT_READ)
                elif isinstance(key.fileobj, socket.socket) and not _receive(key.fileobj, inboxes[key.fileobj], take):
                    selector.unregister(key.fileobj)
                    del inboxes[key.fileobj]
        server.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                channel = channels.enter_context(server.accept()[0])
                inboxes[channel] = wire.Inbox()
        for channel, inbox in inboxes.items():
            _drain(channel, inbox, take)


def _drain(channel: socket.socket, inbox: wire.Inbox, take: Callable[[Mapping[str, Any]], None]) -> None:
    channel.setblocking(False)
    most = inbox.received + _DRAIN_BYTES
    with contextlib.suppress(BlockingIOError):
        while inbox.received < most and _receive(channel, inbox, take):
            pass


def _receive(channel: socket.socket, inbox: wire.Inbox, take: Callable[[Mapping[str, Any]], None]) -> bool:
    """Whether there may be more."""
    try:
        more = inbox.receive(channel)
        for message in inbox.messages():
            take(message)
    except wire.ProtocolError:  # the program wrote into it what it liked
        return False
    return more


@contextlib.contextmanager
def _signals() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Signals are for the program; we live until it ends, to show what it did. It is put into the list.

    The keys of a terminal reach it without us. What somebody sends us by ``kill`` is sent on.
    """
    programs: list[subprocess.Popen[bytes]] = []

    def forward(number: int, _frame: FrameType | None) -> None:
        for program in programs:
            with contextlib.suppress(OSError):
                program.send_signal(number)

    def from_keys(number: int, frame: FrameType | None) -> None:
        if not _in_foreground():
            forward(number, frame)

    # Functions, not SIG_IGN: that would be inherited.
    handlers: dict[str, Callable[[int, FrameType | None], None]] = dict.fromkeys(_FORWARDED, forward)
    handlers |= dict.fromkeys(("SIGINT", "SIGQUIT"), from_keys)
    before = {}
    for name, handler in handlers.items():
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, handler)
    try:
        yield programs
    finally:
        for number, was in before.items():
            signal.signal(number, was)


def _in_foreground() -> bool:
    """Whether we have a terminal whose keys reach us, and with us the program."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
