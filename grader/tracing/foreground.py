"""Running the user's program in the foreground, in its own way, while it is listened to."""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from grader.errors import UsageError
from grader.runner import wire

OLDEST = (3, 11)
_TRACER = Path(__file__).with_name("tracer.py")
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


def run(
    python: str, file: str, function: str, arguments: Sequence[str], take: Callable[[Mapping[str, Any]], None]
) -> int:
    """Run the program to its end and hand each of its messages to ``take``, in a thread of its own.

    It has our streams, working directory and environment. Returns its exit status; of one that a signal
    ended, the negative number of it.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        command = [python, str(_TRACER), str(theirs.fileno()), file, function, *arguments]
        with _signals() as forward_to:
            program = subprocess.Popen(command, pass_fds=[theirs.fileno()])
            forward_to.append(program)
            theirs.close()
            with _listening(ours, take):
                return program.wait()


@contextlib.contextmanager
def _listening(channel: socket.socket, take: Callable[[Mapping[str, Any]], None]) -> Iterator[None]:
    """Take messages as long as the block runs, and what is left in the channel after it."""
    over, told = os.pipe()
    thread = threading.Thread(target=_listen, args=(channel, over, take), name="turtles trace")
    thread.start()
    try:
        yield
    finally:
        os.close(told)
        thread.join()
        os.close(over)


def _listen(channel: socket.socket, over: int, take: Callable[[Mapping[str, Any]], None]) -> None:
    inbox = wire.Inbox()
    with selectors.DefaultSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        selector.register(over, selectors.EVENT_READ)
        while not any(key.fd == over for key, _ in selector.select()):
            if not _receive(channel, inbox, take):
                return
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
