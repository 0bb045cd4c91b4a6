"""One run while it happens: receive, stamp, answer, and end it in time.

Everything the grader learns of a run arrives here, on five channels: standard output, standard error, control (calls,
notes, the end), explain (what helps and decides nothing), and life (from the run's warden). What arrives is stamped with
the grader's monotonic clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal as signals
import socket
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.record.launch import Launcher
from grader.record.noise import Heartbeat, Noise
from grader.record.recipe import Answer, Double, Recipe
from grader.record.seconds import Seconds
from grader.record.trace import Event, Raised, Span, Trace, call_text
from grader.runner import wire

MAX_OUTPUT = 1_000_000
"""Bytes of standard output or error after which a run is stopped."""

_MAX_LINE = 2_000
_MAX_EVENTS = 50_000
_MAX_EXPLANATIONS = 5_000
_LAUNCH_S = 20.0
_FAREWELL_S = 1.0


@dataclass(frozen=True)
class Subject:
    """A program to be judged: its source and the name it is shown under."""

    source: str
    display: str
    scenario: str | None = None
    coroutines: frozenset[str] = frozenset()
    """Functions that the file as handed out defines with ``async def``, and that have to stay coroutine functions."""


@dataclass(frozen=True)
class Recording:
    """A finished run: the evidence, what explains it, and how noisy the machine was."""

    trace: Trace
    noise: Noise
    explanations: tuple[dict[str, Any], ...] = ()
    started: float = 0.0
    """When it started on the clock of the explanations: ``time.monotonic``, or the program's virtual clock."""
    virtual: bool = False
    broken: str = ""
    broken_line: int | None = None
    fault: str = ""
    """An error of the grader's own or of the suite's ``drive``: no verdict may rest on this run."""
    cpu_s: float = 0.0
    peak_bytes: int = 0


