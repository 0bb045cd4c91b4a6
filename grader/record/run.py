"""One run while it happens: receive, stamp, answer, and end it in time.

Everything the grader learns of a run arrives here, on five channels: standard output, standard error, control (calls,
notes, the end), explain (what helps and decides nothing), and life (from the run's supervisor). What arrives is stamped
with the grader's monotonic clock.

What comes from the program is a stranger's: it may be anything, at any length, at any time. Whatever of it is no
message is passed over, and what it may cost the grader in memory, descriptors and time is bounded by the figures below.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal as signals
import socket
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.errors import JudgeError
from grader.record import cleanup
from grader.record.calls import Calls, adopt
from grader.record.launch import Launcher
from grader.record.left_alone import LeftAlone
from grader.record.noise import Heartbeat, Noise
from grader.record.seconds import Seconds
from grader.record.spec import Recipe
from grader.record.trace import Event, Raised, Span, Trace, Unseen
from grader.runner import wire
from grader.runner.restoring import Definition

MAX_OUTPUT = 1_000_000
"""Bytes of standard output or error after which a run is stopped."""

MAX_EVENTS = 20_000
"""Lines, calls and notes of one run."""

_PIPE = 65536
_MAX_LINE = 2_000
_MAX_EXPLANATIONS = 5_000
_MAX_SAID = 16_000_000
_MAX_MESSAGES = 100_000
"""On the control or the explain channel, the first in bytes: an honest run needs some kilobytes."""

_READS_A_TURN = 64
_MESSAGES_A_TURN = 500
"""Then the other runs have theirs."""

_LAUNCH_S = 20.0
_FAREWELL_S = 5.0
"""For the supervisor to end what is left of a run."""

_LAST_BYTES_S = 1.0
"""After that: a process that escaped, where there is no sandbox, may hold the pipes open for ever."""

_TICK_S = 1e-9
"""What happened later has the later time, even when both were read at once."""

STOPPED_BY_DRIVE = "the grader ended it"
"""Why a run was stopped whose recording allows ``"stop"``."""


@dataclass(frozen=True)
class Subject:
    """A program to be judged: its source and the name it is shown under."""

    source: str
    display: str
    scenario: str | None = None
    coroutines: frozenset[str] = frozenset()
    """Functions that the file as handed out defines with ``async def``, and that have to stay coroutine functions."""
    left_alone: LeftAlone = field(default_factory=LeftAlone)
    """What it changed of what it had to leave alone; that is put back before it runs."""


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
    timed_out: bool = False
    """Whether it was stopped because its deadline had come."""
    cpu_s: float = 0.0
    peak_bytes: int = 0
    restored: tuple[Definition, ...] = ()
    """What the file changes that it had to leave alone, and that was put back for this run."""

    @property
    def over_a_limit(self) -> bool:
        """Whether it was stopped for what it did: the output, the memory, the processes."""
        return self.trace.ended == "stopped" and not self.timed_out and self.trace.stopped != STOPPED_BY_DRIVE


@dataclass
class _Happening:
    at: float
    kind: str
    name: str
    value: Any = None


@dataclass
class _Stream:
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


class Run:
    """A run under way; what a suite's ``drive`` is given. Use as ``async with Run(...) as run: await run.finished()``.

    With ``held`` its process is made and waits, and the program begins with ``release``.
    When the block is left nothing of the run is left: no process, no descriptor, no folder.
    """

    scratch: Path
    """The run's working folder."""
    listener: socket.socket | None = None
    """With ``listen=True``: the grader's listening socket on the program's loopback."""

    def __init__(
        self, subject: Subject, recipe: Recipe, launcher: Launcher, heartbeat: Heartbeat, *, held: bool = False
    ) -> None:
        self._subject, self._recipe, self._launcher, self._heartbeat = subject, recipe, launcher, heartbeat
        self._held = held
        self._happened: list[_Happening] = []
        self._waiters: list[tuple[str, asyncio.Future[None]]] = []
        self._explanations: list[dict[str, Any]] = []
        self._latest = 0.0
        self._started: float | None = None
        self._end: dict[str, Any] | None = None
        self._end_at: float | None = None
        self._stopped = ""
        self._timed_out = False
        self._exit: dict[str, Any] = {}
        self._exit_at: float | None = None
        self._delay_before_s: object = None
        self._paused_s = 0.0
        self._pause_began: float | None = None
        self._processed = 0
        self._partial = b""
        self._fault = ""
        self._loaded = asyncio.Event()
        self._over = asyncio.Event()
        self.up = asyncio.Event()
        """Set once there is a process that waits for the program, or the run has ended before that."""
        self.settled = asyncio.Event()
        """Set once the learner's file is loaded, or the run has ended before that: what it costs to start is over."""

    # -- what a suite's driver may do -----------------------------------------------------------------------------

    async def line(self, text: str) -> None:
        """Wait until this line has been printed (at once, if it has). Raises ``Unseen`` when the run ends first."""
        if any(each.kind == "line" and each.name == text for each in self._happened):
            return
        if self._over.is_set():
            raise Unseen(f"the line {text!r} was never printed")
        waiter: asyncio.Future[None] = self._loop.create_future()
        self._waiters.append((text, waiter))
        await waiter

    def signal(self, number: signals.Signals) -> None:
        """Send the program a signal."""
        self._tell_supervisor({"do": "signal", "signal": int(number)})

    def note(self, label: str, value: object = None) -> None:
        """Make an event of the grader's own in the trace, after all that the program has done so far."""
        self._drain()
        self._happen(time.monotonic(), "note", label, value)

    def stop(self) -> None:
        """End the run; the recording must allow ``"stop"``."""
        self._drain()
        if not self._exit:
            self._stop(STOPPED_BY_DRIVE)

    # -- life -----------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Run:
        self._loop = asyncio.get_running_loop()
        self.scratch = Path(tempfile.mkdtemp(dir=self._launcher.scratch_root))
        try:
            self._prepare()
            self._calls = Calls(self.scratch, self._recipe.all_doubles(), self._happen, self._drain)
            self._open()
        except BaseException:
            cleanup.remove(self.scratch)
            raise
        self._beside = [self._loop.create_task(self._drive())]
        if not self._held:
            self.release()
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            for task in self._beside:
                task.cancel()
            await asyncio.gather(*self._beside, return_exceptions=True)
            if not self._over.is_set():
                with contextlib.suppress(OSError):
                    self._life.shutdown(socket.SHUT_WR)  # the supervisor ends everything when the grader is gone
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._over.wait(), _FAREWELL_S)
        finally:
            self._close()
            await cleanup.remove_beside(self.scratch)

    def _prepare(self) -> None:
        if self._recipe.prepare:
            try:
                self._recipe.prepare(self.scratch)
            except Exception:
                raise SuiteFault(f"the suite's prepare failed: {traceback.format_exc()}") from None

    def _open(self) -> None:
        out, out_end = os.pipe()
        err, err_end = os.pipe()
        self._control, control_end = socket.socketpair()
        self._explain, explain_end = socket.socketpair()
        self._life, life_end = socket.socketpair()
        self._stdout, self._stderr = _Stream(out), _Stream(err)
        self._inboxes = {sock: wire.Inbox(wire.MAX_WORD) for sock in (self._control, self._explain, self._life)}
        ends = [out_end, err_end, control_end.detach(), explain_end.detach(), life_end.detach()]
        try:
            self._launcher.launch(ends, self.scratch)
        except BaseException:
            self._calls.close()
            for fd in (out, err):
                os.close(fd)
            for sock in self._inboxes:
                sock.close()
            raise
        finally:
            for fd in ends:
                os.close(fd)
        for fd in (out, err):
            os.set_blocking(fd, False)
        for sock in self._inboxes:
            sock.setblocking(False)
        self._readers: set[socket.socket | int] = {out, err, *self._inboxes}
        self._loop.add_reader(out, self._drain)
        self._loop.add_reader(self._control, self._drain)
        self._loop.add_reader(err, self._read_stderr)
        self._loop.add_reader(self._explain, self._read_explanations)
        self._loop.add_reader(self._life, self._read_life)
        self._timer = self._loop.call_later(_LAUNCH_S, self._late_launch)

    def _hang_up(self, channel: socket.socket | int) -> None:
        """Nothing more is read here. The run is over when nothing more is read anywhere."""
        if channel in self._readers:
            self._readers.discard(channel)
            self._loop.remove_reader(channel)
            if isinstance(channel, socket.socket):
                with contextlib.suppress(OSError):
                    channel.shutdown(socket.SHUT_RD)  # who still writes gets an error instead of waiting for ever
            if channel is self._life:
                self._timer.cancel()
                self._timer = self._loop.call_later(_LAST_BYTES_S, self._end_now)
            if not self._readers:
                self._end_now()

    def _end_now(self) -> None:
        if not self._over.is_set():
            self._timer.cancel()
            self._drain()
            self._over.set()
            self.up.set()
            self.settled.set()
            for text, waiter in self._waiters:
                if not waiter.done():
                    waiter.set_exception(Unseen(f"the line {text!r} was never printed"))
                    waiter.exception()  # whoever waits hears of it; nobody else has to

    def _close(self) -> None:
        self._end_now()
        self._take_output(self._stdout.received, time.monotonic())
        self._take_partial()
        self._read_explanations()
        for channel in list(self._readers):
            self._loop.remove_reader(channel)
        self._readers.clear()
        self._timer.cancel()
        self._calls.close()
        for fd in (self._stdout.fd, self._stderr.fd):
            os.close(fd)
        for sock, inbox in self._inboxes.items():
            sock.close()
            inbox.close()
        if self.listener:
            self.listener.close()

    def release(self) -> None:
        """Let the program begin."""
        if self._life in self._readers:  # else there is no process any more
            self._timer.cancel()
            self._timer = self._loop.call_later(_LAUNCH_S, self._late_launch)
        self._beside.append(self._loop.create_task(self._request()))

    async def _request(self) -> None:
        request = self._recipe.request(self._subject)
        # A broken pipe here means that the process is gone already; its end is seen on the channels.
        with contextlib.suppress(OSError):
            await self._loop.sock_sendall(self._control, wire.encode(request))

    async def _drive(self) -> None:
        if self._recipe.drive:
            await self._loaded.wait()
            try:
                await self._recipe.drive(self)
            except Unseen:
                pass  # the run ended before that line: whatever the suite says of the trace is said of this, too
            except Exception:
                self._fault = f"the suite's drive failed: {traceback.format_exc()}"

    async def finished(self) -> None:
        """Wait until every process of the run has ended and everything it left on the channels is read."""
        await self._over.wait()

    def recording(self) -> Recording:
        """What was recorded; call it after the ``async with`` block."""
        return _build(self)

    # -- what arrives ---------------------------------------------------------------------------------------------

    def _drain(self) -> None:
        """Take lines and control messages in the order in which the program made them.

        They come on two channels; each control message says how many bytes had been printed before it. Output is read
        before and after the messages: what came before them is complete, so nothing can be put in the wrong order.
        """
        now = time.monotonic()
        self._stdout.read()
        settled = self._stdout.received
        messages, complete = self._read(self._control)
        if messages:
            self._stdout.read()
        for message, fd in messages:
            offset = message.get("out")
            if isinstance(offset, int):
                self._take_output(min(offset, self._stdout.received), now)
            self._take(message, fd, now)
        if self._control not in self._readers:
            self._take_output(self._stdout.received, now)
        elif complete:
            self._take_output(settled, now)
        if self._processed < self._stdout.received:
            self._loop.call_soon(self._drain_again)
        elif not self._stdout.open:
            self._take_partial()
        self._look_for_end(self._stdout)

    def _look_for_end(self, stream: _Stream) -> None:
        if stream.too_much:
            self._stop(f"it printed more than {MAX_OUTPUT // 1_000_000} MB")
        if stream.too_much or not stream.open:
            self._hang_up(stream.fd)

    def _drain_again(self) -> None:
        if not self._over.is_set():
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
            if len(self._happened) > MAX_EVENTS and self._stopped:
                return  # a megabyte may be a million lines
            self._take_line(line, now)

    def _take_partial(self) -> None:
        if self._partial:
            self._take_line(self._partial, time.monotonic())
            self._partial = b""

    def _take_line(self, data: bytes, now: float) -> None:
        text = data[:_MAX_LINE].decode("utf-8", errors="backslashreplace").removesuffix("\r")
        self._happen(now, "line", text)

    def _read(self, sock: socket.socket) -> tuple[list[tuple[wire.Message, int | None]], bool]:
        """The messages that have arrived on a channel, each with its descriptor; and whether that is all."""
        found: list[tuple[wire.Message, int | None]] = []
        if sock not in self._readers:
            return found, True
        inbox = self._inboxes[sock]
        try:
            for _ in range(_READS_A_TURN):
                going_on = inbox.receive(sock)
                found.extend(
                    (message, inbox.take_fd() if message.get("k") == "listen" else None) for message in inbox.messages()
                )
                if not going_on:
                    self._hang_up(sock)
                    return found, True
                if inbox.received > _MAX_SAID or inbox.taken > _MAX_MESSAGES:
                    raise wire.ProtocolError("too much")
                if len(found) > _MESSAGES_A_TURN:
                    break
        except BlockingIOError:
            return found, True
        except wire.ProtocolError:
            self._misused(sock)
            return found, True
        return found, False

    def _misused(self, sock: socket.socket) -> None:
        if sock is not self._explain:  # that decides nothing, so neither does its misuse
            self._stop("it wrote to the grader's own channel")
        self._hang_up(sock)

    def _take(self, message: wire.Message, fd: int | None, now: float) -> None:
        match message:
            case {"k": "up"} if not self.up.is_set():
                self.up.set()
                if self._held:  # as long as others take to be up as well
                    self._timer.cancel()
            case {"k": "ready"} if self._started is None:
                self._started = now
                self._delay_before_s = message.get("run_delay_s")
                self._timer.cancel()
                self._timer = self._loop.call_later(self._recipe.deadline_s, self._late)
            case {"k": "loaded"}:
                self._loaded.set()
                self.settled.set()
            case {"k": "listen"} if self._started is None and self._recipe.listen and self.listener is None:
                self.listener = adopt(fd)
                return
            case {"k": "note", "label": str(label)}:
                self._happen(now, "note", label, message.get("value"))
            case {"k": "call", "name": str(), "args": list(), "kwargs": dict()} if self._end is None:
                try:
                    self._calls.begin(message, now)
                except wire.ProtocolError as error:
                    self._stop(f"it made {error}")
            case {"k": "gone"}:
                self._calls.gone(message.get("id"), now)
            case {"k": "end", "how": str()} if self._end is None:
                self._take_partial()  # what was printed last is a line, with its newline or without
                self._end, self._end_at = message, self._stamp(now)
            case _:
                pass
        if fd is not None:
            os.close(fd)

    def _stamp(self, at: float) -> float:
        self._latest = max(at, self._latest + _TICK_S)
        return self._latest

    def _happen(self, at: float, kind: str, name: str, value: object = None) -> float:
        """Make an event, and return its time."""
        at = self._stamp(at)
        if self._end is not None:
            return at  # what comes after the end that the program declared does not count for it
        if len(self._happened) > MAX_EVENTS:
            self._stop(f"it printed or called more than {MAX_EVENTS} times")
            return at
        self._happened.append(_Happening(at, kind, name, value))
        if kind == "line" and self._waiters:
            for waiter in [each for each in self._waiters if each[0] == name]:
                self._waiters.remove(waiter)
                if not waiter[1].done():
                    waiter[1].set_result(None)
        return at

    def _read_stderr(self) -> None:
        self._stderr.read()
        self._look_for_end(self._stderr)

    def _read_explanations(self) -> None:
        room = max(0, _MAX_EXPLANATIONS - len(self._explanations))
        self._explanations += [message for message, _ in self._read(self._explain)[0][:room]]

    def _read_life(self) -> None:
        for message, _ in self._read(self._life)[0]:
            match message:
                case {"k": "stopped", "at": float(at)}:
                    self._pause_began = at
                case {"k": "continued", "at": float(at)} if self._pause_began is not None:
                    self._paused_s += at - self._pause_began
                    self._pause_began = None
                case {"k": "limit", "why": str(why)}:
                    self._stop(why)
                case {"k": "exit"}:
                    self._exit, self._exit_at = message, time.monotonic()

    # -- the end --------------------------------------------------------------------------------------------------

    def _tell_supervisor(self, message: wire.Message) -> None:
        with contextlib.suppress(OSError):
            self._life.send(wire.encode(message), socket.MSG_DONTWAIT)

    def _late(self) -> None:
        if self._exit:
            return
        if self._pause_began is None:
            self._timed_out = True
            self._stop(f"it was still running after {self._recipe.deadline_s:g} s")
            return
        # Whoever stops a program for a while lets it go on. This one was not: so it did that to itself.
        self._pause_began = None
        self._stop(f"it had been stopped by a signal, and had not gone on after {self._recipe.deadline_s:g} s")

    def _late_launch(self) -> None:
        self._fault = f"the program was not started within {_LAUNCH_S:g} s"
        self._stop(self._fault)

    def _stop(self, why: str) -> None:
        if self._stopped:
            return
        self._stopped = why
        if self._exit or self._over.is_set():
            return
        self._tell_supervisor({"do": "kill"})
        # Should the supervisor be gone, the run is over all the same.
        self._timer.cancel()
        self._timer = self._loop.call_later(_FAREWELL_S, self._end_now)


