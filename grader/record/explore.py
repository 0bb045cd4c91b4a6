"""Runs under virtual time, one after the other and as fast as they go: what Hypothesis calls hundreds of times.

A nest is a run of its own, in its own corner of the sandbox, that runs nothing of the learner's: it forks workers. A
worker takes request after request and loads the file afresh for each. That is fast (a fork for each schedule costs ten
times as much), and a program might leave something behind in its worker; so a caller that gets a failure asks again
``alone``, in a worker that has run nothing before, and only that counts.
"""

from __future__ import annotations

import contextlib
import math
import os
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.errors import JudgeError
from grader.kinds import CallOutcome, Ending, EventKind, Stop, StopReason
from grader.record import cleanup
from grader.record.caption import caption
from grader.record.channels import is_modest
from grader.record.launch import Launcher, Starter
from grader.record.noise import Noise
from grader.record.recording import Recording, Subject, broken_by, make_trace, open_span
from grader.record.seconds import Seconds
from grader.record.spec import RecordingSpec, limits
from grader.record.trace import Event, Span, call_text
from grader.runner import protocol, wire
from grader.runner.protocol import MAX_EVENTS
from grader.runner.restoring import Definition
from grader.runner.usage import run_delay_s

_PATIENCE_S = 2.0
_PATIENCE_ALONE_S = 5.0
"""Real seconds for one run: it takes a few milliseconds, unless it computes without end. A failure among others is only
a reason to ask again alone, so there the patience is short. Time in which the run, or the grader, waited for a
processor does not count."""

_A_TURN_S = 0.01
_ALL_TURNS_S = 10.0
"""Each message from the program extends the patience by the first, up to the second in total: on a busy machine, a turn
between the two processes takes that long."""

_AT_MOST = 10
"""However long a run waited for a processor: so many times its patience is enough."""

_FIRST_LOOK = 0.25
"""The part of the patience after which it is first asked who waited: few runs take that long."""

_ANSWER_S = 2.0
"""For the supervisor to say how long its processes waited. If it takes longer, the machine is too busy."""

_IMPATIENCE_S = 0.3
"""The patience with a program that has computed without end before: the search for its smallest schedule is long.

What did so among others was perhaps only late, on a busy machine; alone it has the whole patience once more.
"""

_EARLY_S = 0.01
"""So much before its time a call may come back: waiting is exact on a clock that stands still, and a loop may round."""

_MAX_EXPLANATIONS = 5_000
_EXPLAIN_S = 1.0
_FAREWELL_S = 5.0
"""For the supervisor to end what is left of a process."""


class Explorer:
    """Runs programs under virtual time through one launcher. ``patience_s`` bounds every patience, in real seconds.

    ``stderr`` is a descriptor for what they write there; without one nobody reads it.
    """

    def __init__(self, launcher: Launcher, patience_s: float = _PATIENCE_ALONE_S, *, stderr: int | None = None) -> None:
        self._launcher = launcher
        self._stderr = stderr
        self._most_patience_s = patience_s
        self._subject: Subject | None = None
        self._nest: _Process | None = None
        self._worker: _Process | None = None
        self._runaways: set[bool] = set()
        """Whether one computed without end among others (False), and whether one did alone (True)."""

    def run(self, subject: Subject, spec: RecordingSpec, *, alone: bool) -> Recording:
        """One run; its times are those of the program's virtual clock. ``alone``: in a process that has run nothing."""
        if subject is not self._subject:
            self.close()
            self._subject = subject
            self._runaways = set()
        patience_s = _IMPATIENCE_S if alone in self._runaways else _PATIENCE_ALONE_S if alone else _PATIENCE_S
        patience_s = min(patience_s, self._most_patience_s)
        worker = self._worker
        if worker is None or alone:
            self._leave_worker()
            # Alone it starts from the launcher: a nest's workers share a folder and a /tmp.
            worker = self._worker = _Process(self._launcher, self._stderr) if alone else self._new_worker()
        recording = _Schedule(worker, spec, patience_s).run(subject)
        if spec.observe:
            recording = replace(recording, caption=caption(spec, subject))
        if recording.trace.ended is Ending.STOPPED:
            self._runaways.add(alone)
        if recording.trace.ended in (Ending.STOPPED, Ending.DIED):
            self.close()
        elif alone:
            self._leave_worker()
        return recording

    def _new_worker(self) -> _Process:
        if not self._launcher.can_explore:
            return _Process(self._launcher, self._stderr)
        if self._nest is None:
            self._nest = _Process(self._launcher, self._stderr)
            self._nest.send({"explore": True, "limits": limits(3600)})
        return _Process(self._nest, self._stderr, nest=self._nest)

    def _leave_worker(self) -> None:
        if self._worker:
            self._worker.close()
            self._worker = None

    def close(self) -> None:
        """End every process."""
        self._leave_worker()
        if self._nest:
            self._nest.close()
            self._nest = None


class _TooEarly(Exception):
    """A call came back before its time: somebody has meddled with sleeping or with the loop's clock."""


class _TooMuch(Exception):
    """More events than any exercise makes."""


