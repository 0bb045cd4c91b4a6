"""One run while it happens: receive, stamp, answer, and end it in time.

Everything the grader learns of a run arrives here, on five channels: standard output, standard error, control (calls,
notes, the end), explain (what helps and decides nothing), and life (from the run's supervisor). What arrives is stamped
with the grader's monotonic clock.
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
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.errors import JudgeError
from grader.kinds import CallOutcome, EventKind, Stop, StopReason
from grader.record import cleanup, scratch_files
from grader.record.calls import Calls, TooManyCalls
from grader.record.caption import caption
from grader.record.channels import MAX_OUTPUT, Arrived, Channels, OutputStream, is_modest
from grader.record.history import History, never_printed
from grader.record.launch import Launcher
from grader.record.network import Network
from grader.record.noise import Heartbeat, Noise
from grader.record.recording import Recording, Subject, broken_by, make_trace
from grader.record.seconds import Seconds
from grader.record.spec import RecordingSpec
from grader.record.trace import Event, Span, Unseen
from grader.report import sentences
from grader.runner import protocol, wire

_MAX_LINE = 2_000
_MAX_STDERR = 100_000
_MAX_EXPLANATIONS = 5_000

ALLOWANCE_S = 1.0
"""Processor time after which a program that is late was not kept from anything. Right answers use a tenth of it, except
where their recordings are ``heavy``."""

_ANSWER_S = 2.0
"""For the supervisor to tell how much was used."""
_ASK_AGAIN_S = 1.0
_KEPT_WAITING = 0.25
"""Share of its time that a program waited for a processor which did not get what it asked for."""
_COMPUTES_S = 0.03
"""Processor time between two questions of a program that does something."""
MOST_LATE = 6
"""Deadlines that a program may be late by because it does not get a processor."""

_LAUNCH_S = 20.0
_FAREWELL_S = 5.0
"""For the supervisor to end what is left of a run."""

_LAST_BYTES_S = 1.0
"""After that: a process that escaped, where there is no sandbox, may hold the pipes open for ever."""


class SuiteFault(JudgeError):
    """The suite's ``prepare`` failed: there is no run."""