class SuiteFault(JudgeError):
    """The suite's ``prepare`` failed: there is no run."""


def _build(run: Run) -> Recording:
    """The recording of a finished run."""
    end = run._end or {}
    ended_at = run._end_at or run._exit_at or time.monotonic()
    # What never began took no time; nor did what told of its end first.
    started = min(run._started, ended_at) if run._started is not None else ended_at
    noise = _noise(run, started, ended_at)

    def since(at: float, phrase: str = "{} s") -> Seconds:
        return Seconds(at - started, noise.doubt_s, phrase, source=run, early_s=noise.start_s)

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
            for call in run._calls.made
            if call.start <= ended_at
        ),
        elapsed=since(ended_at, "took {} s"),
        ended=how,
        returned=end.get("value"),
        returned_type=str(end.get("type", "")),
        raised=raised(end) if how == "raised" else None,
        exit_status=whole(end.get("status")) if how == "exit" else status,
        stopped=run._stopped or runner_failed(end) or _signal_text(how, status),
        stderr=bytes(run._stderr.data[:100_000]).decode("utf-8", errors="backslashreplace"),
    )
    broken = str(end.get("message", "")) if how == "broken" else ""
    return Recording(
        trace=trace,
        noise=noise,
        explanations=tuple(run._explanations),
        started=started,
        broken=broken,
        broken_line=whole(end.get("line")),
        fault=_fault(run, how, end),
        timed_out=run._timed_out,
        cpu_s=float(run._exit.get("cpu_s", 0.0)),
        peak_bytes=int(run._exit.get("peak_bytes", 0)),
        restored=run._subject.left_alone.restored(run._recipe.world),
    )


