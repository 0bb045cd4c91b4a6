"""Doubles: functions the learner's program calls and the grader answers.

Each call is a connection of its own to the grader: no threads and no table of pending calls are needed, it works from
any thread, loop or forked process, a blocking call blocks on a real read, and a call that is cancelled shows on the
grader's side as an end of stream, whatever the program says of it. That a call was given up is also said on the control
channel, where it has its place among lines and other calls; who only says so gets no answer.

A connection, and not one end of a socket pair sent over: of descriptors on their way the kernel counts those of all
processes of a user, so that one program could use up what others need.

Under virtual time nothing has to be waited for: the grader answers at once; the delay passes on the program's clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import itertools
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from grader.runner import exceptions, loading, wire
from grader.runner.protocol import MAX_DEPTH, MAX_VALUES, CallEnded, CallMessage, End, Gone, Message, Ready, fits

_MOST_WAITING = 64 * 1024
"""Bytes of messages that may wait for the next one that needs an answer."""


class Channel:
    """The program's side of the control channel: what is sent here is what the grader goes by.

    ``printed`` tells how many bytes were printed so far: that puts a message among the lines exactly.
    """

    def __init__(self, control: socket.socket, printed: Callable[[], int]) -> None:
        self._folder = os.getcwd()
        self._control = control
        self._printed = printed
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        os.register_at_fork(after_in_child=self._renew_lock)

    def _renew_lock(self) -> None:
        self._lock = threading.Lock()  # another thread may have held it when a process pool forked

    def send(self, message: Message) -> None:
        """Send one message. Raises ``ValueError`` when it holds more than the grader takes."""
        told = {**message.to_wire(), "out": self._printed()}
        with self._lock:
            wire.send(self._control, told, most=wire.MAX_WORD)

    def double(self, name: str, *, blocking: bool, signature: inspect.Signature | None = None) -> Callable[..., Any]:
        """A function whose calls the grader answers.

        With a ``signature`` arguments are checked against it, and those given by keyword travel by position.
        """

        def message(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> CallMessage:
            if signature is not None:
                bound = signature.bind(*args, **kwargs)
                args, kwargs = bound.args, bound.kwargs
            if not fits([args, kwargs], MAX_DEPTH + 2):
                raise ValueError(f"{name} is called with more values than the grader takes, which is {MAX_VALUES}")
            return CallMessage(name=name, args=list(args), kwargs=dict(kwargs))

        async def call(*args: object, **kwargs: object) -> object:
            return _unpack(await self.ask(message(args, kwargs)))

        def block(*args: object, **kwargs: object) -> object:
            return _unpack(self.ask_blocking(message(args, kwargs)))

        function: Any = block if blocking else call
        function.__name__ = function.__qualname__ = name
        # A task prints where its coroutine runs; where the grader lies is nobody's concern.
        function.__code__ = function.__code__.replace(co_filename="<grader>")
        function.stand_in_for = functools.partial(self._stand_in, name, blocking)
        stand_in: Callable[..., Any] = function
        return stand_in

    def _stand_in(self, name: str, blocking: bool, original: object) -> Callable[..., Any]:
        try:
            signature = inspect.signature(original) if callable(original) else None
        except ValueError:
            signature = None
        return self.double(name, blocking=blocking, signature=signature)

    async def ask(self, call: CallMessage) -> wire.Message:
        """Put a call to the grader and await its answer."""
        loop = asyncio.get_running_loop()
        inbox = wire.Inbox()
        with self._line(call) as sock:
            sock.setblocking(False)
            while data := await loop.sock_recv(sock, 65536):
                inbox.feed(data)
                for message in inbox.messages():
                    return message
        return {}

    def ask_blocking(self, call: CallMessage) -> wire.Message:
        """Put a call to the grader and block until its answer."""
        with self._line(call) as sock:
            return wire.receive_one(sock) or {}

    @contextlib.contextmanager
    def _line(self, call: CallMessage) -> Iterator[socket.socket]:
        key = f"{os.getpid()}.{next(self._numbers)}"
        with socket.socket(socket.AF_UNIX) as ours:
            ours.setblocking(True)  # whatever socket.setdefaulttimeout says
            with wire.call_address(self._folder) as address:
                ours.connect(address)
            ours.sendall(key.encode())  # before the call itself: when that arrives, this has
            self.send(replace(call, id=key))
            try:
                yield ours
            except BaseException:
                with contextlib.suppress(OSError):
                    self.send(Gone(id=key))
                raise


class VirtualClock(Protocol):
    """What a double needs of virtual time."""

    def now(self) -> float: ...

    def hold(self, seconds: float) -> None: ...


class VirtualChannel(Channel):
    """The same under virtual time: one question and one answer at a time, and every message dated by the clock."""

    def __init__(self, control: socket.socket, inbox: wire.Inbox, clock: VirtualClock) -> None:
        super().__init__(control, lambda: 0)
        self._inbox = inbox
        self._clock = clock
        self._waiting = b""
        self.promptly = False
        """Whether everything has to be known even of a program that never ends, or whose process dies."""

    def send(self, message: Message) -> None:
        """Send one message: at once when ``promptly``, or else with the next that the grader has to answer."""
        with self._lock:
            self._waiting += wire.encode({**message.to_wire(), "at": self._clock.now()}, wire.MAX_WORD)
            if self.promptly or isinstance(message, (Ready, End)) or len(self._waiting) > _MOST_WAITING:
                self._send_waiting()

    def _send_waiting(self) -> None:
        data, self._waiting = self._waiting, b""
        self._control.sendall(data)

    def _renew_lock(self) -> None:
        super()._renew_lock()
        # What waits is the parent's to send, and nobody knows how the child will end.
        self._waiting, self.promptly = b"", True

    async def ask(self, call: CallMessage) -> wire.Message:
        number, answer = self._question(call)
        replied = False
        try:
            await asyncio.sleep(answer.get("delay", 0.0))
            replied = True
        finally:
            self.send(CallEnded(number=number, replied=replied))
        return answer

    def ask_blocking(self, call: CallMessage) -> wire.Message:
        number, answer = self._question(call)
        self._clock.hold(answer.get("delay", 0.0))
        self.send(CallEnded(number=number, replied=True))
        return answer

    def _question(self, call: CallMessage) -> tuple[int, wire.Message]:
        with self._lock:
            number = next(self._numbers)
            told = {**call.to_wire(), "number": number, "at": self._clock.now()}
            self._waiting += wire.encode(told, wire.MAX_WORD)
            self._send_waiting()
            return number, wire.receive_one(self._control, self._inbox) or {}


def _unpack(answer: wire.Message) -> object:
    if "error" in answer:
        raise exceptions.unpack(answer["error"], loading.exercise())
    if "value" not in answer:
        raise ConnectionAbortedError("the grader ended this call")
    return exceptions.unpacked(answer["value"], None)