@dataclass
class _Call:
    """A call to a double that is under way."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    start: float
    sock: socket.socket
    answer: Answer
    end: float | None = None
    outcome: str = "open"
    timer: asyncio.TimerHandle | None = None


@dataclass
class _Happening:
    at: float
    kind: str
    name: str
    value: Any = None


@dataclass
class _Stream:
    """A pipe of the run, read without blocking."""

    fd: int
    data: bytearray = field(default_factory=bytearray)
    received: int = 0
    open: bool = True

    def read(self) -> None:
        while self.open:
            try:
                piece = os.read(self.fd, 65536)
            except BlockingIOError:
                return
            self.open = bool(piece)
            self.data += piece
            self.received += len(piece)
            if self.received > 2 * MAX_OUTPUT:
                return


class Run:
    """A run under way; what a suite's ``drive`` is given. Use as ``async with Run(...) as run: await run.finished()``."""

    scratch: Path
    """The run's working folder."""
    listener: socket.socket | None = None
    """With ``listen=True``: the grader's listening socket on the program's loopback."""

    def __init__(self, subject: Subject, recipe: Recipe, launcher: Launcher, heartbeat: Heartbeat) -> None:
        self._subject, self._recipe, self._launcher, self._heartbeat = subject, recipe, launcher, heartbeat
        self._doubles: dict[str, Double] = recipe.all_doubles()
        self._happened: list[_Happening] = []
        self._calls: list[_Call] = []
        self._waiters: list[tuple[str, asyncio.Future[None]]] = []
        self._explanations: list[dict[str, Any]] = []
        self._started: float | None = None
        self._end: dict[str, Any] | None = None
        self._end_at: float | None = None
        self._stopped = ""
        self._exit: dict[str, Any] = {}
        self._exit_at: float | None = None
        self._paused_s = 0.0
        self._pause_began: float | None = None
        self._processed = 0
        self._partial = b""
        self._fault = ""
        self._closing = False
        self.loaded = asyncio.Event()
        """Set once the learner's file is loaded."""

    # -- what a suite's driver may do ---------------------------------------------------------------------------------

    async def line(self, text: str) -> None:
        """Wait until this line has been printed (at once, if it has been)."""
        if any(each.kind == "line" and each.name == text for each in self._happened):
            return
        waiter: asyncio.Future[None] = self._loop.create_future()
        self._waiters.append((text, waiter))
        await waiter

    def signal(self, number: signals.Signals) -> None:
        """Send the program a signal."""
        self._tell_warden({"do": "signal", "signal": int(number)})

    def note(self, label: str, value: object = None) -> None:
        """Make an event of the grader's own in the trace."""
        self._happen(time.monotonic(), "note", label, value)

    def stop(self) -> None:
        """End the run; the recording must allow ``"stop"``."""
        self._stop("the grader ended it")

    # -- life -----------------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Run:
        self._loop = asyncio.get_running_loop()
        self._ended = self._loop.create_future()
        self.scratch = Path(tempfile.mkdtemp(dir=self._launcher.scratch_root))
        try:
            if self._recipe.prepare:
                self._recipe.prepare(self.scratch)
            self._open()
        except BaseException:
            shutil.rmtree(self.scratch, ignore_errors=True)
            raise
        self._driver = self._loop.create_task(self._drive())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._driver.cancel()
        await asyncio.gather(self._driver, return_exceptions=True)
        self._close()

    def _open(self) -> None:
        out, out_end = os.pipe()
        err, err_end = os.pipe()
        self._control, control_end = socket.socketpair()
        self._explain, explain_end = socket.socketpair()
        self._life, life_end = socket.socketpair()
        self._stdout, self._stderr = _Stream(out), _Stream(err)
        ends = [out_end, err_end, control_end.detach(), explain_end.detach(), life_end.detach()]
        try:
            self._launcher.launch(ends, self.scratch)
        finally:
            for fd in ends:
                os.close(fd)
        request = self._recipe.request(self._subject)
        # A broken pipe here means that the process is gone already; its end is seen on the channels.
        with contextlib.suppress(OSError):
            wire.send(self._control, request)
        self._inboxes = {sock: wire.Inbox() for sock in (self._control, self._explain, self._life)}
        for fd in (out, err):
            os.set_blocking(fd, False)
        for sock in self._inboxes:
            sock.setblocking(False)
        self._loop.add_reader(out, self._drain)
        self._loop.add_reader(self._control, self._drain)
        self._loop.add_reader(err, self._read_stderr)
        self._loop.add_reader(self._explain, self._read_explanations)
        self._loop.add_reader(self._life, self._read_life)
        self._deadline = self._loop.call_later(_LAUNCH_S, self._late_launch)

    def _close(self) -> None:
        self._closing = True
        self._deadline.cancel()
        self._drain()
        self._read_explanations()
        for fd in (self._stdout.fd, self._stderr.fd):
            self._loop.remove_reader(fd)
            os.close(fd)
        for sock, inbox in self._inboxes.items():
            self._loop.remove_reader(sock)
            sock.close()  # the end of the life channel makes the warden kill whatever is left
            inbox.close()
        for call in self._calls:
            self._end_call(call, "open", time.monotonic())
        if self.listener:
            self.listener.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    async def _drive(self) -> None:
        if self._recipe.drive:
            await self.loaded.wait()
            try:
                await self._recipe.drive(self)
            except Exception:
                self._fault = f"the suite's drive failed: {traceback.format_exc()}"

    async def finished(self) -> None:
        """Wait until the process has ended and everything it left on the channels is read."""
        await self._ended
        until = time.monotonic() + _FAREWELL_S
        while (self._stdout.open or self._stderr.open) and time.monotonic() < until:
            await asyncio.sleep(0.001)

    def recording(self) -> Recording:
        """What was recorded; call it after the ``async with`` block."""
        return _build(self)

    # -- what arrives ---------------------------------------------------------------------------------------------------

    def _drain(self) -> None:
        """Take lines and control messages in the order in which the program made them.

        They come on two channels; each control message says how many bytes had been printed before it. Output is read
        before and after the messages: what came before them is complete, so nothing can be put in the wrong order.
        """
        now = time.monotonic()
        self._stdout.read()
        settled = self._stdout.received
        messages = self._read(self._control)
        self._stdout.read()
        for message in messages:
            offset = message.get("out")
            if isinstance(offset, int):
                self._take_output(min(offset, self._stdout.received), now)
                settled = max(settled, min(offset, self._stdout.received))
            self._take(message, now)
        self._take_output(settled, now)
        if not self._stdout.open:
            self._loop.remove_reader(self._stdout.fd)
            self._take_output(self._stdout.received, now)
            self._take_partial_line(now)
        elif self._processed < self._stdout.received and not self._closing:
            self._loop.call_soon(self._drain_again)
        if self._stdout.received > MAX_OUTPUT:
            self._stop(f"it printed more than {MAX_OUTPUT // 1_000_000} MB")

    def _drain_again(self) -> None:
        if not self._closing:
            self._drain()

    def _take_output(self, upto: int, now: float) -> None:
        count = upto - self._processed
        if count <= 0:
            return
        piece = bytes(self._stdout.data[:count])
        del self._stdout.data[:count]
        self._processed = upto
        *lines, self._partial = (self._partial + piece).split(b"\n")
        for line in lines:
            self._take_line(line, now)

    def _take_partial_line(self, now: float) -> None:
        """Nothing more can come: what was printed last is a line, with its newline or without."""
        if self._partial:
            self._take_line(self._partial, now)
            self._partial = b""

    def _take_line(self, data: bytes, now: float) -> None:
        text = data[:_MAX_LINE].decode("utf-8", errors="backslashreplace").removesuffix("\r")
        self._happen(now, "line", text)

    def _read(self, sock: socket.socket) -> list[wire.Message]:
        """The messages that have arrived on a channel; removes its reader at the end of the stream."""
        inbox = self._inboxes[sock]
        found: list[wire.Message] = []
        try:
            while inbox.receive(sock):
                found += inbox.messages()
            self._loop.remove_reader(sock)
        except BlockingIOError:
            pass
        except wire.ProtocolError:
            self._stop("it wrote to the grader's channel")
            self._loop.remove_reader(sock)
        return found

    def _take(self, message: wire.Message, now: float) -> None:
        match message:
            case {"k": "ready"}:
                if self._started is None:
                    self._started = now
                    self._deadline.cancel()
                    self._deadline = self._loop.call_later(self._recipe.deadline_s, self._late)
            case {"k": "loaded"}:
                self.loaded.set()
            case {"k": "listen"}:
                fd = self._inboxes[self._control].take_fd()
                if fd is not None and self.listener is None:
                    self.listener = socket.socket(fileno=fd)
            case {"k": "note", "label": str(label)}:
                self._happen(now, "note", label, message.get("value"))
            case {"k": "call", "name": str(name), "args": list(args), "kwargs": dict(kwargs)}:
                self._take_call(name, args, kwargs, now)
            case {"k": "end", "how": str()}:
                if self._end is None:
                    self._take_partial_line(now)
                    self._end, self._end_at = message, now
            case _:
                pass

    def _happen(self, at: float, kind: str, name: str, value: object = None) -> None:
        if self._end is not None or len(self._happened) >= _MAX_EVENTS:
            return  # what comes after the end that the program declared does not count for it
        self._happened.append(_Happening(at, kind, name, value))
        if kind == "line":
            for waiter in [each for each in self._waiters if each[0] == name]:
                self._waiters.remove(waiter)
                if not waiter[1].done():
                    waiter[1].set_result(None)

    def _read_stderr(self) -> None:
        self._stderr.read()
        if not self._stderr.open:
            self._loop.remove_reader(self._stderr.fd)
        if self._stderr.received > MAX_OUTPUT:
            self._stop(f"it printed more than {MAX_OUTPUT // 1_000_000} MB")

    def _read_explanations(self) -> None:
        room = _MAX_EXPLANATIONS - len(self._explanations)
        self._explanations += self._read(self._explain)[: max(0, room)]

    def _read_life(self) -> None:
        for message in self._read(self._life):
            match message:
                case {"k": "stopped", "at": float(at)}:
                    self._pause_began = at
                case {"k": "continued", "at": float(at)} if self._pause_began is not None:
                    self._paused_s += at - self._pause_began
                    self._pause_began = None
                case {"k": "exit"}:
                    self._exit, self._exit_at = message, time.monotonic()
                    if not self._ended.done():
                        self._ended.set_result(None)

    # -- doubles --------------------------------------------------------------------------------------------------------

    def _take_call(self, name: str, args: list[Any], kwargs: dict[str, Any], at: float) -> None:
        fd = self._inboxes[self._control].take_fd()
        if fd is None:
            return
        sock = socket.socket(fileno=fd)
        double = self._doubles.get(name)
        if double is None or len(self._calls) >= _MAX_EVENTS:
            sock.close()
            return
        answer = double.answer(args, kwargs)
        call = _Call(name, tuple(args), kwargs, at, sock, answer)
        self._calls.append(call)
        self._happen(at, "call", call_text(name, args, kwargs))
        sock.setblocking(False)
        self._loop.add_reader(sock, self._call_closed, call)
        call.timer = self._loop.call_at(at + answer.delay_s, self._answer, call)

    def _answer(self, call: _Call) -> None:
        """The delay is over: reply, unless the caller has gone."""
        with contextlib.suppress(OSError):
            if not call.sock.recv(1):
                self._end_call(call, "cancelled", time.monotonic())
                return
        self._end_call(call, "raised" if call.answer.error else "replied", time.monotonic(), answer=True)

    def _call_closed(self, call: _Call) -> None:
        try:
            gone = not call.sock.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            gone = True
        if gone:
            self._end_call(call, "cancelled", time.monotonic())

    def _end_call(self, call: _Call, outcome: str, at: float, *, answer: bool = False) -> None:
        if call.end is not None:
            return
        if outcome == "replied" and call.answer.error:
            outcome = "raised"
        call.outcome, call.end = outcome, at
        if call.timer:
            call.timer.cancel()
        self._loop.remove_reader(call.sock)
        if outcome != "open":
            self._happen(at, "reply", call_text(call.name, call.args, call.kwargs), outcome)
        if answer:
            with contextlib.suppress(OSError):
                wire.send(call.sock, call.answer.message())
        call.sock.close()

    # -- the end --------------------------------------------------------------------------------------------------------

    def _tell_warden(self, message: wire.Message) -> None:
        with contextlib.suppress(OSError):
            self._life.setblocking(True)
            wire.send(self._life, message)
            self._life.setblocking(False)

    def _late(self) -> None:
        self._stop(f"it was still running after {self._recipe.deadline_s:g} s")

    def _late_launch(self) -> None:
        self._fault = f"the program was not started within {_LAUNCH_S:g} s"
        self._stop(self._fault)

    def _stop(self, why: str) -> None:
        if self._stopped or self._exit:
            return
        self._stopped = why
        self._tell_warden({"do": "kill"})
        # Should the warden be gone, the run is over all the same.
        self._loop.call_later(_FAREWELL_S, lambda: None if self._ended.done() else self._ended.set_result(None))