class _Patience:
    """How long a run may still take, in real seconds. ``run_delay_s`` tells how long its processes have waited so far
    for a processor; None when nobody can tell at present."""

    def __init__(self, seconds: float, run_delay_s: Callable[[], float | None]) -> None:
        self._run_delay_s = run_delay_s
        self._left_s = seconds
        self._for_turns_s = _ALL_TURNS_S
        self._looked_at = time.monotonic()
        self._waited_s: float | None = None
        self._look_at = self._looked_at + _FIRST_LOOK * seconds
        self._end = self._looked_at + _AT_MOST * seconds

    def until_look_s(self) -> float:
        """Seconds until it has to be asked whether the patience is at its end."""
        return max(0.001, self._look_at - time.monotonic())

    def add_turn(self) -> None:
        """The program has sent something, which has to be answered."""
        added_s = min(_A_TURN_S, self._for_turns_s)
        self._for_turns_s -= added_s
        self._left_s += added_s
        self._look_at += added_s

    def look(self) -> None:
        """Raises ``TimeoutError`` when the run has had its time."""
        theirs_s = self._run_delay_s()
        now = time.monotonic()
        spent_s, self._looked_at = now - self._looked_at, now
        if theirs_s is None:
            spent_s = 0.0
        else:
            waited_s = theirs_s + run_delay_s(os.getpid())
            if self._waited_s is not None:
                spent_s -= waited_s - self._waited_s
            self._waited_s = waited_s
        self._left_s -= max(0.0, spent_s)
        if self._left_s <= 0 or now > self._end:
            raise TimeoutError
        self._look_at = min(now + self._left_s, self._end)


class _Process:
    """A process on the other side of a control channel: a nest, or a worker of one (``nest``)."""

    def __init__(self, launcher: Starter, stderr: int | None = None, *, nest: _Process | None = None) -> None:
        self._nest = nest
        self._told = wire.Inbox()
        """What the supervisor says."""
        self.scratch_root = Path(launcher.scratch_root) / f"nest-{os.urandom(4).hex()}"
        self.scratch_root.mkdir()
        self.control, control_end = socket.socketpair()
        self.explain, explain_end = socket.socketpair()
        self._life, life_end = socket.socketpair()
        self.inbox = wire.Inbox(wire.MAX_WORD)
        with Path(os.devnull).open("wb") as nothing:
            ends = [os.dup(nothing.fileno()), os.dup(nothing.fileno() if stderr is None else stderr)]
        ends += [control_end.detach(), explain_end.detach(), life_end.detach()]
        try:
            launcher.launch(ends, self.scratch_root)
        except BaseException:
            self._let_go()
            raise
        finally:
            for fd in ends:
                os.close(fd)

    def send(self, message: wire.Message) -> None:
        with contextlib.suppress(OSError):  # that it is gone shows when the answer does not come
            wire.send(self.control, message)

    def run_delay_s(self) -> float | None:
        """How long the processes of this nest have waited for a processor so far; None when it cannot be told."""
        if self._nest:
            return self._nest.run_delay_s()
        until = time.monotonic() + _ANSWER_S
        with contextlib.suppress(OSError, wire.ProtocolError, protocol.Malformed):
            wire.send(self._life, dict(protocol.USAGE))
            while (left_s := until - time.monotonic()) > 0:
                self._life.settimeout(left_s)
                if not self._told.receive(self._life):
                    break
                for told in self._told.messages():
                    if isinstance(message := protocol.parse(told), protocol.Used):
                        return message.all_run_delay_s
        return None

    def launch(self, fds: list[int], scratch: Path) -> None:
        """Let the nest fork a worker, which works in a folder below the nest's."""
        try:
            wire.send(self.control, {"scratch": scratch.name}, fds)
        except OSError as error:
            raise JudgeError(f"the process that tries schedules is gone ({error})") from None

    def close(self) -> None:
        """End the process; where it has a supervisor (a nest's workers have none), wait until nothing of it is left."""
        with contextlib.suppress(OSError):
            self._life.shutdown(socket.SHUT_WR)
        self.control.close()
        self._life.settimeout(_FAREWELL_S)
        with contextlib.suppress(OSError):
            while self._life.recv(4096):
                pass
        self._let_go()

    def _let_go(self) -> None:
        self.inbox.close()
        self._told.close()
        for sock in (self.control, self.explain, self._life):
            sock.close()
        cleanup.remove(self.scratch_root)


