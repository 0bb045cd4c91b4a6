"""What the learner's program looks like from inside: steps of coroutines, what held the loop, what was forgotten.

All of it is explanation and none of it is evidence: it is made in a process that the learner's code owns.
Nothing here may raise into the learner's program, change what it prints, or cost it more than a few microseconds
a step.

How it sees:

- Every step of every task, and every callback, passes through ``asyncio.events.Handle._run``. Wrapping that one method
  leaves tasks and coroutines what they are. (An eager task runs its first step inside its creator's, and is looked for
  there; one that is done by then is not seen.)
- What a step puts into the loop's queue says which tasks could run from then on.
- A sequential ``await task_a()`` makes no task, so the chain of awaits is walked after each step: each coroutine of the
  learner's file becomes a row of its own.
- What a long step is busy with is sampled by a watchdog thread, which is parked while the loop is idle.
  Samples rather than a tracer: a tracer would slow down the very computation it is to time.

Messages are JSON values, each with a ``kind``; ``grader.explain.read`` reads them. Times are seconds on ``clock``.

- ``steps``: ``opened`` [[row, task, label, function, at]], ``ran`` [[row, start, end]], ``closed`` [[row, at]],
  ``waits`` [[row, at, spot]] (from then on it waits there), ``spots`` [[spot, line, column, end_line, end_column]],
  ``arguments`` [[row, [text]]], ``ready`` [[row, start, end]] (it could run, and another held the loop), ``ended``
  [[row, at, how]] (of a task that did not return), ``printed`` [[task, function, at]], and how many were left out so
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
from typing import Any

from grader.runner.observe.forgotten import Forgotten
from grader.runner.observe.outbox import GRADED, Limits, Outbox, Send
from grader.runner.observe.places import TASKS, Chains
from grader.runner.observe.sampler import Sampler
from grader.runner.observe.samples import HOLD_S, SampleRun
from grader.runner.observe.steps import StepLog, Track

# The learner's program may replace any of these (virtual time does), so they are taken before it loads.
_monotonic = time.monotonic
_get_ident = _thread.get_ident


class Observer:
    """Watches the event loop of the thread that installs it.

    ``send`` takes one message and must be thread safe; ``filename`` is what the learner's file was compiled under.
    On another clock than ``time.monotonic`` (virtual time) nothing is sampled; there ``note_blocked`` tells.

    ``offset``: for a program of several files, what is added to the lines of the one that is named, so that all of
    them together count as one text; None for files that are not the learner's.
    ``whole_tasks``: a task has a row even when nothing in its chain of awaits is the learner's.
    """

    def __init__(
        self,
        send: Send,
        filename: str,
        clock: Callable[[], float] = time.monotonic,
        *,
        offset: Callable[[str], int | None] | None = None,
        limits: Limits = GRADED,
        whole_tasks: bool = False,
    ) -> None:
        self._clock = clock
        self._chains = Chains(offset or {filename: 0}.get, whole_tasks=whole_tasks)
        self._outbox = Outbox(send, clock, limits, lambda: self._sampler.wake_if_parked())
        self._steps = StepLog(self._outbox, self._chains)
        self._sampler = Sampler(self._outbox, self._chains, clock, watching=clock is _monotonic)
        self._forgotten = Forgotten(self._outbox, self._chains, lambda: self._sampler.thread is not None)

    def install(self, elsewhere: Callable[[Any], None] | None = None) -> None:
        """Begin to watch; called once, in the thread that will run the loop, before the learner's file is loaded.

        ``elsewhere`` runs the handles of loops in other threads; without it they run unseen.
        """
        self.begin()
        # What exists now is not the learner's: the collector need not look at it again,
        # nor (after a fork) copy its pages to do so.
        gc.freeze()
        if hasattr(os, "register_at_fork"):
            sending = self._outbox.sending
            os.register_at_fork(
                before=sending.acquire, after_in_parent=sending.release, after_in_child=self._leave_child
            )
        original = asyncio.events.Handle._run
        asyncio.events.Handle._run = self.stepper(original, elsewhere or original)  # type: ignore[method-assign, assignment]
        self._forgotten.install()

    @property
    def thread(self) -> int | None:
        """The thread whose loop is watched; None when it is over."""
        return self._sampler.thread

    @property
    def wakeups(self) -> int:
        """How often the watchdog woke: an idle program must not add to it."""
        return self._sampler.wakeups

    def begin(self) -> None:
        """Watch the loop of this thread, whose steps come through a ``stepper``."""
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
            if step is None or step[2] is None or _get_ident() != self._sampler.thread or self._outbox.marks_left <= 0:
                return
            if coroutine := self._sampler.coroutine(sys._getframe(1)):
                self._outbox.marks_left -= 1
                self._outbox.printed.append([step[2].number, coroutine, self._clock()])
        except Exception:
            self._outbox.errors += 1

    def stepper(self, original: Callable[[Any], None], elsewhere: Callable[[Any], None]) -> Callable[[Any], None]:
        """What runs a handle, with ``original``, and watches it; one of another thread's loop is left to ``elsewhere``.

        A handle is whatever has the callback in ``_callback``.
        """
        clock, sampler, steps, outbox = self._clock, self._sampler, self._steps, self._outbox
        after = self._after

        def _run(handle: Any) -> None:
            if _get_ident() != sampler.thread:
                elsewhere(handle)
                return
            track: Track | None = None
            try:
                owner = getattr(handle._callback, "__self__", None)
                if isinstance(owner, TASKS):
                    track = steps.track(owner)
            except Exception:
                outbox.errors += 1
            runs: list[SampleRun] = []
            queue = getattr(getattr(handle, "_loop", None), "_ready", None)
            queued = len(queue) if queue is not None else 0
            began = clock()
            sampler.now = (began, runs, track, handle)
            if sampler.parked:
                sampler.wake()
            try:
                original(handle)
            finally:
                sampler.now = None
                after(track, handle, runs, began, clock(), queue, queued)

        sampler.wrapper_code = _run.__code__
        return _run

    def _after(
        self,
        track: Track | None,
        handle: Any,
        runs: list[SampleRun],
        began: float,
        ended: float,
        queue: Any,
        queued: int,
    ) -> None:
        """A step is over; the loop's ``queue`` had that many handles when it began. Never raises."""
        try:
            held = ended - began >= HOLD_S
            if queue is not None:
                self._note_ready(handle, ended, queue, len(queue) - queued)
            resumed = track.rows[-1].spot if held and track is not None and track.rows else None
            if track is not None:
                self._steps.note_step(track, began, ended, held)
                loop = getattr(handle, "_loop", None)
                if loop is not None and loop.get_task_factory() is not None:
                    self._steps.note_eager(asyncio.all_tasks(loop), began, ended, held)
            if held:
                self._sampler.report_held(track, handle, runs, began, ended, resumed=resumed)
        except Exception:
            self._outbox.errors += 1

    def _note_ready(self, handle: Any, ended: float, queue: Any, added: int) -> None:
        """The step put the last so many handles into the queue: their tasks can run from now on.

        Of a timer that went off late, because something held the loop, they could have run since it was due.
        """
        since = ended
        if added > 0 and (due := getattr(handle, "_when", None)) is not None:
            since -= max(handle._loop.time() - due, 0.0)
        for back in range(1, added + 1):
            try:
                owner = getattr(queue[-back]._callback, "__self__", None)
            except Exception:  # a callback of the program's own may raise whatever it is asked; its turn will tell
                continue
            if isinstance(owner, TASKS):
                self._steps.note_ready(owner, since)

    def leave(self) -> None:
        """Stop at once, and say nothing more."""
        self._sampler.thread = None
        self._sampler.stopped = True

    def _leave_child(self) -> None:
        """A process that the learner's code forked is not watched: its reports would be taken for the parent's."""
        self.leave()
        self._outbox.sending.release()
