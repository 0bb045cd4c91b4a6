"""What the learner's program looks like from inside: steps of coroutines, what held the loop, what was forgotten.

All of it is explanation and none of it is evidence: it is made in a process that the learner's code owns.
Nothing here may raise into the learner's program, change what it prints, or cost it more than a few microseconds
a step.

How it sees:

- Every step of every task, and every callback, passes through ``asyncio.events.Handle._run``. Wrapping that one method
  leaves tasks and coroutines what they are. (An eager task runs its first step inside its creator's; it is seen
  from its second step on.)
- A sequential ``await task_a()`` makes no task, so the chain of awaits is walked after each step: each coroutine of the
  learner's file becomes a row of its own.
- What a long step is busy with is sampled by a watchdog thread, which is parked while the loop is idle.
  Samples rather than a tracer: a tracer would slow down the very computation it is to time.

Messages are JSON values, each with a ``kind``; ``grader.explain.read`` reads them. Times are seconds on ``clock``.

- ``steps``: ``opened`` [[row, task, label, function, at]], ``ran`` [[row, start, end]], ``closed`` [[row, at]],
  ``waits`` [[row, at, spot]] (from then on it waits there), ``spots`` [[spot, line, column, end_line, end_column]],
  and how many were left out so far (``dropped_rows``, ``dropped_steps``). A row is open until it is closed.
- ``held``: one step that held the loop: ``start``, ``end``, ``open`` (it still does), ``task``, and ``parts``
  [[start, end, line, column, end_line, end_column, function, coroutine, how]], columns in UTF-8 bytes.
  A later message with the same ``start`` replaces an earlier one.
- ``never-awaited``, ``lost-exception``, ``left-pending``: see the ``_note_`` methods.
- ``finished``: the program came to its end. Without it, it was stopped.
"""

from __future__ import annotations

import _thread
import asyncio
import contextlib
import dis
import gc
import inspect
import linecache
import os
import signal
import sys
import time
import traceback
import warnings
import weakref
from collections import deque
from collections.abc import Callable, Iterable
from itertools import islice
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, GeneratorType
from typing import Any, NamedTuple

HOLD_S = 0.05
"""A step this long held the loop: the owner's figure, and about where people notice."""
FIRST_SAMPLE_S = 0.04
"""Just under HOLD_S, so that a step which only just counts was sampled."""
POLL_S = 0.025
COMPUTING_SHARE = 0.03
STARTING_SHARE = 0.1
"""What is computed in so much of the time computes, by what its neighbours leave it; a call that blocks uses nothing.
The second figure is for a step's first sample: there the way to the call counts too."""
DOUBTFUL = 2
"""So few samples without computing, in the middle of a computation, may be the scheduler's doing."""
FLUSH_S = 0.25
PROVISIONAL_S = 0.25
"""How often a hold that goes on is reported again: a killed program cannot report its end."""

MAX_RUNS = 400
MAX_PARTS = 40
MAX_NOTES = 50
MAX_SPOTS = 2000
MAX_DEPTH = 64
SEND_S = 1.0
"""How long the end of a run waits for the watchdog to finish a send."""
SAME_STRETCH_S = 0.001
"""Steps of a row closer than this are drawn as one: twenty thousand ``sleep(0)`` are one stretch, not a flood."""
ORIGIN_DEPTH = 2
"""Frames remembered for each coroutine's creation; one is the caller, the second sees through one library call."""

BLOCKED = "blocked"
COMPUTING = "computing"
MIXED = "mixed"
"""Computing on many lines, so that no single expression stands for it."""
UNSEEN = "unseen"
"""No sample could be made: the line is where the coroutine is now, not where it was held."""

# The learner's program may replace any of these (virtual time does), so they are taken before it loads.
_monotonic = time.monotonic
_sleep = time.sleep
_get_ident = _thread.get_ident
_current_frames = sys._current_frames
_TASKS: tuple[type, ...] = tuple({asyncio.Task, getattr(asyncio.tasks, "_PyTask", asyncio.Task)})
_ASYNCIO = os.path.join(os.path.dirname(asyncio.__file__), "")
_ASYNC_FRAME = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_ITERABLE_COROUTINE
_WRAPPERS = frozenset({"coroutine_wrapper", "async_generator_asend", "async_generator_athrow", "anext_awaitable"})
"""Awaitables of the interpreter that show what they wait for to the garbage collector only."""

Send = Callable[[dict[str, Any]], None]