def _fault(run: Run, how: str, end: dict[str, Any]) -> str:
    if run._fault or run._calls.fault:
        return run._fault or run._calls.fault
    # Until "ready" nothing but the runner itself has run in that process.
    if run._started is None:
        return str(end.get("message")) if how == "fault" else "the program could not be started"
    return "" if run._exit or run._stopped else "nobody saw how the program ended"


def _noise(run: Run, started: float, ended_at: float) -> Noise:
    stall_s, lost_s = run._heartbeat.between(started, ended_at, len(run._happened))
    paused_s = run._paused_s
    if run._pause_began is not None:
        paused_s += max(0.0, ended_at - run._pause_began)
    start_s = run._heartbeat.around(started)
    run_delay_s = float(run._exit.get("run_delay_s", 0.0))
    if isinstance(run._delay_before_s, float):  # while its process was made, and waited for others
        run_delay_s -= run._delay_before_s
    return Noise(stall_s, lost_s, max(0.0, run_delay_s), paused_s, start_s)


def _signal_text(how: str, status: object) -> str:
    if how != "died" or not isinstance(status, int):
        return ""
    if status >= 0:
        return f"the process ended early, with status {status}"
    if -status == signals.SIGXCPU:
        return "it used up its processor time"
    with contextlib.suppress(ValueError):
        return f"the process was killed by {signals.Signals(-status).name}"
    return f"the process was killed by signal {-status}"


def runner_failed(end: dict[str, Any]) -> str:
    """What to say of an error of the runner's in the program's process; empty when there was none.

    Only what happens before the program begins is the grader's fault for certain. Later anybody may say so, and a
    program that could have itself called unjudged whenever it likes would be worse than a message that may be unjust.
    """
    if end.get("how") != "fault":
        return ""
    last = (str(end.get("message")).strip().splitlines() or ["no reason was given"])[-1][:200]
    return f"something broke in its process outside of its own code ({last}); who replaces parts of Python breaks it"


def raised(end: dict[str, Any]) -> Raised:
    """The exception that an ``end`` message tells of."""
    inner = end.get("inner")
    return Raised(
        str(end.get("type", "Exception")),
        str(end.get("message", "")),
        whole(end.get("line")),
        tuple(raised(each) for each in inner if isinstance(each, dict)) if isinstance(inner, list) else (),
    )


def whole(value: object) -> int | None:
    """The value if it is a whole number: what comes from the program may be anything."""
    return value if isinstance(value, int) else None
