"""What the learner's program looks like from inside: steps of coroutines, what held the loop, what was forgotten.

All of it is explanation and none of it is evidence: it is made in a process that the learner's code owns.
Nothing here may raise into the learner's program, change what it prints, or cost it more than a few microseconds
a step.

How it sees:

- Every step of every task, and every callback, passes through ``asyncio.events.Handle._run``. Two calls in that one
  method leave tasks, coroutines and stacks what they are. (An eager task runs its first step inside its creator's, and
  is looked for there; one that is done by then is not seen.)
- What a step puts into the loop's queue says which tasks could run from then on.
- A sequential ``await task_a()`` makes no task, so the chain of awaits is walked after each step: each coroutine of the
  learner's file becomes a row of its own.
- What a long step is busy with is sampled by a watchdog thread, which is parked while the loop is idle.
  Samples rather than a tracer: a tracer would slow down the very computation it is to time.

Messages are JSON values, each with a ``kind``; ``grader.explain.read`` reads them. Times are seconds on ``clock``.

- ``steps``: ``opened`` [[row, task, label, function, at]], ``ran`` [[row, start, end]], ``closed`` [[row, at]],
  ``waits`` [[row, at, spot]] (from then on it waits there; 0 is nowhere), ``spots`` [[spot, line, column, end_line,
  end_column]], the numbers of rows that are ``callbacks`` (these never wait) or a library's (``foreign``),
  ``arguments`` [[row, [text]]], ``ready`` [[row, start, end]] (it could run, and another held the loop), ``ended``
  [[row, at, how]] (of a task), ``printed`` [[task, function, at]], ``locks`` [[task, function, at, what, lock]] (it
  wants a lock or a slot, took it or gave it back; or its time was up, with lock 0), and how many were left out so
  far (``dropped_rows``, ``dropped_steps``). A row is open until it is closed.
- ``held``: one step that held the loop: ``start``, ``end``, ``open`` (it still does), ``task``, ``kept`` (how long
  of it the thread waited for a processor, in seconds, where that can be known), and ``parts``
  [[start, end, line, column, end_line, end_column, function, coroutine, how]], columns in UTF-8 bytes.
  A later message with the same ``start`` replaces an earlier one.
- ``never-awaited``, ``lost-exception``, ``left-pending``: see the ``_note_`` methods.
- ``finished``: the program came to its end. Without it, it was stopped.
"""

from __future__ import annotations

import _thread
import asyncio
import gc
import os
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from grader.runner.observe.forgotten import Forgotten
from grader.runner.observe.hooks import Hookable
from grader.runner.observe.locks import TIMED_OUT, LockWatch
from grader.runner.observe.outbox import GRADED, Limits, Outbox, Send
from grader.runner.observe.places import Chains, function_name
from grader.runner.observe.sampler import STEP_CODES, Sampler, Step
from grader.runner.observe.samples import HOLD_S
from grader.runner.observe.steps import StepLog, Track

_HANDLE_RUN = Hookable(asyncio.events.Handle._run)
"""Compiled before anything is forked, so that a run need not do it."""

# The learner's program may replace any of these (virtual time does), so they are taken before it loads.
_monotonic = time.monotonic
_get_ident = _thread.get_ident


class StepCalls(NamedTuple):
    """What is called around each step of a loop."""

    begin: Callable[[Any], None]
    """Takes the handle: the object that has the callback in ``_callback``."""
    end: Callable[[], None]


class _Suspended:
    """A step inside which a loop runs, as ``nest_asyncio`` lets it: that loop's steps and waiting are not its own."""

    __slots__ = ("began", "first", "piece", "resumed")

    def __init__(self, piece: Step, first: float) -> None:
        self.began = piece[0]
        self.first = first
        """When the loop inside began its first step."""
        self.piece = piece
        """The stretch since the last step of the loop inside."""
        self.resumed = first


