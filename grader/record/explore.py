"""Runs under virtual time, one after the other and as fast as they go: what Hypothesis calls hundreds of times.

A nest is a run of its own, in its own corner of the sandbox, that runs nothing of the learner's: it forks workers. A
worker takes request after request and loads the file afresh for each. That is fast (a fork for each schedule costs ten
times as much), and a program might leave something behind in its worker; so whoever gets a failure asks again
``alone``, in a worker that has run nothing before, and only that counts.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from pathlib import Path
from typing import Any

from grader.errors import JudgeError
from grader.record import cleanup
from grader.record.launch import Launcher, Starter
from grader.record.noise import Noise
from grader.record.run import Recording, Subject, raised, runner_failed, whole
from grader.record.seconds import Seconds
from grader.record.spec import Recipe, limits
from grader.record.trace import Event, Span, Trace, call_text
from grader.runner import wire
from grader.runner.restoring import Definition

_PATIENCE_S = 2.0
_PATIENCE_ALONE_S = 5.0
"""Real seconds for one run: it takes a few milliseconds, unless it computes without end. A failure among others is only
a reason to ask again alone, so there the patience is short."""

_IMPATIENCE_S = 0.3
"""The patience with a program that has computed without end before: the search for its smallest schedule is long.

What did so among others was perhaps only late, on a busy machine; alone it has the whole patience once more.
"""

_MAX_EVENTS = 20_000

_EARLY_S = 0.01
"""So much before its time a call may come back: waiting is exact on a clock that stands still, and a loop may round."""

_END_OF_TIME_S = 1e12
"""A clock that says more, or infinity, or no number, says nothing."""

_MAX_EXPLANATIONS = 5_000
_EXPLAIN_S = 1.0
_FAREWELL_S = 5.0
"""For the supervisor to end what is left of a process."""


class Explorer:
    """Runs programs under virtual time through one launcher. ``patience_s`` bounds every patience, in real seconds."""

    def __init__(self, launcher: Launcher, patience_s: float = _PATIENCE_ALONE_S) -> None:
        self._launcher = launcher
        self._most_patience_s = patience_s
        self._subject: Subject | None = None
        self._nest: _Process | None = None
        self._worker: _Process | None = None
        self._runaways: set[bool] = set()
        """Whether one computed without end among others (False), and whether one did alone (True)."""

    def run(self, subject: Subject, recipe: Recipe, *, alone: bool) -> Recording:
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
            worker = self._worker = _Process(self._launcher) if alone else self._new_worker()
        recording = _Schedule(worker, recipe, patience_s).run(subject)
        if recording.trace.ended == "stopped":
            self._runaways.add(alone)
        if recording.trace.ended in ("stopped", "died"):
            self.close()
        elif alone:
            self._leave_worker()
        return recording

    def _new_worker(self) -> _Process:
        if not self._launcher.can_explore:
            return _Process(self._launcher)
        if self._nest is None:
            self._nest = _Process(self._launcher)
            self._nest.send({"explore": True, "limits": limits(3600)})
        return _Process(self._nest)

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


class _Process:
    """A process on the other side of a control channel: a nest, or a worker of one."""

    def __init__(self, launcher: Starter) -> None:
        self.scratch_root = Path(launcher.scratch_root) / f"nest-{os.urandom(4).hex()}"
        self.scratch_root.mkdir()
        self.control, control_end = socket.socketpair()
        self.explain, explain_end = socket.socketpair()
        self._life, life_end = socket.socketpair()
        self.inbox = wire.Inbox(wire.MAX_WORD)
        with Path(os.devnull).open("wb") as nothing:
            ends = [os.dup(nothing.fileno()), os.dup(nothing.fileno())]
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
        for sock in (self.control, self.explain, self._life):
            sock.close()
        cleanup.remove(self.scratch_root)


class _Schedule:
    """One run under virtual time, from the request to the recording."""

    def __init__(self, worker: _Process, recipe: Recipe, patience_s: float) -> None:
        self._worker = worker
        self._patience_s = patience_s
        self._recipe = recipe
        self._doubles = recipe.all_doubles()
        self._restored: tuple[Definition, ...] = ()
        self._fault = ""
        self._started: float | None = None
        self._now = 0.0
        self._events: list[Event] = []
        self._spans: dict[int, Span] = {}
        self._due: dict[int, float] = {}
        """When each call may come back."""

    def run(self, subject: Subject) -> Recording:
        self._restored = subject.left_alone.restored(self._recipe.world)
        self._worker.send(self._recipe.request(subject))
        try:
            end = self._until_the_end()
        except TimeoutError:
            return self._recording({"how": "stopped"}, f"it computed for {self._patience_s:g} s without an end")
        except _TooEarly:
            return self._recording({"how": "stopped"}, "a call came back before its time was over")
        except _TooMuch:
            return self._recording({"how": "stopped"}, f"it printed or called more than {_MAX_EVENTS} times")
        except wire.ProtocolError:
            return self._recording({"how": "stopped"}, "it wrote to the grader's own channel")
        return self._recording(end)

    def _until_the_end(self) -> wire.Message:
        until = time.monotonic() + self._patience_s
        inbox = self._worker.inbox
        while True:
            left_s = until - time.monotonic()
            if left_s <= 0:
                raise TimeoutError
            self._worker.control.settimeout(left_s)
            message = wire.receive_one(self._worker.control, inbox)
            if message is None:
                return {"how": "died"}
            if len(self._events) > _MAX_EVENTS:
                raise _TooMuch
            self._tell_time(message.get("at"))
            if message.get("k") == "end" and isinstance(message.get("how"), str):
                return message
            self._take(message)

    def _tell_time(self, at: object) -> None:
        """The program's own clock: it says what it likes, but it does not go back."""
        if isinstance(at, (int, float)) and abs(at) < _END_OF_TIME_S:
            self._started = at if self._started is None else self._started
            self._now = max(self._now, at - self._started)

    def _take(self, message: wire.Message) -> None:
        match message:
            case {"k": "line", "text": str(text)}:
                self._happen("line", text)
            case {"k": "note", "label": str(label)}:
                self._happen("note", label, message.get("value"))
            case {"k": "call", "name": str(name), "args": list(args), "kwargs": dict(kwargs), "number": int(number)}:
                self._answer(name, args, kwargs, number)
            case {"k": "ended", "number": int(number), "how": str(how)} if number in self._spans:
                span = self._spans[number]
                if how == "replied" and self._now < self._due[number] - _EARLY_S:
                    raise _TooEarly
                outcome = span.outcome if how == "replied" else "cancelled"
                self._spans[number] = Span(
                    span.name, span.start, Seconds(self._now), span.args, span.kwargs, outcome,
                    span.reply if outcome == "replied" else None,
                )  # fmt: skip
                self._happen("reply", str(span), outcome)
            case _:
                pass

    def _happen(self, kind: str, name: str, value: Any = None) -> None:
        self._events.append(Event(Seconds(self._now), kind, name, value))

    def _answer(self, name: str, args: list[Any], kwargs: dict[str, Any], number: int) -> None:
        double = self._doubles.get(name)
        if double is None:
            self._worker.send({})
            return
        answer = double.answer(args, kwargs)
        self._fault = self._fault or answer.fault
        self._happen("call", call_text(name, args, kwargs))
        # Until its end is told the call is under way: its end is that of the run.
        outcome = "raised" if answer.error else "replied"
        self._spans[number] = Span(
            name, Seconds(self._now), Seconds(float("inf")), tuple(args), kwargs, outcome, answer.value
        )
        # A blocking call may be made in a thread, where it takes real time.
        self._due[number] = 0.0 if double.blocking else self._now + answer.delay_s
        self._worker.send({**answer.message(), "delay": answer.delay_s})

    def _recording(self, end: wire.Message, stopped: str = "") -> Recording:
        elapsed = Seconds(self._now, phrase="took {} s")
        how = str(end["how"])
        spans = tuple(
            Span(span.name, span.start, elapsed, span.args, span.kwargs, "open") if span.end == float("inf") else span
            for span in self._spans.values()
        )
        trace = Trace(
            events=tuple(self._events),
            spans=spans,
            elapsed=elapsed,
            ended=how,
            returned=end.get("value"),
            returned_type=str(end.get("type", "")),
            raised=raised(end) if how == "raised" else None,
            exit_status=whole(end.get("status")),
            stopped=stopped or runner_failed(end),
        )
        fault = self._fault
        if how == "died" and self._started is None:
            fault = "the program could not be started"
        return Recording(
            trace=trace,
            noise=Noise(),
            explanations=tuple(self._explanations()) if self._recipe.observe else (),
            started=self._started or 0.0,
            virtual=True,
            broken=str(end.get("message", "")) if how == "broken" else "",
            broken_line=whole(end.get("line")),
            fault=fault,
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
                found += inbox.messages()
        return found