class Limits(NamedTuple):
    """How much is told at most: of the whole run, or, ``renewed``, from one flush to the next."""

    rows: int
    steps: int
    """Stretches of running; and as many changes of what is waited for."""
    holds: int
    renewed: bool = False


GRADED = Limits(rows=300, steps=4000, holds=500)


class _Place(NamedTuple):
    line: int
    column: int | None
    end_line: int | None
    end_column: int | None
    function: str


class _Sample(NamedTuple):
    how: str
    place: _Place
    coroutine: str


class _Run:
    """Consecutive samples that saw the same."""

    __slots__ = ("end", "sample", "samples", "start")

    def __init__(self, sample: _Sample, start: float, end: float) -> None:
        self.sample = sample
        self.start = start
        self.end = end
        self.samples = 1

    @property
    def seconds(self) -> float:
        return self.end - self.start


class _Row:
    """A coroutine of the learner's file. It holds no reference that would keep the coroutine alive."""

    __slots__ = ("last", "number", "ref", "spot")

    def __init__(self, coro: object, number: int) -> None:
        self.ref = weakref.ref(coro)
        self.number = number
        self.last: list[Any] | None = None
        self.spot: _Spot | None = None


class _Track:
    """A task, and the learner's coroutines in its chain of awaits, outermost first."""

    __slots__ = ("number", "ref", "rows")

    def __init__(self, task: Any, number: int, forget: Callable[[weakref.ref[Any]], None]) -> None:
        self.ref: weakref.ref[Any] = weakref.ref(task, forget)
        self.number = number
        self.rows: list[_Row] = []