def _build(run: Run) -> Recording:
    """The recording of a finished run."""
    end = run._end or {}
    started = run._started if run._started is not None else time.monotonic()
    ended_at = run._end_at or run._exit_at or time.monotonic()
    noise = _noise(run, started, ended_at)

    def since(at: float, phrase: str = "{} s") -> Seconds:
        return Seconds(at - started, noise.doubt_s, phrase)

    how = "stopped" if run._stopped else end.get("how", "died")
    status = run._exit.get("status")
    trace = Trace(
        events=tuple(Event(since(each.at), each.kind, each.name, each.value) for each in run._happened),
        spans=tuple(
            Span(
                call.name,
                since(call.start),
                since(min(ended_at, call.end) if call.end is not None else ended_at),
                call.args,
                call.kwargs,
                call.outcome if call.end is not None and call.end <= ended_at else "open",
                call.answer.value if call.outcome == "replied" else None,
            )
            for call in run._calls
            if call.start <= ended_at
        ),
        elapsed=since(ended_at, "took {} s"),
        ended=how,
        returned=end.get("value"),
        returned_type=str(end.get("type", "")),
        raised=raised(end) if how == "raised" else None,
        exit_status=end.get("status") if how == "exit" else status,
        stopped=run._stopped or _signal_text(run, how, status),
        stderr=bytes(run._stderr.data[:100_000]).decode("utf-8", errors="backslashreplace"),
    )
    broken = str(end.get("message", "")) if how == "broken" else ""
    line = end.get("line")
    return Recording(
        trace=trace,
        noise=noise,
        explanations=tuple(run._explanations),
        started=started,
        broken=broken,
        broken_line=line if isinstance(line, int) else None,
        fault=_fault(run, how, end),
        cpu_s=float(run._exit.get("cpu_s", 0.0)),
        peak_bytes=int(run._exit.get("peak_bytes", 0)),
    )