class Observer:
    """Watches the event loop of the thread that installs it.

    ``send`` takes one message and must be thread safe; ``filename`` is what the learner's file was compiled under.
    On another clock than ``time.monotonic`` (virtual time) nothing is sampled; there ``note_blocked`` tells.

    ``offset``: for a program of several files, what is added to the lines of the one that is named, so that all of
    them together count as one text; None for files that are not the learner's.
    ``whole_program``: it is all of a program. Then a task has a row even when nothing in its chain of awaits is the
    learner's, and so have callbacks of the learner's that belong to no task.
    """

    def __init__(
        self,
        send: Send,
        filename: str,
        clock: Callable[[], float] = time.monotonic,
        *,
        offset: Callable[[str], int | None] | None = None,
        limits: Limits = GRADED,
        whole_program: bool = False,
    ) -> None:
        self._clock = clock
        self._whole_program = whole_program
        self._chains = Chains(offset or {filename: 0}.get)
        self._outbox = Outbox(send, clock, limits, lambda: self._sampler.wake_if_parked())
        self._steps = StepLog(self._outbox, self._chains, whole_program=whole_program)
        self._sampler = Sampler(self._outbox, self._chains, clock, watching=clock is _monotonic)
        self._forgotten = Forgotten(self._outbox, self._chains, lambda: self._sampler.thread is not None)
        self._locks = LockWatch(self._note_lock, self._note_timeout)
        self._suspended: list[_Suspended] = []
        # Not in ``sampler.now``: the watchdog would keep it, and all it refers to, longer than the program does.
        self._begun: list[tuple[Any, Any, int]] = []
        """The steps under way, innermost last: the handle, the loop's queue, and how many handles were in it."""

    def install(self, elsewhere: StepCalls | None = None) -> StepCalls:
        """Begin to watch; called once, in the thread that will run the loop, before the learner's file is loaded.

        ``elsewhere``: for the steps of loops in other threads; without it they run unseen.
        Returns what is called around each step from now on.
        """
        self.begin()
        if not self._whole_program:
            # What exists now is not the learner's: the collector need not look at it again,
            # nor (after a fork) copy its pages to do so.
            gc.freeze()
        if hasattr(os, "register_at_fork"):
            sending = self._outbox.sending
            os.register_at_fork(
                before=sending.acquire, after_in_parent=sending.release, after_in_child=self._leave_child
            )
        calls = self.calls(elsewhere)
        run = _HANDLE_RUN.hooked(calls.begin, calls.end)
        STEP_CODES.add(run.__code__)
        asyncio.events.Handle._run = run  # type: ignore[method-assign]
        self._forgotten.install()
        if not self._whole_program:
            self._locks.install()
        return calls

    @property
    def thread(self) -> int | None:
        """The thread whose loop is watched; None when it is over."""
        return self._sampler.thread

    @property
    def wakeups(self) -> int:
        """How often the watchdog woke: an idle program must not add to it."""
        return self._sampler.wakeups

    def begin(self) -> None:
        """Watch the loop of this thread, around whose steps there are ``calls``."""
        self._sampler.begin(_get_ident())

    def finish(self) -> None:
        """Look for what was forgotten, send what is left and stop. Safe to call twice, with or without a loop."""
        if self._sampler.thread is None:
            return
        try:
            self._forgotten.search()
        except Exception:
            self._outbox.errors += 1
        self.stop()

    def stop(self) -> None:
        """Send what is left and stop."""
        self._outbox.messages.append({"kind": "finished", "errors": self._outbox.errors})
        self._sampler.stop()
        self._outbox.flush()

    def note_pending(self, tasks: Iterable[Any]) -> None:
        """The tasks still pending when the target returned."""
        self._forgotten.note_pending(tasks)

    def note_blocked(self, start: float, seconds: float) -> None:
        """The line of the learner's file that is below on the stack held the loop, from ``start`` and for so long.

        For a clock that a blocking call moves by itself, where sampling would see nothing.
        """
        try:
            self._sampler.note_blocked(sys._getframe(1), start, seconds)
        except Exception:
            self._outbox.errors += 1

    def note_printed(self) -> None:
        """The program has printed a line, just now."""
        try:
            step = self._sampler.now
            if step is None or step[1] is None or _get_ident() != self._sampler.thread or self._outbox.marks_left <= 0:
                return
            if coroutine := self._sampler.coroutine(sys._getframe(1)):
                self._outbox.marks_left -= 1
                self._outbox.printed.append((step[1].number, coroutine, self._clock()))
        except Exception:
            self._outbox.errors += 1

    def _note_lock(self, what: str, lock: int) -> None:
        """The coroutine that runs now did something with a lock."""
        try:
            step = self._sampler.now
            if step is None or step[1] is None or _get_ident() != self._sampler.thread or self._outbox.locks_left <= 0:
                return
            if coroutine := self._sampler.coroutine(sys._getframe(1)):
                self._outbox.locks_left -= 1
                self._outbox.locks.append((step[1].number, coroutine, self._clock(), what, lock))
        except Exception:
            self._outbox.errors += 1

    def _note_timeout(self, task: asyncio.Task[Any] | None) -> None:
        """The time of a block of the task is up, just now."""
        try:
            track = self._steps.tracks.get(id(task))
            is_known = track is not None and track.ref() is task
            if task is None or track is None or not is_known or _get_ident() != self._sampler.thread:
                return
            if self._outbox.locks_left > 0 and (chain := self._chains.chain(task.get_coro())):
                self._outbox.locks_left -= 1
                function = function_name(chain[-1].cr_code)
                self._outbox.locks.append((track.number, function, self._clock(), TIMED_OUT, 0))
        except Exception:
            self._outbox.errors += 1

    def calls(self, elsewhere: StepCalls | None = None) -> StepCalls:
        """What is to be called around each step; those of another thread's loop are left to ``elsewhere``."""
        clock, sampler, outbox, ident = self._clock, self._sampler, self._outbox, _get_ident
        tracks, track_of, note_step = self._steps.tracks, self._steps.track_of, self._steps.note_step
        after, skip, suspended = self._after, self._steps.skip, self._suspended
        note_queue, begun = self._note_queue, self._begun

        def begin(handle: Any) -> None:
            if ident() != sampler.thread:
                if elsewhere is not None:
                    elsewhere.begin(handle)
                return
            if sampler.now is not None:
                self._suspend(sampler.now)
            track: Track | None = None
            queue, queued = None, 0
            try:
                callback = handle._callback
                owner = getattr(callback, "__self__", None)
                track = tracks.get(id(owner))
                if track is None or track.ref() is not owner:  # an id is used again once its task is gone
                    track = track_of(callback, owner)
                queue = getattr(getattr(handle, "_loop", None), "_ready", None)
                if queue is not None:
                    queued = len(queue)
            except Exception:
                outbox.errors += 1
            begun.append((handle, queue, queued))
            sampler.now = (clock(), track)
            if sampler.parked:
                sampler.wake()

        def end() -> None:
            if ident() != sampler.thread:
                if elsewhere is not None:
                    elsewhere.end()
                return
            step = sampler.now
            if step is None:
                return  # it had begun before it was watched
            ended = clock()
            sampler.now = None
            handle, queue, queued = begun.pop()
            began, track = step
            try:
                if suspended or ended - began >= HOLD_S:
                    after(step, handle, ended)
                elif track is not None:
                    note_step(track, began, ended, False)
                elif outbox.rows_left <= 0:
                    skip(handle)
                if queue is not None and (len(queue) > queued or handle._loop.get_task_factory() is not None):
                    note_queue(step, handle, queue, len(queue) - queued, ended)
            except Exception:
                outbox.errors += 1

        return StepCalls(begin, end)

    def _suspend(self, piece: Step) -> None:
        """A loop runs inside a step, and begins a step of its own."""
        at = self._clock()
        self._sampler.now = None
        if not (self._suspended and self._suspended[-1].piece is piece):
            self._suspended.append(_Suspended(piece, at))
        try:
            self._sampler.report_piece(piece)
        except Exception:
            self._outbox.errors += 1

    def _after(self, step: Step, handle: Any, ended: float) -> None:
        """A step is over that was long, or had to do with a loop inside a step. Never raises."""
        try:
            if self._suspended and self._suspended[-1].piece is step:
                self._resume(self._suspended.pop(), step, ended)
            else:
                self._note(step, handle, ended)
        except Exception:
            self._outbox.errors += 1
        if self._suspended:
            outer = self._suspended[-1]
            outer.resumed = ended
            self._sampler.now = outer.piece = (ended, outer.piece[1])
            handle, queue, _ = self._begun[-1]
            self._begun[-1] = (handle, queue, len(queue) if queue is not None else 0)

    def _note_queue(self, step: Step, handle: Any, queue: Any, added: int, ended: float) -> None:
        """A step put the last so many handles into the loop's queue, and may have begun eager tasks."""
        began, track = step
        loop = handle._loop
        if track is not None and loop.get_task_factory() is not None:
            self._steps.note_eager(asyncio.all_tasks(loop), began, ended, ended - began >= HOLD_S)
        # Of a timer that went off late, because something held the loop, they could have run since it was due.
        due = getattr(handle, "_when", None) if added > 0 else None
        late = 0.0 if due is None else max(loop.time() - due, 0.0)
        self._steps.note_ready(queue, added, track.ref() if track is not None else None, ended - late)

    def _note(self, step: Step, handle: Any, ended: float) -> None:
        began, track = step
        held = ended - began >= HOLD_S
        resumed = track.rows[-1].spot if held and track is not None and track.rows else None
        if track is not None:
            self._steps.note_step(track, began, ended, held)
        if held:
            self._sampler.report_held(track, handle, self._sampler.samples_of(step), began, ended, resumed=resumed)

    def _resume(self, outer: _Suspended, piece: Step, ended: float) -> None:
        """A step inside which a loop ran is over."""
        self._sampler.report_piece(piece, ended)
        if piece[1] is not None:
            self._steps.note_suspended(piece[1], (outer.began, outer.first), (outer.resumed, ended))

    def leave(self) -> None:
        """Stop at once, and say nothing more."""
        self._sampler.thread = None
        self._sampler.stopped = True

    def _leave_child(self) -> None:
        """A process that the learner's code forked is not watched: its reports would be taken for the parent's."""
        self.leave()
        self._outbox.sending.release()