class _Schedule:
    """One run under virtual time, from the request to the recording."""

    def __init__(self, worker: _Process, spec: RecordingSpec, patience_s: float) -> None:
        self._worker = worker
        self._patience_s = patience_s
        self._spec = spec
        self._doubles = spec.all_doubles()
        self._restored: tuple[Definition, ...] = ()
        self._fault = ""
        self._started: float | None = None
        self._now = 0.0
        self._events: list[Event] = []
        self._spans: dict[int, Span] = {}
        self._due: dict[int, float] = {}
        """When each call may come back."""

    def run(self, subject: Subject) -> Recording:
        self._restored = subject.left_alone.restored(self._spec.world)
        self._worker.send(self._spec.request(subject))
        end, stop = None, None
        try:
            end = self._until_the_end()
        except TimeoutError:
            stop = Stop(StopReason.COMPUTING, self._patience_s)
        except _TooEarly:
            stop = Stop(StopReason.EARLY_REPLY)
        except _TooMuch:
            stop = Stop(StopReason.EVENTS, count=MAX_EVENTS)
        except (wire.ProtocolError, protocol.Malformed):
            stop = Stop(StopReason.CHANNEL)
        return self._recording(end, stop)

    def _until_the_end(self) -> protocol.End | None:
        """Answer calls until the program tells of its end; None when its process dies."""
        patience = _Patience(self._patience_s, self._worker.run_delay_s)
        control, inbox = self._worker.control, self._worker.inbox
        while True:
            for told in inbox.messages():
                if len(self._events) > MAX_EVENTS:
                    raise _TooMuch
                message = protocol.parse(told)
                if message is None:
                    continue
                self._tell_time(message.at)
                if isinstance(message, protocol.End):
                    return message
                self._take(message)
            control.settimeout(patience.until_look_s())
            try:
                if not inbox.receive(control):
                    return None
            except TimeoutError:
                patience.look()
            else:
                patience.add_turn()

    def _tell_time(self, at: float | None) -> None:
        """The program's own clock: it says what it likes, but it does not go back."""
        if at is not None:
            self._started = at if self._started is None else self._started
            self._now = max(self._now, at - self._started)

    def _take(self, message: protocol.Message) -> None:
        match message:
            case protocol.LineMessage():
                self._happen(EventKind.LINE, message.text)
            case protocol.NoteMessage():
                self._happen(EventKind.NOTE, message.label, message.value)
            case protocol.CallMessage() if message.number is not None:
                if message.number in self._spans:
                    raise protocol.Malformed("a call's number is used once only")
                self._answer(message.name, message.args, message.kwargs, message.number)
            case protocol.CallEnded() if message.number in self._spans:
                self._end_call(message)
            case _:
                pass

    def _end_call(self, message: protocol.CallEnded) -> None:
        span = self._spans[message.number]
        if math.isfinite(span.end):
            raise protocol.Malformed("a call ends once only")
        if message.replied and self._now < self._due[message.number] - _EARLY_S:
            raise _TooEarly
        outcome = span.outcome if message.replied else CallOutcome.CANCELLED
        reply = span.reply if outcome is CallOutcome.REPLIED else None
        self._spans[message.number] = replace(span, end=Seconds(self._now), outcome=outcome, reply=reply)
        self._happen(EventKind.REPLY, str(span), outcome)

    def _happen(self, kind: EventKind, name: str, value: Any = None) -> None:
        self._events.append(Event(Seconds(self._now), kind, name, value))

    def _answer(self, name: str, args: list[Any], kwargs: dict[str, Any], number: int) -> None:
        double = self._doubles.get(name)
        if double is None:
            self._worker.send({})
            return
        answer = double.answer(args, kwargs)
        self._fault = self._fault or answer.fault
        if double.unseen:
            self._worker.send({**answer.message(), "delay": answer.delay_s})
            return
        self._happen(EventKind.CALL, call_text(name, args, kwargs))
        # Until its end is told the call is under way: its end is that of the run.
        outcome = CallOutcome.RAISED if answer.error else CallOutcome.REPLIED
        self._spans[number] = Span(
            name, Seconds(self._now), Seconds(float("inf")), tuple(args), kwargs, outcome, answer.value
        )
        # A blocking call may be made in a thread, where it takes real time.
        self._due[number] = 0.0 if double.blocking else self._now + answer.delay_s
        self._worker.send({**answer.message(), "delay": answer.delay_s})

    def _recording(self, end: protocol.End | None, stop: Stop | None) -> Recording:
        elapsed = Seconds(self._now, phrase="took {} s")
        spans = [span if math.isfinite(span.end) else open_span(span, elapsed) for span in self._spans.values()]
        trace = make_trace(self._events, spans, elapsed, end, stop)
        broken, broken_line = broken_by(end)
        never_began = trace.ended is Ending.DIED and self._started is None
        return Recording(
            trace=trace,
            noise=Noise(),
            explanations=tuple(self._explanations()) if self._spec.observe else (),
            started=self._started or 0.0,
            virtual=True,
            broken=broken,
            broken_line=broken_line,
            fault="the program could not be started" if never_began else self._fault,
            restored=self._restored,
        )

    def _explanations(self) -> list[wire.Message]:
        """What the worker tells of the run from inside; it is alone, so the end of its stream is the end of the run."""
        explain, inbox = self._worker.explain, wire.Inbox(wire.MAX_WORD)
        until = time.monotonic() + _FAREWELL_S
        found: list[wire.Message] = []
        with contextlib.suppress(OSError):
            self._worker.control.shutdown(socket.SHUT_WR)
        with contextlib.suppress(OSError, wire.ProtocolError):
            while len(found) < _MAX_EXPLANATIONS and (left_s := until - time.monotonic()) > 0:
                explain.settimeout(min(left_s, _EXPLAIN_S))
                if not inbox.receive(explain):
                    break
                found += filter(is_modest, inbox.messages())
        return found