_Spot = tuple[int, CodeType]
"""The number of a place where a coroutine waits, and the code it is in: kept, so that nobody else gets its ``id``."""
_NOWHERE: _Spot = (0, (lambda: None).__code__)
_Step = tuple[float, list[_Run], _Track | None, Any]
"""The step under way: when it began, its samples, whose it is, its handle. One tuple, so that it is read atomically."""


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
        self._send = send
        self._offset: Callable[[str], int | None] = offset or {filename: 0}.get
        self._limits = limits
        self._rows = self._whole if whole_tasks else self._chain
        self._clock = clock
        self._watching = clock is _monotonic
        self._thread: int | None = None
        self._now: _Step | None = None
        self._cpu: Callable[[], float] = time.process_time
        self._looked = (0.0, 0.0)

        self._tracks: dict[int, _Track] = {}
        self._task_count = 0
        self._row_count = 0
        self._rows_left = limits.rows
        self._steps_left = limits.steps
        self._waits_left = limits.steps
        self._holds_left = limits.holds
        self._dropped_rows = 0
        self._dropped_steps = 0
        self._told_dropped = (0, 0)
        self._opened: deque[list[Any]] = deque()
        self._ran: deque[list[Any]] = deque()
        self._closed: deque[list[Any]] = deque()
        self._waits: deque[list[Any]] = deque()
        self._late_waits: dict[int, list[Any]] = {}
        """Beyond the limit only where each row waits now."""
        self._spots: dict[tuple[int, int], _Spot] = {}
        self._new_spots: deque[list[Any]] = deque()
        self._outbox: deque[dict[str, Any]] = deque()
        self._notes = 0

        self._gate = _thread.allocate_lock()
        self._gate.acquire()
        self._sending = _thread.allocate_lock()
        self._parked = self._watching
        self._started = False
        self._stopped = False
        self._flushed_at = float("-inf")
        self.wakeups = 0
        """How often the watchdog woke: an idle program must not add to it."""

    # ---------------------------------------------------------------- the driver's side

    def install(self, elsewhere: Callable[[Any], None] | None = None) -> None:
        """Begin to watch; called once, in the thread that will run the loop, before the learner's file is loaded.

        ``elsewhere`` runs the handles of loops in other threads; without it they run unseen.
        """
        self.begin()
        # What exists now is not the learner's: the collector need not look at it again,
        # nor (after a fork) copy its pages to do so.
        gc.freeze()
        sys.set_coroutine_origin_tracking_depth(ORIGIN_DEPTH)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=self._sending.acquire, after_in_parent=self._sending.release, after_in_child=self._leave_child
            )
        original = asyncio.events.Handle._run
        asyncio.events.Handle._run = self.stepper(original, elsewhere or original)  # type: ignore[method-assign, assignment]
        self._wrap_never_awaited()
        self._wrap_exception_handler()

    @property
    def thread(self) -> int | None:
        """The thread whose loop is watched; None when it is over."""
        return self._thread

    def begin(self) -> None:
        """Watch the loop of this thread, whose steps come through a ``stepper``."""
        self._thread = _get_ident()
        self._cpu = _cpu_clock(self._thread)

    def finish(self) -> None:
        """Look for what was forgotten, send what is left and stop. Safe to call twice, with or without a loop."""
        if self._thread is None:
            return
        with contextlib.suppress(Exception):
            self._search_leftovers()
        self.stop()

    def stop(self) -> None:
        """Send what is left and stop."""
        self._outbox.append({"kind": "finished"})
        self._stopped = True
        self._thread = None
        if self._started and self._parked:
            self._wake()
        self._flush()

    def note_pending(self, tasks: Iterable[Any]) -> None:
        """The tasks still pending when the target returned."""
        for task in tasks:
            try:
                if not task.done() and not task.cancelling():  # one that was cancelled only had no turn any more
                    self._note_pending(task)
            except Exception:
                continue

    def note_blocked(self, start: float, seconds: float) -> None:
        """The line of the learner's file that is below on the stack held the loop, from ``start`` and for so long.

        For a clock that a blocking call moves by itself, where sampling would see nothing.
        """
        with contextlib.suppress(Exception):
            step = self._now
            sample = self._look(sys._getframe(1), computing=False) if step else None
            if step and sample:
                _add(step[1], sample, start, start + seconds)

    # ---------------------------------------------------------------- steps

    def stepper(self, original: Callable[[Any], None], elsewhere: Callable[[Any], None]) -> Callable[[Any], None]:
        """What runs a handle, with ``original``, and watches it; one of another thread's loop is left to ``elsewhere``.

        A handle is whatever has the callback in ``_callback``.
        """
        clock = self._clock
        observer = self

        def _run(handle: Any) -> None:
            if _get_ident() != observer._thread:
                elsewhere(handle)
                return
            track: _Track | None = None
            try:
                owner = getattr(handle._callback, "__self__", None)
                if isinstance(owner, _TASKS):
                    track = observer._track(owner)
            except Exception:
                pass
            runs: list[_Run] = []
            began = clock()
            observer._now = (began, runs, track, handle)
            if observer._parked:
                observer._wake()
            try:
                original(handle)
            finally:
                observer._now = None
                observer._after(track, handle, runs, began, clock())

        self._wrapper_code = _run.__code__
        return _run

    def _track(self, task: Any) -> _Track:
        """The task's record; made when the task is first seen."""
        key = id(task)
        track = self._tracks.get(key)
        if track is None or track.ref() is not task:  # an id is used again once its task is gone
            self._task_count += 1

            def forget(ref: weakref.ref[Any]) -> None:
                known = self._tracks.get(key)
                if known is not None and known.ref is ref:
                    del self._tracks[key]

            track = self._tracks[key] = _Track(task, self._task_count, forget)
        return track

    def _after(self, track: _Track | None, handle: Any, runs: list[_Run], began: float, ended: float) -> None:
        """A step is over. Never raises."""
        try:
            held = ended - began >= HOLD_S
            resumed = track.rows[-1].spot if held and track is not None and track.rows else None
            if track is not None:
                self._note_step(track, began, ended, held)
            if held:
                self._report_held(track, handle, runs, began, ended, resumed=resumed)
        except Exception:
            pass

    def _note_step(self, track: _Track, began: float, ended: float, held: bool) -> None:
        task = track.ref()
        if task is None:
            return
        rows = track.rows
        running = rows[-1] if rows else None
        # In a long step the samples say who ran when; rows then change hands at its ends, and the samples stretch them.
        closing, opening = (began, ended) if held else (ended, began)
        chain = self._rows(task.get_coro())
        same = 0
        for row, coro in zip(rows, chain, strict=False):
            if row.ref() is not coro:
                break
            same += 1
        if same < len(rows):
            for row in rows[same:]:
                if row.number:
                    self._closed.append([row.number, closing])
            del rows[same:]
        for index, coro in enumerate(chain[same:], same):
            first = not rows and running is None
            if rows:
                self._waits_at(rows[-1], chain[index - 1], opening)
            rows.append(self._open(track, task if first else None, coro, began if first else opening))
            running = rows[-1]
        if not held and running is not None:
            self._ran_for(rows[-1] if rows else running, began, ended)
        if task.done():
            for row in rows:
                if row.number:
                    self._closed.append([row.number, ended])
            self._tracks.pop(id(task), None)
        elif rows:
            self._waits_at(rows[-1], chain[-1], ended)

    def _waits_at(self, row: _Row, coro: Any, at: float) -> None:
        """Where a row waits from now on, told when it is not where it waited before."""
        code = coro.cr_code
        key = (id(code), coro.cr_frame.f_lasti)
        spot = self._spots.get(key) or self._new_spot(key, code)
        if spot is row.spot or not row.number:
            return
        row.spot = spot
        if self._waits_left > 0:
            self._waits_left -= 1
            self._waits.append([row.number, at, spot[0]])
        else:
            self._late_waits[row.number] = [row.number, at, spot[0]]

    def _new_spot(self, key: tuple[int, int], code: CodeType) -> _Spot:
        offset = self._offset(code.co_filename)
        if offset is None or len(self._spots) >= MAX_SPOTS:
            return _NOWHERE
        spot = self._spots[key] = (len(self._spots) + 1, code)
        place = _place_in(code, key[1], offset, code.co_firstlineno)
        self._new_spots.append([spot[0], *place[:4]])
        return spot

    def _open(self, track: _Track, task: Any, coro: Any, at: float) -> _Row:
        if self._rows_left <= 0:
            self._dropped_rows += 1
            return _Row(coro, 0)
        self._rows_left -= 1
        self._row_count += 1
        function = _function(coro.cr_code)
        label = _task_label(task) if task is not None and task.get_coro() is coro else function
        self._opened.append([self._row_count, track.number, label, function, at])
        return _Row(coro, self._row_count)

    def _ran_for(self, row: _Row, began: float, ended: float) -> None:
        if not row.number:
            return
        last = row.last
        if last is not None and not last[3] and began - last[2] < SAME_STRETCH_S:
            last[2] = ended
        elif self._steps_left <= 0:
            self._dropped_steps += 1
        else:
            self._steps_left -= 1
            row.last = [row.number, began, ended, False]
            self._ran.append(row.last)

    def _whole(self, coro: Any) -> list[Any]:
        """The same, with the outermost even where it is somebody else's, but not asyncio's own machinery."""
        chain = self._chain(coro)
        if type(coro) is CoroutineType and not (chain and chain[0] is coro) and not _is_machinery(coro.cr_code):
            chain.insert(0, coro)
        return chain

    def _chain(self, coro: Any) -> list[Any]:
        """The learner's coroutines that wait for one another, outermost first."""
        offset = self._offset
        found = []
        for _ in range(MAX_DEPTH):
            if type(coro) is CoroutineType:
                if offset(coro.cr_code.co_filename) is not None:
                    found.append(coro)
                coro = coro.cr_await
            else:
                coro = _awaits(coro)
            if coro is None:
                break
        return found

    # ---------------------------------------------------------------- what holds the loop

    def _wake(self) -> None:
        """Let the watchdog look. Called at a step's start, only when it is parked."""
        self._parked = False
        try:
            if self._started:
                self._gate.release()
            elif not self._stopped:
                self._started = True
                self._looked = (self._clock(), self._cpu())
                # Not a threading.Thread: it must not be seen in threading.enumerate().
                _thread.start_new_thread(self._watch, ())
        except Exception:
            pass  # already released; or no thread to be had, then holds are reported without samples

    def _watch(self) -> None:
        _block_signals()
        while not self._stopped:
            try:
                self._watch_while_active()
            except Exception:
                _sleep(FLUSH_S)
            self._park()

    def _park(self) -> None:
        """Sleep until a step begins: no timer, nothing for a hundred idle programs to do."""
        self._parked = True
        # Whatever came before it could see the flag did not open the gate.
        if self._now is not None or self._stopped or self._is_news():
            self._parked = False
            return
        self._gate.acquire()

    def _watch_while_active(self) -> None:
        """Poll while steps last; send what is due; return when the loop is idle and all is sent."""
        told = (0.0, 0.0)
        step = self._now
        if step is None or self._clock() - step[0] < FIRST_SAMPLE_S:
            _sleep(FIRST_SAMPLE_S)
        # else the interpreter was not let go until now: look at once, the step may be about to end
        while not self._stopped:
            self.wakeups += 1
            step, at = self._now, self._clock()
            computing = self._is_computing(step, at)
            wait = self._flushed_at + FLUSH_S - at
            if wait <= 0 and self._is_news():
                self._flush()
            if step is None:
                if not self._is_news():
                    return
                pause = min(max(wait, 0.001), FIRST_SAMPLE_S)
            elif at - step[0] < FIRST_SAMPLE_S:
                pause = FIRST_SAMPLE_S - (at - step[0])
            else:
                pause = POLL_S
                told = self._take_sample(step, at, computing, told)
            _sleep(pause)

    def _is_computing(self, step: _Step | None, at: float) -> bool:
        """Whether the loop's thread used the processor since it was last looked at, as far as others let it."""
        looked_at, used = self._looked
        self._looked = (at, self._cpu())
        if step is None:
            return False
        share = COMPUTING_SHARE if looked_at > step[0] else STARTING_SHARE
        return self._looked[1] - used > (at - max(looked_at, step[0])) * share

    def _take_sample(self, step: _Step, at: float, computing: bool, told: tuple[float, float]) -> tuple[float, float]:
        """See where a long step is, and tell of it, at once and then every now and then.

        ``told`` is the start of the step that was told of last, and when; so is the result.
        """
        began, runs, track, handle = step
        frame = _current_frames().get(self._thread or 0)
        sample = self._look(frame, computing)
        del frame  # a frame kept here would keep the learner's locals alive
        if sample is None or self._now is not step:
            return told
        _sampled(runs, sample, began, at)
        if at - began < HOLD_S or (told[0] == began and at - told[1] < PROVISIONAL_S):
            return told
        self._report_held(track, handle, runs, began, at, is_open=True)
        self._flush()
        return began, at

    def _look(self, frame: FrameType | None, computing: bool) -> _Sample | None:
        """Where the learner's code is.

        What blocks is the innermost line; what computes is best seen where the coroutine called for it, because
        that call is what has to move out of the loop.
        """
        inner: FrameType | None = None
        while frame is not None and frame.f_code is not self._wrapper_code:
            if self._offset(frame.f_code.co_filename) is not None:
                inner = inner or frame
                if frame.f_code.co_flags & _ASYNC_FRAME:
                    computing = computing or not _can_block(inner)
                    shown = frame if computing else inner
                    return _Sample(COMPUTING if computing else BLOCKED, self._place(shown), _function(frame.f_code))
            frame = frame.f_back
        if inner is None:
            return None
        return _Sample(COMPUTING if computing else BLOCKED, self._place(inner), "")

    def _place(self, frame: FrameType) -> _Place:
        code = frame.f_code
        return _place_in(code, frame.f_lasti, self._offset(code.co_filename) or 0, frame.f_lineno)

    def _report_held(
        self,
        track: _Track | None,
        handle: Any,
        runs: list[_Run],
        began: float,
        ended: float,
        *,
        is_open: bool = False,
        resumed: _Spot | None = None,
    ) -> None:
        """Tell what held the loop; ``resumed`` is where the step's coroutine had been waiting before it."""
        parts = [_part(run) for run in _merge_computation(list(runs), ended)[:MAX_PARTS]]
        if not parts:
            parts = [[began, ended, *found] for found in self._best_guess(track, handle, resumed)]
        if not parts or self._holds_left <= 0:
            return
        self._holds_left -= not is_open
        self._outbox.append(
            {
                "kind": "held",
                "start": began,
                "end": ended,
                "open": is_open,
                "task": track.number if track else 0,
                "parts": parts,
            }
        )

    def _best_guess(self, track: _Track | None, handle: Any, resumed: _Spot | None) -> list[list[Any]]:
        """Of a step that was never sampled: the coroutine and the line it has come to, or the callback.

        Of a coroutine that is over, and of a callback, the line where it begins: nothing more is left of it.
        """
        task = track.ref() if track else None
        if task is not None:
            for coro in reversed(self._chain(task.get_coro())):
                function = _function(coro.cr_code)
                return [[self._line(coro), None, None, None, function, function, UNSEEN]]
            return self._beginning(resumed[1] if resumed else getattr(task.get_coro(), "cr_code", None))
        callback = getattr(handle, "_callback", None)
        callback = getattr(callback, "func", callback)
        code = getattr(callback, "__code__", None)
        if isinstance(code, CodeType):
            return self._beginning(code)
        # Built-in functions handed to the loop by themselves, as in loop.call_soon(time.sleep, 1), have no frame;
        # the loop's own (a future's set_result, a task's wakeup) are no news.
        if callback is None or hasattr(callback, "__func__") or (getattr(callback, "__module__", None) is None):
            return []
        name = f"{callback.__module__}.{getattr(callback, '__qualname__', '?')}"
        return [[None, None, None, None, name, "", UNSEEN]]

    def _beginning(self, code: CodeType | None) -> list[list[Any]]:
        offset = self._offset(code.co_filename) if code else None
        if code is None or offset is None:
            return []
        function = _function(code)
        coroutine = function if code.co_flags & _ASYNC_FRAME else ""
        return [[offset + code.co_firstlineno, None, None, None, function, coroutine, UNSEEN]]

    # ---------------------------------------------------------------- what was forgotten

    def _wrap_never_awaited(self) -> None:
        original = getattr(warnings, "_warn_unawaited_coroutine", None)
        if original is None:
            return
        observer = self
        warn = warnings.warn

        def _warn_unawaited_coroutine(coro: Any) -> None:
            try:
                if observer._thread is not None:
                    observer._note_never_awaited(coro)
            except Exception:
                pass
            # The words of the original. They tell the origin only when the program itself asked to track it.
            message = f"coroutine '{coro.__qualname__}' was never awaited"
            if coro.cr_origin and sys.get_coroutine_origin_tracking_depth() > ORIGIN_DEPTH:
                stack = [
                    (file, line, name, linecache.getline(file, line))
                    for file, line, name in reversed(coro.cr_origin)
                    if file != __file__
                ]
                message += "\nCoroutine created at (most recent call last)\n"
                message += "".join(traceback.format_list(stack)).rstrip("\n")
            warn(message, category=RuntimeWarning, stacklevel=2, source=coro)

        warnings._warn_unawaited_coroutine = _warn_unawaited_coroutine  # type: ignore[attr-defined]

    def _note_never_awaited(self, coro: Any) -> None:
        """``function`` that was called at ``line``, in ``caller``."""
        place = self._origin(coro)
        if place is None and self._offset(coro.cr_code.co_filename) is None:
            return
        line, caller = place or (None, "")
        self._note("never-awaited", function=coro.__qualname__, line=line, caller=caller)

    def _origin(self, coro: Any) -> tuple[int, str] | None:
        """Line and function of the learner's file that created it."""
        for file, line, function in getattr(coro, "cr_origin", None) or ():
            offset = self._offset(file)
            if offset is not None:
                return offset + line, function
        return None

    def _wrap_exception_handler(self) -> None:
        original = asyncio.BaseEventLoop.call_exception_handler
        observer = self

        def call_exception_handler(loop: Any, context: Any) -> None:
            try:
                # A handler of the program's own means that somebody does look.
                if observer._thread is not None and loop.get_exception_handler() is None:
                    future = context.get("task") or context.get("future")
                    error = context.get("exception")
                    if future is not None and isinstance(error, BaseException):
                        observer._note_lost(future, error)
            except Exception:
                pass
            original(loop, context)

        asyncio.BaseEventLoop.call_exception_handler = call_exception_handler  # type: ignore[method-assign, assignment]

    def _note_lost(self, future: Any, error: BaseException) -> None:
        """``task`` (empty for a bare future) raised ``error`` at ``line`` in ``function``."""
        line, function = None, ""
        trace = error.__traceback__
        while trace is not None:
            offset = self._offset(trace.tb_frame.f_code.co_filename)
            if offset is not None:
                line, function = offset + trace.tb_lineno, _function(trace.tb_frame.f_code)
            trace = trace.tb_next
        is_task = isinstance(future, _TASKS)
        if is_task and line is None and not self._is_learners(future):
            return
        try:
            message = str(error)[:500]
        except Exception:
            message = ""
        self._note(
            "lost-exception",
            task=_task_label(future) if is_task else "",
            named=is_task and _is_named(future),
            error=type(error).__name__,
            message=message,
            line=line,
            function=function,
        )

    def _note_pending(self, task: Any) -> None:
        """``task`` waits at ``line`` in ``function``."""
        chain = self._chain(task.get_coro())
        if chain:
            line, function = self._line(chain[-1]), _function(chain[-1].cr_code)
        else:
            place = self._origin(task.get_coro())
            if place is None:
                return
            line, function = place
        self._note("left-pending", task=_task_label(task), named=_is_named(task), line=line, function=function)

    def _is_learners(self, task: Any) -> bool:
        coro = task.get_coro()
        code = getattr(coro, "cr_code", None)
        return bool(code and self._offset(code.co_filename) is not None) or self._origin(coro) is not None

    def _line(self, coro: Any) -> int:
        """Where a coroutine stands; where it is defined once it has ended."""
        code, frame = coro.cr_code, coro.cr_frame
        line = (frame.f_lineno if frame is not None else None) or code.co_firstlineno
        return int(line) + (self._offset(code.co_filename) or 0)

    def _search_leftovers(self) -> None:
        """What is still referenced was not reported by anyone's ``__del__``: look for it."""
        gc.collect()
        coros, owned = [], set()
        for thing in gc.get_objects():
            kind = type(thing)
            if kind is CoroutineType:
                if inspect.getcoroutinestate(thing) == inspect.CORO_CREATED:
                    coros.append(thing)
            elif issubclass(kind, _TASKS):
                owned.add(id(thing.get_coro()))
                self._search_future(thing)
            elif issubclass(kind, asyncio.Future):
                self._search_future(thing)
        for coro in coros:
            if id(coro) not in owned:  # a task that never got its turn is pending, not forgotten
                self._note_never_awaited(coro)

    def _search_future(self, future: Any) -> None:
        if not (future.done() and getattr(future, "_log_traceback", False) and not future.cancelled()):
            return
        loop = future.get_loop()
        if loop.get_exception_handler() is None:
            error = future._exception
            if error is not None:
                self._note_lost(future, error)

    def _note(self, kind: str, **fields: Any) -> None:
        if self._notes >= MAX_NOTES:
            return
        self._notes += 1
        self._outbox.append({"kind": kind, **fields})
        if self._started and self._parked:
            self._wake()

    # ---------------------------------------------------------------- sending

    def _is_news(self) -> bool:
        return bool(self._outbox or self._ran or self._opened or self._closed)

    def _flush(self) -> None:
        """Send all there is. Only the watchdog and ``finish`` do.

        Never a step, nor a ``_note_``: those run wherever the garbage collector does, in the middle of a send for one.
        """
        if not self._sending.acquire(timeout=SEND_S):
            return
        try:
            self._flushed_at = self._clock()
            steps = self._steps_message()
            if steps is not None:
                self._send(steps)
            while self._outbox:
                self._send(self._outbox.popleft())
        except Exception:
            pass
        finally:
            self._sending.release()

    def _steps_message(self) -> dict[str, Any] | None:
        opened, closed, ran = _drain(self._opened), _drain(self._closed), _drain(self._ran)
        for stretch in ran:
            stretch[3] = True  # told: a later step starts a new stretch
        dropped = (self._dropped_rows, self._dropped_steps)
        if not (opened or ran or closed) and dropped == self._told_dropped:
            return None
        self._told_dropped = dropped
        if self._limits.renewed:
            self._rows_left, self._steps_left = self._limits.rows, self._limits.steps
            self._waits_left, self._holds_left = self._limits.steps, self._limits.holds
        # Spots last: whatever is added in between, none waits at a spot that was not told.
        waits, late, self._late_waits = _drain(self._waits), self._late_waits, {}
        return {
            "kind": "steps",
            "opened": opened,
            "ran": [stretch[:3] for stretch in ran],
            "closed": closed,
            "waits": [*waits, *list(late.values())],
            "spots": _drain(self._new_spots),
            "dropped_rows": dropped[0],
            "dropped_steps": dropped[1],
        }

    def leave(self) -> None:
        """Stop at once, and say nothing more."""
        self._thread = None
        self._stopped = True

    def _leave_child(self) -> None:
        """A process that the learner's code forked is not watched: its reports would be taken for the parent's."""
        self.leave()
        self._sending.release()


