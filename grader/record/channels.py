"""The five channels of a run: standard output, standard error, control, explain and life.

What comes from the program is a stranger's: it may be anything, at any length, at any time. What it may cost the
grader in memory, descriptors and time is bounded by the figures below; ``grader.runner.protocol`` says what a message
may hold.
"""

from __future__ import annotations

import contextlib
import os
import socket
from dataclasses import dataclass, field
from pathlib import Path

from grader.record.launch import Launcher
from grader.runner import wire
from grader.runner.protocol import Listening, Unconnected, fits

MAX_OUTPUT = 1_000_000
"""Bytes of standard output or error after which a run is stopped."""

_PIPE = 65536
_MAX_SAID = 2_000_000
_MAX_MESSAGES = 100_000
"""On one channel, the first in bytes: an honest run needs some kilobytes, and some hundred to explain itself."""

_MOST_EXPLAINED = 40_000
"""Values in one explanation: the steps of a quarter of a second, of which the observer tells some thousands at most."""

_WITH_DESCRIPTOR = (Listening.KIND, Unconnected.KIND)
_READS_A_TURN = 64
_MESSAGES_A_TURN = 500
"""Then the other runs have theirs."""


@dataclass
class OutputStream:
    """A pipe of the run, read without blocking and no further than ``MAX_OUTPUT``."""

    fd: int
    data: bytearray = field(default_factory=bytearray)
    received: int = 0
    open: bool = True

    def read(self) -> None:
        """Take what is there: a pipe gives all it has at once, if that fits."""
        while self.open and not self.too_much:
            try:
                piece = os.read(self.fd, _PIPE)
            except BlockingIOError:
                return
            self.open = bool(piece)
            self.data += piece
            self.received += len(piece)
            if len(piece) < _PIPE:
                return

    @property
    def too_much(self) -> bool:
        return self.received > MAX_OUTPUT


@dataclass
class Arrived:
    """What was read from a channel at once."""

    messages: list[tuple[wire.Message, int | None]] = field(default_factory=list)
    """Each with the descriptor that came with it."""
    complete: bool = True
    """Whether that is all that there is to read for now."""
    closed: bool = False
    """Whether the other end is closed."""
    misused: bool = False
    """Whether something came that is no message, or too much."""


class Channels:
    """The grader's ends of them."""

    def __init__(self, launcher: Launcher, scratch: Path) -> None:
        """Open the channels and have the run's process made at their other ends."""
        out, out_end = os.pipe()
        err, err_end = os.pipe()
        self.control, control_end = socket.socketpair()
        self.explain, explain_end = socket.socketpair()
        self.life, life_end = socket.socketpair()
        self.stdout, self.stderr = OutputStream(out), OutputStream(err)
        self._inboxes = {sock: wire.Inbox(wire.MAX_WORD) for sock in (self.control, self.explain, self.life)}
        self.open: set[socket.socket | int] = set()
        ends = [out_end, err_end, control_end.detach(), explain_end.detach(), life_end.detach()]
        try:
            launcher.launch(ends, scratch)
        except BaseException:
            self.close()
            raise
        finally:
            for fd in ends:
                os.close(fd)
        for fd in (out, err):
            os.set_blocking(fd, False)
        for sock in self._inboxes:
            sock.setblocking(False)
        self.open = {out, err, *self._inboxes}

    def read(self, sock: socket.socket) -> Arrived:
        """What has arrived on a channel since it was last read."""
        arrived = Arrived()
        if sock not in self.open:
            return arrived
        inbox = self._inboxes[sock]
        try:
            for _ in range(_READS_A_TURN):
                going_on = inbox.receive(sock)
                arrived.messages.extend(
                    (message, inbox.take_fd() if message.get("k") in _WITH_DESCRIPTOR else None)
                    for message in inbox.messages()
                )
                if not going_on:
                    arrived.closed = True
                    return arrived
                if inbox.received > _MAX_SAID or inbox.taken > _MAX_MESSAGES:
                    raise wire.ProtocolError("too much")
                if len(arrived.messages) > _MESSAGES_A_TURN:
                    break
        except BlockingIOError:
            return arrived
        except wire.ProtocolError:
            arrived.misused = True
            return arrived
        arrived.complete = False
        return arrived

    def close(self) -> None:
        """Close every end."""
        self.open.clear()
        for fd in (self.stdout.fd, self.stderr.fd):
            os.close(fd)
        for sock, inbox in self._inboxes.items():
            sock.close()
            inbox.close()

    def tell_supervisor(self, message: wire.Message) -> None:
        """Say something to the run's supervisor; one that is gone has ended the run."""
        with contextlib.suppress(OSError):
            self.life.send(wire.encode(message), socket.MSG_DONTWAIT)


def is_modest(message: wire.Message) -> bool:
    """Whether an explanation is no larger than an honest one: as JSON objects a megabyte may take a hundred."""
    return fits(message, depth=4, most=_MOST_EXPLAINED)
