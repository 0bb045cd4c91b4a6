"""What holds the event loop: a watchdog thread samples long steps.

It is parked while the loop is idle. Samples rather than a tracer: a tracer would slow down the very computation that it
is to time."""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from grader.runner.observe.outbox import FLUSH_S, Outbox
from grader.runner.observe.places import ASYNC_FRAME, Chains, can_block, function_name
from grader.runner.observe.samples import (
    BLOCKED,
    COMPUTING,
    HOLD_S,
    UNSEEN,
    Sample,
    SampleRun,
    add_stretch,
    as_part,
    merge_computation,
    take,
)
from grader.runner.observe.steps import Spot, Track

FIRST_SAMPLE_S = 0.04
"""Just under HOLD_S, so that a step which only just counts was sampled."""
POLL_S = 0.025
COMPUTING_SHARE = 0.03
STARTING_SHARE = 0.1
"""What is computed in so much of the time computes, by what its neighbours leave it; a call that blocks uses nothing.
The second figure is for a step's first sample: there the way to the call counts too."""
PROVISIONAL_S = 0.25
"""How often a hold that goes on is reported again: a killed program cannot report its end."""
MAX_PARTS = 40

# The learner's program may replace any of these, so they are taken before it loads.
_sleep = time.sleep
_current_frames = sys._current_frames
_open, _read, _close = os.open, os.read, os.close

Step = tuple[float, Track | None]
"""The step under way: when it began, and whose it is. One tuple, so that it is read atomically."""

STEP_CODES: set[CodeType] = set()
"""Of the functions that run steps: below them on the stack nothing is the learner's."""
_LOOP_FUNCTIONS = frozenset({"_run_once", "run_forever", "run_until_complete"})