# -------------------------------------------------------------------- looking at the interpreter's objects


def _awaits(awaitable: Any) -> Any:
    """What a generator, an async generator or a wrapper of the interpreter waits for; None at the end of the chain."""
    kind = type(awaitable)
    if kind is GeneratorType:
        return awaitable.gi_yieldfrom
    if kind is AsyncGeneratorType:
        return awaitable.ag_await
    if kind.__name__ in _WRAPPERS:
        for inner in gc.get_referents(awaitable):
            if isinstance(inner, (CoroutineType, AsyncGeneratorType)) or type(inner).__name__ in _WRAPPERS:
                return inner
    return None


def _is_machinery(code: CodeType) -> bool:
    """Whether it is of those tasks that asyncio makes for itself, to accept a connection or to end."""
    return code.co_filename.startswith(_ASYNCIO) and code.co_name.startswith(("_", "shutdown_"))


def _function(code: CodeType) -> str:
    """``Service.poll`` for a method, ``worker`` for an inner function or for a ``<listcomp>`` inside it."""
    names = code.co_qualname.split(".<locals>.")
    named = [name for name in names if not name.startswith("<")]
    return (named or names)[-1]


def _place_in(code: CodeType, index: int, offset: int, line: int | None) -> _Place:
    """The expression that the instruction at ``index`` belongs to; ``line`` when it tells of none."""
    none = (None, None, None, None)
    first, last, column, end_column = next(islice(code.co_positions(), index // 2, None), none)
    function = _function(code)
    if first is None:
        return _Place(offset + (line or code.co_firstlineno), None, None, None, function)
    return _Place(offset + first, column, offset + last if last else None, end_column, function)


def _can_block(frame: FrameType) -> bool:
    """Whether the instruction that a frame is at may wait for something: calls may, sums and jumps may not."""
    name = dis.opname[frame.f_code.co_code[frame.f_lasti]]
    return any(part in name for part in ("CALL", "ITER", "WITH", "IMPORT", "ATTR", "METHOD", "SEND", "SUBSCR"))


def _is_named(task: Any) -> bool:
    """Whether the program chose the task's name. asyncio's own are ``Task-1`` (and ``None`` if eager, in 3.13.0)."""
    name = task.get_name()
    return not ((name.startswith("Task-") and name[5:].isdigit()) or name == "None")


def _task_label(task: Any) -> str:
    if _is_named(task):
        return str(task.get_name())[:200]
    coro = task.get_coro()
    code = getattr(coro, "cr_code", None) or getattr(coro, "gi_code", None)
    return _function(code) if isinstance(code, CodeType) else str(getattr(coro, "__name__", "task"))[:200]


def _cpu_clock(thread: int) -> Callable[[], float]:
    """Processor time of one thread, in seconds; of the whole process where threads have no clock of their own."""
    try:
        clock_id = time.pthread_getcpuclockid(thread)
        gettime = time.clock_gettime
        gettime(clock_id)
    except (AttributeError, OSError):
        return time.process_time
    return lambda: gettime(clock_id)


def _block_signals() -> None:
    """Signals are for the learner's thread, whose blocking calls they have to interrupt."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


# -------------------------------------------------------------------- samples


def _sampled(runs: list[_Run], sample: _Sample, began: float, at: float) -> None:
    """Add a sample. The change from one line to the next is taken to be half-way between the two samples."""
    if not runs:
        runs.append(_Run(sample, began, at))
    elif runs[-1].sample == sample or len(runs) >= MAX_RUNS:
        runs[-1].end = at
        runs[-1].samples += 1
    else:
        middle = (runs[-1].end + at) / 2
        runs[-1].end = middle
        runs.append(_Run(sample, middle, at))


def _add(runs: list[_Run], sample: _Sample, start: float, end: float) -> None:
    """Add a stretch that is known exactly."""
    if runs and runs[-1].sample == sample:
        runs[-1].end = end
    elif len(runs) < MAX_RUNS:
        runs.append(_Run(sample, start, end))


def _merge_computation(runs: list[_Run], ended: float) -> list[_Run]:
    """Copies of ``runs`` in which a computation that goes from line to line and back is one run.

    Where the processor was taken away in the middle of it, it looks blocked for a moment. A moment's computing before
    a call that blocks goes with the call. The last run lasts until ``ended``.
    """
    merged: list[_Run] = []
    index = 0
    while index < len(runs):
        last = index
        if runs[index].sample.how == COMPUTING:
            for later in range(index + 1, len(runs)):
                sample = runs[later].sample
                is_blocked = sample.how != COMPUTING
                if sample.coroutine != runs[index].sample.coroutine or (is_blocked and runs[later].samples > DOUBTFUL):
                    break
                if not is_blocked and (sample == runs[index].sample or runs[later].seconds < HOLD_S):
                    last = later
        merged.append(_one_run(runs[index : last + 1]))
        index = last + 1
    if len(merged) > 1 and merged[0].sample.how != BLOCKED and merged[0].seconds < HOLD_S:
        first = merged.pop(0)
        merged[0].start = first.start
    if merged:
        merged[-1].end = max(merged[-1].end, ended)
    return merged


def _one_run(runs: list[_Run]) -> _Run:
    """All of them as one, shown where most of the time went."""
    seconds: dict[_Sample, float] = {}
    for run in runs:
        seconds[run.sample] = seconds.get(run.sample, 0.0) + run.seconds
    sample = max(seconds, key=lambda each: seconds[each])
    if seconds[sample] < 0.8 * sum(seconds.values()):
        sample = sample._replace(how=MIXED)
    return _Run(sample, runs[0].start, runs[-1].end)


def _part(run: _Run) -> list[Any]:
    place = run.sample.place
    return [
        run.start,
        run.end,
        place.line,
        place.column,
        place.end_line,
        place.end_column,
        place.function,
        run.sample.coroutine,
        run.sample.how,
    ]


def _drain(queue: deque[list[Any]]) -> list[list[Any]]:
    """Empty a queue that another thread may be adding to."""
    taken = []
    while queue:
        taken.append(queue.popleft())
    return taken