class Run:
    """A run under way; what a suite's ``drive`` is given. Use as ``async with Run(...) as run: await run.finished()``.

    With ``held`` its process is made and waits, and the program begins with ``release``.
    When the block is left nothing of the run is left: no process, no descriptor, no folder.
    """

    scratch: Path
    """The run's working folder."""

    def __init__(
        self, subject: Subject, spec: RecordingSpec, launcher: Launcher, heartbeat: Heartbeat, *, held: bool = False
    ) -> None:
        self._subject, self._spec, self._launcher, self._heartbeat = subject, spec, launcher, heartbeat
        self._held = held
        self._history = History(self._stop)
        self._network = Network(spec)
        self._life = _Life()
        self._explanations: list[dict[str, Any]] = []
        self._started: float | None = None
        self._end: protocol.End | None = None
        self._end_at: float | None = None
        self._stopped: Stop | None = None
        self._delay_before_s: float | None = None
        self._used_s = 0.0
        """Processor time, when it was last asked for."""
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
        if self._history.has_line(text):
            return
        if self._over.is_set():
            raise never_printed(text)
        await self._history.line(text)

    @property
    def listener(self) -> socket.socket | None:
        """With ``listen=True``: the grader's listening socket on the program's loopback, whose port is ``PORT``."""
        return self._network.listener

    @property
    def port(self) -> int:
        """With ``clients`` or ``datagrams``: the port that ``SERVER_PORT`` stands for."""
        return self._network.port

    async def connect(self, port: int, **options: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the program from outside, as one of the recording's ``clients``, once it listens on this port.

        ``options`` are those of ``asyncio.open_connection``: ``ssl``, ``server_hostname``, ``limit``.
        """
        return await self._network.connect(port, **options)

    def stream_socket(self) -> socket.socket:
        """One of the recording's ``clients`` as an unconnected TCP socket that does not block."""
        return self._network.take_socket()

    def datagram_socket(self) -> socket.socket:
        """One of the recording's ``datagrams``: an unbound UDP socket that does not block."""
        return self._network.take_socket(socket.SOCK_DGRAM)

    def open_file(self, name: str, flags: int) -> int:
        """Open a file in the program's folder; the descriptor does not block. Raises ``OSError``, also for a link."""
        return scratch_files.open_within(self.scratch, name, flags)

    def read_file(self, name: str) -> str:
        """Up to a megabyte of a file in the program's folder. Raises ``OSError``, also for what is no plain file."""
        return scratch_files.read(self.scratch, name).decode(errors="replace")

    def touch(self, name: str) -> None:
        """Make an empty file in the program's folder where there is none. Raises ``OSError``, also for a link."""
        scratch_files.touch(self.scratch, name)

    def plain_file(self, name: str) -> Path:
        """The path of a file in the program's folder, for SQLite. Raises ``OSError`` for what is no plain file."""
        return scratch_files.plain_file(self.scratch, name)

    async def connect_unix(self, name: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to a Unix socket in the program's folder. Raises ``OSError``, also for a link to a socket."""
        with scratch_files.socket_address(self.scratch, name) as address:
            return await asyncio.open_unix_connection(address)

    def signal(self, number: signals.Signals) -> None:
        """Send the program a signal."""
        self._channels.tell_supervisor(protocol.signal_message(int(number)))

    def note(self, label: str, value: object = None) -> None:
        """Make an event of the grader's own in the trace, after all that the program has done so far."""
        self._drain()
        self._history.add(time.monotonic(), EventKind.NOTE, label, value)

    def stop(self) -> None:
        """End the run; the recording must allow ``"stop"``."""
        self._drain()
        if not self._life.exited:
            self._stop(Stop(StopReason.DRIVE))

    # -- life -----------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Run:
        self._loop = asyncio.get_running_loop()
        self.scratch = Path(tempfile.mkdtemp(dir=self._launcher.scratch_root))
        try:
            self._prepare()
            self._calls = Calls(self.scratch, self._spec.all_doubles(), self._history.add, self._drain)
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
                    # The supervisor ends everything when the grader is gone.
                    self._channels.life.shutdown(socket.SHUT_WR)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._over.wait(), _FAREWELL_S)
        finally:
            self._close()
            await cleanup.remove_beside(self.scratch)

    def _prepare(self) -> None:
        if self._spec.prepare:
            try:
                self._spec.prepare(self.scratch)
            except Exception:
                raise SuiteFault(f"the suite's prepare failed: {traceback.format_exc()}") from None

    def _open(self) -> None:
        try:
            channels = self._channels = Channels(self._launcher, self.scratch)
        except BaseException:
            self._calls.close()
            raise
        self._loop.add_reader(channels.stdout.fd, self._drain)
        self._loop.add_reader(channels.control, self._drain)
        self._loop.add_reader(channels.stderr.fd, self._read_stderr)
        self._loop.add_reader(channels.explain, self._read_explanations)
        self._loop.add_reader(channels.life, self._read_life)
        self._timer = self._loop.call_later(_LAUNCH_S, self._late_launch)

    def _hang_up(self, channel: socket.socket | int) -> None:
        """Nothing more is read here. The run is over when nothing more is read anywhere."""
        if channel not in self._channels.open:
            return
        self._channels.open.discard(channel)
        self._loop.remove_reader(channel)
        if isinstance(channel, socket.socket):
            with contextlib.suppress(OSError):
                channel.shutdown(socket.SHUT_RD)  # who still writes gets an error instead of waiting for ever
        if channel is self._channels.life:
            self._set_timer(_LAST_BYTES_S, self._end_now)
        if not self._channels.open:
            self._end_now()

    def _end_now(self) -> None:
        if not self._over.is_set():
            self._timer.cancel()
            self._drain()
            self._over.set()
            self.up.set()
            self.settled.set()
            self._history.end()

    def _close(self) -> None:
        self._end_now()
        self._take_output(self._channels.stdout.received, time.monotonic())
        self._take_partial()
        self._read_explanations()
        for channel in list(self._channels.open):
            self._loop.remove_reader(channel)
        self._timer.cancel()
        self._calls.close()
        self._channels.close()
        self._network.close()

    def release(self) -> None:
        """Let the program begin."""
        if self._channels.life in self._channels.open:  # else there is no process any more
            self._set_timer(_LAUNCH_S, self._late_launch)
        self._beside.append(self._loop.create_task(self._request()))

    async def _request(self) -> None:
        request = self._spec.request(self._subject)
        # A broken pipe here means that the process is gone already; its end is seen on the channels.
        with contextlib.suppress(OSError):
            await self._loop.sock_sendall(self._channels.control, wire.encode(request))

    async def _drive(self) -> None:
        if self._spec.drive:
            await self._loaded.wait()
            try:
                await self._spec.drive(self)
            except Unseen:
                pass  # the run ended before that line: whatever the suite says of the trace is said of this, too
            except Exception:
                self._fault = f"the suite's drive failed: {traceback.format_exc()}"

    async def finished(self) -> None:
        """Wait until every process of the run has ended and everything it left on the channels is read."""
        await self._over.wait()

    # -- what arrives ---------------------------------------------------------------------------------------------

    def _drain(self) -> None:
        """Take lines and control messages in the order in which the program made them.

        They come on two channels; each control message says how many bytes had been printed before it. Output is read
        before and after the messages: what came before them is complete, so nothing can be put in the wrong order.
        """
        now = time.monotonic()
        stdout = self._channels.stdout
        stdout.read()
        settled = stdout.received
        arrived = self._read(self._channels.control)
        if arrived.messages:
            stdout.read()
        for told, fd in arrived.messages:
            self._take_told(told, fd, now)
        if self._channels.control not in self._channels.open:
            self._take_output(stdout.received, now)
        elif arrived.complete:
            self._take_output(settled, now)
        if self._processed < stdout.received:
            self._loop.call_soon(self._drain_again)
        elif not stdout.open:
            self._take_partial()
        self._look_for_end(stdout)

    def _look_for_end(self, stream: OutputStream) -> None:
        if stream.too_much:
            self._stop(Stop(StopReason.OUTPUT, count=MAX_OUTPUT // 1_000_000))
        if stream.too_much or not stream.open:
            self._hang_up(stream.fd)

    def _drain_again(self) -> None:
        if not self._over.is_set():
            self._drain()

    def _take_output(self, upto: int, now: float) -> None:
        count = upto - self._processed
        if count <= 0:
            return
        stdout = self._channels.stdout
        piece = bytes(stdout.data[:count])
        del stdout.data[:count]
        self._processed = upto
        *lines, self._partial = (self._partial + piece).split(b"\n")
        for line in lines:
            if self._history.is_full and self._stopped:
                return  # a megabyte may be a million lines
            self._take_line(line, now)

    def _take_partial(self) -> None:
        if self._partial:
            self._take_line(self._partial, time.monotonic())
            self._partial = b""

    def _take_line(self, data: bytes, now: float) -> None:
        text = data[:_MAX_LINE].decode("utf-8", errors="backslashreplace").removesuffix("\r")
        self._history.add(now, EventKind.LINE, text)

    def _read(self, sock: socket.socket) -> Arrived:
        arrived = self._channels.read(sock)
        if arrived.misused:
            self._misused(sock)
        elif arrived.closed:
            self._hang_up(sock)
        return arrived

    def _misused(self, sock: socket.socket) -> None:
        if sock is not self._channels.explain:  # that decides nothing, so neither does its misuse
            self._stop(Stop(StopReason.CHANNEL))
        self._hang_up(sock)

    def _take_told(self, told: wire.Message, fd: int | None, now: float) -> None:
        """One message of the control channel, with the descriptor that came with it."""
        try:
            message = protocol.parse(told)
        except protocol.Malformed:
            self._misused(self._channels.control)
            message = None
        if message is not None:
            if message.out is not None:
                self._take_output(min(message.out, self._channels.stdout.received), now)
            if self._started is None and self._network.take(message, fd):
                return
            self._take(message, now)
        if fd is not None:
            os.close(fd)

    def _take(self, message: protocol.Message, now: float) -> None:
        match message:
            case protocol.Up() if not self.up.is_set():
                self.up.set()
                if self._held:  # as long as others take to be up as well
                    self._timer.cancel()
            case protocol.Ready() if self._started is None:
                self._started = now
                self._delay_before_s = message.run_delay_s
                self._set_timer(self._spec.deadline_s, self._late)
            case protocol.Loaded():
                self._loaded.set()
                self.settled.set()
            case protocol.NoteMessage():
                self._history.add(now, EventKind.NOTE, message.label, message.value)
            case protocol.CallMessage() if self._end is None:
                try:
                    self._calls.begin(message, now)
                except TooManyCalls as error:
                    self._stop(Stop(StopReason.CALLS, count=error.most))
            case protocol.Gone():
                self._calls.gone(message.id, now)
            case protocol.End() if self._end is None:
                self._take_partial()  # what was printed last is a line, with its newline or without
                self._end, self._end_at = message, self._history.stamp(now)
                self._history.closed = True
            case _:
                pass

    def _read_stderr(self) -> None:
        self._channels.stderr.read()
        self._look_for_end(self._channels.stderr)

    def _read_explanations(self) -> None:
        room = max(0, _MAX_EXPLANATIONS - len(self._explanations))
        arrived = self._read(self._channels.explain)
        self._explanations += [message for message, _ in arrived.messages[:room] if is_modest(message)]

    def _read_life(self) -> None:
        for told, _ in self._read(self._channels.life).messages:
            try:
                message = protocol.parse(told)
            except protocol.Malformed:
                self._misused(self._channels.life)
                return
            if isinstance(message, protocol.OverLimit):
                self._stop(Stop(StopReason(message.limit.value), count=message.most))
            elif isinstance(message, protocol.Used):
                self._weigh_usage(message)
            elif message is not None:
                self._life.take(message)

    # -- the end --------------------------------------------------------------------------------------------------

    def _set_timer(self, seconds: float, then: Callable[[], None]) -> None:
        self._timer.cancel()
        self._timer = self._loop.call_later(seconds, then)

    def _late(self) -> None:
        """The deadline has come. A program that computes is given the processor time that it was kept from."""
        if self._life.exited:
            return
        if self._life.pause_began is None and not self._spec.heavy:
            self._channels.tell_supervisor(dict(protocol.USAGE))
            self._set_timer(_ANSWER_S, self._stop_late)
            return
        self._stop_late()

    def _weigh_usage(self, used: protocol.Used) -> None:
        """Stop what is idle, was kept from nothing, or has used its allowance; ask again of what may yet use it."""
        grown_s, self._used_s = used.cpu_s - self._used_s, used.cpu_s
        ran_s = time.monotonic() - (self._started or 0.0)
        kept_waiting = used.run_delay_s - (self._delay_before_s or 0.0) > _KEPT_WAITING * ran_s
        may_yet = used.cpu_s < ALLOWANCE_S and grown_s > _COMPUTES_S and ran_s < MOST_LATE * self._spec.deadline_s
        if kept_waiting and may_yet:
            self._set_timer(_ASK_AGAIN_S, self._late)
        else:
            self._stop_late()

    def _stop_late(self) -> None:
        if self._life.exited:
            return
        deadline_s = self._spec.deadline_s
        if self._life.pause_began is None:
            self._stop(Stop(StopReason.DEADLINE, deadline_s))
            return
        # Somebody who stops a program for a while lets it go on. This one did not go on: so it stopped itself.
        self._life.pause_began = None
        self._stop(Stop(StopReason.PAUSED, deadline_s))

    def _late_launch(self) -> None:
        stop = Stop(StopReason.NOT_STARTED, _LAUNCH_S)
        self._fault = sentences.stopped(stop)
        self._stop(stop)

    def _stop(self, why: Stop) -> None:
        if self._stopped:
            return
        self._stopped = why
        if self._life.exited or self._over.is_set():
            return
        self._channels.tell_supervisor(dict(protocol.KILL))
        # Should the supervisor be gone, the run is over all the same.
        self._set_timer(_FAREWELL_S, self._end_now)

    # -- what was recorded ----------------------------------------------------------------------------------------

    def recording(self) -> Recording:
        """What was recorded; call it after the ``async with`` block."""
        exited = self._life.exited
        ended_at = self._end_at or self._life.exited_at or time.monotonic()
        # What never began took no time; nor did what told of its end first.
        started = min(self._started, ended_at) if self._started is not None else ended_at
        noise = self._noise(started, ended_at)

        def since(at: float, phrase: str = "{} s") -> Seconds:
            return Seconds(at - started, noise.doubt_s, phrase, source=self, early_s=noise.start_s)

        trace = make_trace(
            [Event(since(event.at), event.kind, event.name, event.value) for event in self._history.happened],
            [
                Span(
                    call.name,
                    since(call.start),
                    since(min(ended_at, call.end) if call.end is not None else ended_at),
                    call.args,
                    call.kwargs,
                    call.outcome if call.end is not None and call.end <= ended_at else CallOutcome.OPEN,
                    call.answer.value if call.outcome is CallOutcome.REPLIED else None,
                )
                for call in self._calls.made
                if call.start <= ended_at
            ],
            since(ended_at, "took {} s"),
            self._end,
            self._stopped,
            exit_status=exited.status if exited else None,
            stderr=bytes(self._channels.stderr.data[:_MAX_STDERR]).decode("utf-8", errors="backslashreplace"),
        )
        broken, broken_line = broken_by(self._end)
        return Recording(
            trace=trace,
            noise=noise,
            explanations=tuple(self._explanations),
            started=started,
            broken=broken,
            broken_line=broken_line,
            fault=self._fault or self._calls.fault or self._start_fault(),
            timed_out=self._stopped is not None and self._stopped.reason is StopReason.DEADLINE,
            cpu_s=exited.cpu_s if exited else 0.0,
            load_s=exited.load_s if exited else 0.0,
            processes=exited.processes if exited else 0,
            is_spent=not self._spec.heavy and self._used_s >= ALLOWANCE_S,
            peak_bytes=exited.peak_bytes if exited else 0,
            restored=self._subject.left_alone.restored(self._spec.world),
            caption=caption(self._spec, self._subject),
        )

    def _start_fault(self) -> str:
        # Until "ready" nothing but the runner itself has run in that process.
        if self._started is None:
            is_fault = self._end is not None and self._end.how is protocol.How.FAULT
            return self._end.message if self._end and is_fault else "the program could not be started"
        return "" if self._life.exited or self._stopped else "nobody saw how the program ended"

    def _noise(self, started: float, ended_at: float) -> Noise:
        stall_s, lost_s = self._heartbeat.between(started, ended_at, len(self._history.happened))
        run_delay_s = self._life.exited.run_delay_s if self._life.exited else 0.0
        if self._delay_before_s is not None:  # while its process was made, and waited for others
            run_delay_s -= self._delay_before_s
        start_s = self._heartbeat.around(started)
        return Noise(stall_s, lost_s, max(0.0, run_delay_s), self._life.paused_until(ended_at), start_s)


class _Life:
    """What the run's supervisor has told of the program's process."""

    def __init__(self) -> None:
        self.exited: protocol.Exited | None = None
        self.exited_at: float | None = None
        self.pause_began: float | None = None
        """Set while a signal has stopped it."""
        self._paused_s = 0.0

    def take(self, message: protocol.Message) -> None:
        match message:
            case protocol.Paused() if message.at is not None:
                self.pause_began = message.at
            case protocol.Continued() if message.at is not None and self.pause_began is not None:
                self._paused_s += message.at - self.pause_began
                self.pause_began = None
            case protocol.Exited():
                self.exited, self.exited_at = message, time.monotonic()
            case _:
                pass

    def paused_until(self, end: float) -> float:
        """How long it had been stopped by then, in seconds."""
        under_way_s = max(0.0, end - self.pause_began) if self.pause_began is not None else 0.0
        return self._paused_s + under_way_s