class Sampler:
    """Watches the steps of one thread's loop; ``now`` is the step under way."""

    def __init__(self, outbox: Outbox, chains: Chains, clock: Callable[[], float], *, watching: bool) -> None:
        self._outbox = outbox
        self._chains = chains
        self._clock = clock
        self.thread: int | None = None
        """The thread whose loop is watched; None when it is over."""
        self.now: Step | None = None
        self._sampled: tuple[Step | None, list[SampleRun]] = (None, [])
        """The step that was sampled last, and its samples."""
        self._waited = 0.0
        """When a loop that runs inside a step was last seen to wait."""
        self._cpu: Callable[[], float] = time.process_time
        self._kept: Callable[[], float] = lambda: 0.0
        self._looked = (0.0, 0.0)
        self._kept_before = 0.0
        """How long the thread had waited for a processor when a step had lately begun."""
        self._gate = _thread.allocate_lock()
        self._gate.acquire()
        self.parked = watching
        self._started = False
        self.stopped = False
        self.wakeups = 0
        """How often the watchdog woke: an idle program must not add to it."""

    def begin(self, thread: int) -> None:
        """Watch the loop of this thread."""
        self.thread = thread
        self._cpu = _cpu_clock(thread)
        self._kept = _kept_clock()

    def wake_if_parked(self) -> None:
        """Let the watchdog look, if there is one and it sleeps."""
        if self._started and self.parked:
            self.wake()

    def stop(self) -> None:
        """Let the watchdog end."""
        self.stopped = True
        self.thread = None
        self.wake_if_parked()

    def note_blocked(self, frame: FrameType, start: float, seconds: float) -> None:
        """The line of the learner's file that is below ``frame`` on the stack held the loop."""
        step = self.now
        sample = self._look(frame, computing=False) if step else None
        if step and sample:
            add_stretch(self._samples(step), sample, start, start + seconds)

    def samples_of(self, step: Step) -> list[SampleRun]:
        """The samples of a step that is over."""
        sampled, runs = self._sampled
        return runs if sampled is step else []

    def _samples(self, step: Step) -> list[SampleRun]:
        if self._sampled[0] is not step:
            self._sampled = (step, [])
        return self._sampled[1]

    def wake(self) -> None:
        """Let the watchdog look. Called at a step's start, only when it is parked."""
        self.parked = False
        try:
            self._kept_before = self._kept()
            if self._started:
                self._gate.release()
            elif not self.stopped:
                self._started = True
                self._looked = (self._clock(), self._cpu())
                # Not a threading.Thread: it must not be seen in threading.enumerate().
                _thread.start_new_thread(self._watch, ())
        except Exception:
            pass  # already released; or no thread to be had, then holds are reported without samples

    def _watch(self) -> None:
        _block_signals()
        while not self.stopped:
            try:
                self._watch_while_active()
            except Exception:
                self._outbox.errors += 1
                _sleep(FLUSH_S)
            self._park()

    def _park(self) -> None:
        """Sleep until a step begins: no timer, nothing for a hundred idle programs to do."""
        self.parked = True
        # A call that came before it could see the flag did not open the gate.
        if self.now is not None or self.stopped or self._outbox.is_news():
            self.parked = False
            return
        self._gate.acquire()

    def _watch_while_active(self) -> None:
        """Poll while steps last; send what is due; return when the loop is idle and all is sent."""
        told = (0.0, 0.0)
        step = self.now
        if step is None or self._clock() - step[0] < FIRST_SAMPLE_S:
            _sleep(FIRST_SAMPLE_S)
        # else the interpreter was not let go until now: look at once, the step may be about to end
        while not self.stopped:
            self.wakeups += 1
            step, at = self.now, self._clock()
            computing = self._is_computing(step, at)
            wait = self._outbox.flushed_at + FLUSH_S - at
            if wait <= 0 and self._outbox.is_news():
                self._outbox.flush()
            if step is None:
                if not self._outbox.is_news():
                    return
                self._kept_before = self._kept()
                pause = min(max(wait, 0.001), FIRST_SAMPLE_S)
            elif at - step[0] < FIRST_SAMPLE_S:
                self._kept_before = self._kept()
                pause = FIRST_SAMPLE_S - (at - step[0])
            else:
                pause = POLL_S
                told = self._take_sample(step, at, computing, told)
            _sleep(pause)

    def _is_computing(self, step: Step | None, at: float) -> bool:
        """Whether the loop's thread used the processor since it was last looked at, as far as others let it."""
        looked_at, used = self._looked
        self._looked = (at, self._cpu())
        if step is None:
            return False
        share = COMPUTING_SHARE if looked_at > step[0] else STARTING_SHARE
        return self._looked[1] - used > (at - max(looked_at, step[0])) * share

    def _take_sample(self, step: Step, at: float, computing: bool, told: tuple[float, float]) -> tuple[float, float]:
        """See where a long step is, and tell of it, at once and then every now and then.

        ``told`` is the start of the step that was told of last, and when; so is the result.
        """
        frame = _current_frames().get(self.thread or 0)
        if self._runs_a_loop(frame):
            self._waited = at
            self._kept_before = self._kept()
            frame = None
        sample = self._look(frame, computing)
        del frame  # a frame kept here would keep the learner's locals alive
        if sample is None or self.now is not step:
            return told
        began = max(step[0], self._waited)
        runs = self._samples(step)
        take(runs, sample, began, at)
        if at - began < HOLD_S or (told[0] == began and at - told[1] < PROVISIONAL_S):
            return told
        self.report_held(step[1], None, runs, began, at, is_open=True)
        self._outbox.flush()
        return began, at

    def coroutine(self, frame: FrameType | None) -> str:
        """The innermost coroutine of the learner's that is below on the stack; empty when there is none."""
        while frame is not None and frame.f_code not in STEP_CODES:
            if frame.f_code.co_flags & ASYNC_FRAME and self._chains.offset(frame.f_code.co_filename) is not None:
                return function_name(frame.f_code)
            frame = frame.f_back
        return ""

    def _runs_a_loop(self, frame: FrameType | None) -> bool:
        """Whether a loop waits inside the step: it holds nothing up, others have their turn in it."""
        while frame is not None and frame.f_code not in STEP_CODES:
            if frame.f_code.co_name in _LOOP_FUNCTIONS and self._chains.offset(frame.f_code.co_filename) is None:
                return True
            frame = frame.f_back
        return False

    def _look(self, frame: FrameType | None, computing: bool) -> Sample | None:
        """Where the learner's code is.

        What blocks is the innermost line; what computes is best seen where the coroutine called for it, because
        that call is what has to move out of the loop.
        """
        inner: FrameType | None = None
        while frame is not None and frame.f_code not in STEP_CODES:
            if self._chains.offset(frame.f_code.co_filename) is not None:
                inner = inner or frame
                if frame.f_code.co_flags & ASYNC_FRAME:
                    computing = computing or not can_block(inner)
                    shown = frame if computing else inner
                    return Sample(
                        COMPUTING if computing else BLOCKED, self._chains.place(shown), function_name(frame.f_code)
                    )
            frame = frame.f_back
        if inner is None:
            return None
        return Sample(COMPUTING if computing else BLOCKED, self._chains.place(inner), "")

    def report_held(
        self,
        track: Track | None,
        handle: Any,
        runs: list[SampleRun],
        began: float,
        ended: float,
        *,
        is_open: bool = False,
        resumed: Spot | None = None,
    ) -> None:
        """Tell what held the loop; ``resumed`` is where the step's coroutine had been waiting before it."""
        parts = [as_part(run) for run in merge_computation(list(runs), ended)[:MAX_PARTS]]
        if not parts:
            parts = [[began, ended, *found] for found in self._best_guess(track, handle, resumed)]
        self._report(track, parts, began, ended, is_open=is_open)

    def report_piece(self, piece: Step, ended: float = 0.0) -> None:
        """Tell what held the loop in a piece of a step, as far as samples show it: a loop may have waited in the rest.

        ``ended``: until when nothing else was done in it, where that is known.
        """
        runs = [run for run in merge_computation(list(self.samples_of(piece)), ended) if run.seconds >= HOLD_S]
        if runs:
            self._report(piece[1], [as_part(run) for run in runs[:MAX_PARTS]], runs[0].start, runs[-1].end)

    def _report(
        self, track: Track | None, parts: list[list[Any]], began: float, ended: float, *, is_open: bool = False
    ) -> None:
        if not parts or self._outbox.holds_left <= 0:
            return
        if track is not None and track.callback:
            for part in parts:
                part[7] = part[7] or track.callback
        self._outbox.holds_left -= not is_open
        self._outbox.messages.append(
            {
                "kind": "held",
                "start": began,
                "end": ended,
                "open": is_open,
                "task": track.number if track else 0,
                "parts": parts,
                "kept": self._kept() - self._kept_before if self._started else 0.0,
            }
        )

    def _best_guess(self, track: Track | None, handle: Any, resumed: Spot | None) -> list[list[Any]]:
        """Of a step that was never sampled: the coroutine and the line it has come to, or the callback.

        Of a coroutine that is over, and of a callback, the line where it begins: nothing more is left of it.
        """
        task = track.ref() if track and not track.callback else None
        if task is not None:
            for coro in reversed(self._chains.chain(task.get_coro())):
                function = function_name(coro.cr_code)
                return [[self._chains.line(coro), None, None, None, function, function, UNSEEN]]
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
        offset = self._chains.offset(code.co_filename) if code else None
        if code is None or offset is None:
            return []
        function = function_name(code)
        coroutine = function if code.co_flags & ASYNC_FRAME else ""
        return [[offset + code.co_firstlineno, None, None, None, function, coroutine, UNSEEN]]


def _cpu_clock(thread: int) -> Callable[[], float]:
    """Processor time of one thread, in seconds; of the whole process where threads have no clock of their own."""
    try:
        clock_id = time.pthread_getcpuclockid(thread)
        gettime = time.clock_gettime
        gettime(clock_id)
    except (AttributeError, OSError):
        return time.process_time
    return lambda: gettime(clock_id)


def _kept_clock() -> Callable[[], float]:
    """How long the calling thread has waited for a processor, in seconds, in any thread; always 0 but on Linux."""
    path = f"/proc/self/task/{_thread.get_native_id()}/schedstat"

    def kept() -> float:
        try:
            file = _open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return 0.0
        try:
            return int(_read(file, 100).split()[1]) / 1e9
        finally:
            _close(file)

    return kept


def _block_signals() -> None:
    """Signals are for the learner's thread, whose blocking calls they have to interrupt."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
