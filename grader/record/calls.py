"""The calls to doubles of one run: when each began, its answer after its delay, and how it ended.

Each call is a connection of its own to the run's ``CallSocket``, and names itself there; the call
proper comes on the control channel, where it has its place among lines. Nothing here may block, and the program may
never read or write what it should, so every read and write says ``MSG_DONTWAIT``.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.kinds import CallOutcome, EventKind
from grader.record.spec import Answer, Double
from grader.record.trace import call_text
from grader.runner import protocol, wire

_MAX_NAME = 64
MAX_OPEN = 1000
"""Calls of one run under way at once: each is a descriptor of the grader's."""


@dataclass(eq=False)
class Call:
    """A call to a double. ``end`` is None, and ``outcome`` is ``OPEN``, while it is under way."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    start: float
    answer: Answer
    sock: socket.socket
    end: float | None = None
    outcome: CallOutcome = CallOutcome.OPEN
    timer: asyncio.TimerHandle | None = None
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.text = call_text(self.name, self.args, self.kwargs)


class TooManyCalls(Exception):
    """More calls under way at once than any exercise makes."""

    most = MAX_OPEN


class CallSocket:
    """Where the program's calls come in: a socket in the run's working folder."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.get_running_loop()
        self._nameless: list[socket.socket] = []
        self._named: dict[str, socket.socket] = {}
        self._listening = socket.socket(socket.AF_UNIX)
        try:
            with wire.call_address(str(folder)) as address:
                self._listening.bind(address)
            self._listening.listen(MAX_OPEN)
        except BaseException:
            self._listening.close()
            raise
        self._listening.setblocking(False)
        self._loop.add_reader(self._listening, self._accept)

    def take(self, name: object) -> socket.socket | None:
        """The connection that named itself so, which from now on is the caller's."""
        self._accept()
        for sock in self._nameless[:]:
            try:
                said = sock.recv(_MAX_NAME, socket.MSG_DONTWAIT)
            except BlockingIOError:
                continue
            except OSError:
                said = b""
            self._nameless.remove(sock)
            said_name = said.decode(errors="replace")
            if said and said_name not in self._named:
                self._named[said_name] = sock
            else:
                sock.close()
        return self._named.pop(name, None) if isinstance(name, str) else None

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # as a rule: there is no more
            while True:
                sock, _ = self._listening.accept()
                if len(self._nameless) + len(self._named) < MAX_OPEN:
                    self._nameless.append(sock)
                else:
                    sock.close()

    def close(self) -> None:
        self._loop.remove_reader(self._listening)
        for sock in (self._listening, *self._nameless, *self._named.values()):
            sock.close()


class Calls:
    """Answers the calls of one run, which come in by a door in ``folder``.

    ``happen(at, kind, name, value)`` makes an event and returns its time. ``catch_up`` takes in what the program has
    said so far: whatever it did before a call ended comes before that end.
    """

    def __init__(
        self,
        folder: Path,
        doubles: Mapping[str, Double],
        happen: Callable[[float, EventKind, str, object], float],
        catch_up: Callable[[], None],
    ) -> None:
        self._doubles = doubles
        self._happen = happen
        self._catch_up = catch_up
        self._loop = asyncio.get_running_loop()
        self._socket = CallSocket(folder)
        self._open: dict[str, Call] = {}
        self._sending: set[socket.socket] = set()
        self.made: list[Call] = []
        self.fault = ""
        """What is wrong with a double, if a call showed that."""

    def begin(self, message: protocol.CallMessage, at: float) -> None:
        """A call arrives, and its connection has before it. Raises ``TooManyCalls``."""
        key = message.id
        sock = self._socket.take(key)
        if sock is None or key is None:
            return
        double = self._doubles.get(message.name)
        if double is None or key in self._open:
            sock.close()
            return
        if len(self._open) >= MAX_OPEN:
            sock.close()
            raise TooManyCalls
        args, kwargs = message.args, message.kwargs
        call = Call(double.name, tuple(args), kwargs, at, double.answer(args, kwargs), sock)
        self.fault = self.fault or call.answer.fault
        call.start = self._happen(at, EventKind.CALL, call.text, None)
        self.made.append(call)
        self._open[key] = call
        self._loop.add_reader(sock, self._look, key, call)
        call.timer = self._loop.call_at(at + call.answer.delay_s, self._reply, key, call)

    def gone(self, key: str, at: float) -> None:
        """The program says that it waits no longer for this call."""
        if call := self._open.get(key):
            self._cancelled(key, call, at)

    def close(self) -> None:
        """The run is over: what is under way stays ``open``."""
        self._socket.close()
        for call in self._open.values():
            self._let_go(call)
            call.sock.close()
        for sock in self._sending:
            self._loop.remove_writer(sock)
            sock.close()
        self._open, self._sending = {}, set()

    def _look(self, key: str, call: Call) -> None:
        if _left(call.sock):
            self._catch_up()
            if call.end is None:
                self._cancelled(key, call, time.monotonic())

    def _reply(self, key: str, call: Call) -> None:
        """The delay is over: answer, unless the caller has gone."""
        left = _left(call.sock)
        self._catch_up()
        if call.end is not None:
            return
        if left:
            self._cancelled(key, call, time.monotonic())
            return
        self._end(key, call, CallOutcome.RAISED if call.answer.error else CallOutcome.REPLIED, time.monotonic())
        self._sending.add(call.sock)
        self._send(call.sock, memoryview(wire.encode(call.answer.message())))

    def _send(self, sock: socket.socket, data: memoryview) -> None:
        try:
            data = data[sock.send(data, socket.MSG_DONTWAIT) :]
        except BlockingIOError:
            pass
        except OSError:
            data = data[:0]  # nobody wants it any more
        if data:
            self._loop.add_writer(sock, self._send, sock, data)
            return
        self._loop.remove_writer(sock)
        self._sending.discard(sock)
        sock.close()

    def _cancelled(self, key: str, call: Call, at: float) -> None:
        self._end(key, call, CallOutcome.CANCELLED, at)
        call.sock.close()

    def _end(self, key: str, call: Call, outcome: CallOutcome, at: float) -> None:
        del self._open[key]
        self._let_go(call)
        call.outcome = outcome
        call.end = self._happen(at, EventKind.REPLY, call.text, outcome)

    def _let_go(self, call: Call) -> None:
        if call.timer:
            call.timer.cancel()
        self._loop.remove_reader(call.sock)


def _left(sock: socket.socket) -> bool:
    """Whether the caller is gone. It has nothing to say: one that speaks is not the double's, and gets no answer."""
    try:
        sock.recv(1, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True