def _fault(run: Run, how: str, end: dict[str, Any]) -> str:
    if run._fault:
        return run._fault
    if how == "fault":
        return str(end.get("message"))
    # Until "ready" nothing but the runner itself has run in that process.
    return "the program could not be started" if run._started is None else ""


def _noise(run: Run, started: float, ended_at: float) -> Noise:
    stall_s, lost_s = run._heartbeat.between(started, ended_at)
    paused_s = run._paused_s
    if run._pause_began is not None:
        paused_s += max(0.0, ended_at - run._pause_began)
    return Noise(stall_s, lost_s, float(run._exit.get("run_delay_s", 0.0)), paused_s)


def _signal_text(run: Run, how: str, status: object) -> str:
    if how != "died" or not isinstance(status, int):
        return ""
    if status >= 0:
        return f"the process ended early, with status {status}"
    if -status == signals.SIGXCPU:
        return "it used up its processor time"
    with contextlib.suppress(ValueError):
        return f"the process was killed by {signals.Signals(-status).name}"
    return f"the process was killed by signal {-status}"


def raised(end: dict[str, Any]) -> Raised:
    """The exception that an ``end`` message tells of."""
    inner = end.get("inner")
    line = end.get("line")
    return Raised(
        str(end.get("type", "Exception")),
        str(end.get("message", "")),
        line if isinstance(line, int) else None,
        tuple(raised(each) for each in inner if isinstance(each, dict)) if isinstance(inner, list) else (),
    )
