"""A clock on which waiting is free: the loop jumps to the next timer instead of waiting for it.

Prior art: trio's ``MockClock`` with ``autojump_threshold``, and loops whose selector moves the clock. Three things are
different here. The clock counts whole nanoseconds and timers due together go in the order they were set, so a program
takes the same course every time. ``time.sleep`` moves the clock and *holds the loop*, as it does in reality. And
whatever is real (threads, sockets, pipes, child processes) makes the clock follow real time while it is under way.

The rules
- The clock belongs to the thread that made it. Elsewhere sleeps and loops take real time.
- While nothing real is under way, the clock stands still except for jumps (an idle loop) and holds (``time.sleep``).
- While something real is under way, the clock follows real time, so that a timer races a thread as it does in reality.

``datetime.now`` and timeouts inside C code are not on this clock; nor is computing, which takes no virtual time.

What is relied on beyond documented interfaces; ``tests/grader/test_virtual.py`` fails by name when one goes:
- ``BaseEventLoop`` waits by ``selector.select(timeout)``, the timeout being the next timer's ``when`` less ``time()``;
- ``TimerHandle`` keeps the ``when`` it was given and is ordered by it alone;
- ``BaseEventLoop._clock_resolution`` is how early a timer may go;
- ``Runner`` takes its loop from ``asyncio.events.new_event_loop``;
- ``ThreadPoolExecutor._threads`` are the pool's threads.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import math
import operator
import os
import selectors
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Context
from itertools import pairwise
from types import FrameType, FunctionType, MethodType
from typing import Any, SupportsIndex, TypeVarTuple, Unpack

Ts = TypeVarTuple("Ts")
OnHold = Callable[[float, float], object]
_Events = list[tuple[selectors.SelectorKey, int]]

MAX_SECONDS = 3600.0
"""Virtual time a program may take. An exercise takes seconds; one that is still waiting after an hour never ends."""

MAX_ROUNDS = 100_000
"""Rounds a loop may make: reached in well under a second by a loop that never waits, never by an exercise that ends."""

_GRACE_S = 0.2
"""Real time for a wake-up from where nobody can see it coming (a thread of C code) before it is called a deadlock."""

_SLICE_S = 0.02
"""Longest real wait before looking again: a thread that ends without a word wakes no selector."""

_CLEANING_UP_S = 60.0
_CLEANING_UP_ROUNDS = 1000
"""What a program that was stopped by a limit may still use, so that ``asyncio.run`` can cancel its tasks."""

_NS = 1_000_000_000
_START_NS = 1000 * _NS
"""What ``time.monotonic()`` begins at. Not 0: programs write ``last = 0.0`` and mean "long ago"."""

_REAL_TIME_MODULES = frozenset({"concurrent", "multiprocessing", "queue", "socketserver", "subprocess", "threading"})
"""Parts of the standard library that wait for real things and read the clock meanwhile."""

_NAMED_TASKS = 5
"""Tasks that a ``Deadlock`` names; more would bury the first."""

real_monotonic = time.monotonic
_real_ns = time.monotonic_ns
_real_sleep = time.sleep
_real_submit = ThreadPoolExecutor.submit
_real_clocks: dict[str, Callable[[], float]] = {
    name: getattr(time, name) for base in ("monotonic", "perf_counter", "time") for name in (base, f"{base}_ns")
}


class VirtualTimeError(RuntimeError):
    """The program cannot come to an end on a virtual clock; raised out of ``run_until_complete``."""


class Deadlock(VirtualTimeError):
    """Nothing is left that could wake the program: no callback, no timer, no thread, no socket."""


class Runaway(VirtualTimeError):
    """The program went on beyond a limit of virtual seconds or of rounds of the loop."""


class Clock:
    """Virtual time, shared by every loop and sleep of the thread that makes it.

    ``on_hold(start_s, seconds)`` is called after each hold, on that thread, with the frames that held still below.
    """

    def __init__(
        self, on_hold: OnHold | None = None, *, max_seconds: float = MAX_SECONDS, max_rounds: int = MAX_ROUNDS
    ) -> None:
        self._on_hold = on_hold
        self._max_ns = _to_ns(max_seconds)
        self._max_rounds = max_rounds
        self._owner: int | None = threading.get_ident()
        # One tuple, replaced whole: other threads read it without a lock. The second item is the real time
        # since when the clock follows real time, or None while it stands still.
        self._state: tuple[int, int | None] = (_START_NS, None)
        self._lock = threading.RLock()
        self._known_threads = weakref.WeakSet(threading.enumerate())
        self._pool_threads: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
        self._jobs: set[Future[Any]] = set()
        self._allow()

    def now(self) -> float:
        """Virtual seconds since the clock was made."""
        return (self.read_ns() - _START_NS) / _NS

    def hold(self, seconds: float) -> None:
        """Block the calling thread for some virtual seconds, as a blocking call does.

        On the clock's own thread it is reported as a hold; on another it is a real sleep. Raises ``Runaway``.
        """
        if not self.is_mine():
            _real_sleep(seconds)
            return
        start_ns = self.read_ns()
        if self.follow(_has_real_io()):
            _real_sleep(seconds)  # what is under way gets on with it meanwhile
        else:
            self._advance(_to_ns(seconds))
        if self._on_hold and seconds > 0:
            self._on_hold((start_ns - _START_NS) / _NS, seconds)

    def read_ns(self) -> int:
        """What ``time.monotonic_ns`` says."""
        if not self.is_mine():
            self.follow(True)  # the thread that asks is itself real work under way
        base, since = self._state
        return base if since is None else base + _real_ns() - since

    def is_mine(self) -> bool:
        """Whether the calling thread is the clock's own."""
        return threading.get_ident() == self._owner

    def follow(self, real_io: bool) -> bool:
        """Follow real time while something real is under way (I/O by the caller's account, or a thread), and say so."""
        real = real_io or not self.is_mine() or bool(self._jobs) or self._has_real_threads()
        if real is (self._state[1] is not None):
            return real
        with self._lock:
            base, since = self._state
            if real and since is None:
                self._state = (base, _real_ns())
            elif not real and since is not None:
                self._state = (base + _real_ns() - since, None)
        return real

    def jump(self, seconds: float) -> None:
        """Let these seconds pass at once, because nothing can happen before. Raises ``Runaway``."""
        self._advance(max(1, _to_ns(seconds)))

    def count_round(self) -> None:
        """Count a round of the loop. Raises ``Runaway``."""
        self._rounds_left -= 1
        if self._rounds_left < 0:
            self._give_up(f"the event loop went round {self._max_rounds:,} times and the program did not end")

    def submit(
        self, pool: ThreadPoolExecutor, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Future[Any]:
        """``pool.submit``, counted as real work until the waiter for the result has been told.

        The pool's own future will not do: its callbacks run one after the other, so ours would run before the one
        that wakes the loop, and the loop could jump in between. So the caller gets a future of ours, settled from
        within the job.
        """
        promise: Future[Any] = Future()

        def job() -> None:
            if promise.set_running_or_notify_cancel():
                _settle(promise, function, args, kwargs)

        def ended(inner: Future[None]) -> None:
            self._jobs.discard(promise)
            if promise.done():
                return
            if inner.cancelled():  # the pool was shut down first
                promise.cancel()
            elif error := inner.exception():  # the pool broke
                promise.set_exception(error)

        self.follow(True)  # from before the job begins
        self._jobs.add(promise)
        try:
            inner = _real_submit(pool, job)
        except BaseException:
            self._jobs.discard(promise)
            raise
        self._pool_threads.update(getattr(pool, "_threads", ()))
        inner.add_done_callback(ended)
        return promise

    def allow_another_loop(self) -> None:
        """A new loop has the limits to itself."""
        if self.is_mine():
            self._allow()

    def detach(self) -> None:
        """Go on in real time for good: in a forked child, which its parent's loop sees as real work."""
        base, since = self._state
        self._owner = None
        self._lock = threading.RLock()  # a thread that no longer exists may have held it
        self._state = (base if since is None else base + _real_ns() - since, _real_ns())

    def _allow(self) -> None:
        self._limit_ns = self._state[0] + self._max_ns
        self._rounds_left = self._max_rounds

    def _advance(self, ns: int) -> None:
        base, _ = self._state
        if base + ns > self._limit_ns:
            self._give_up(f"the program was still waiting after {self._max_ns / _NS:,.10g} s of virtual time")
        self._state = (base + ns, None)

    def _give_up(self, why: str) -> None:
        self._limit_ns = self._state[0] + _to_ns(_CLEANING_UP_S)
        self._rounds_left = _CLEANING_UP_ROUNDS
        raise Runaway(why)

    def _has_real_threads(self) -> bool:
        """Whether a thread runs that was not there before and is not a pool's: what pools do is in ``_jobs``."""
        if threading.active_count() == 1:
            return False
        return any(
            thread not in self._known_threads and thread not in self._pool_threads for thread in threading.enumerate()
        )


class _When(float):
    """When a timer is due: equal times are told apart by which was set first, which the loop's heap does not do."""

    __slots__ = ("_order",)
    _order: int

    def __new__(cls, when: float, order: int) -> _When:
        self = super().__new__(cls, when)
        self._order = order
        return self

    def __lt__(self, other: float) -> bool:
        if isinstance(other, _When) and float.__eq__(self, other):
            return self._order < other._order
        return float.__lt__(self, other)


class _Selector(selectors.BaseSelector):
    """The loop's selector, except that waiting is the loop's business."""

    def __init__(self, inner: selectors.BaseSelector, wait: Callable[[float | None], _Events]) -> None:
        self._inner = inner
        self._wait = wait

    def select(self, timeout: float | None = None) -> _Events:
        return self._wait(timeout)

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._inner.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.modify(fileobj, events, data)

    def get_key(self, fileobj: Any) -> selectors.SelectorKey:
        return self._inner.get_key(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._inner.get_map()

    def close(self) -> None:
        self._inner.close()


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on a ``Clock``: the installed one, or one of its own.

    Jobs in thread pools count as real work only when the clock is installed; without that, a pool's threads count
    for as long as they live.
    """

    def __init__(self, selector: selectors.BaseSelector | None = None, *, clock: Clock | None = None) -> None:
        self.clock = clock or _installed or Clock()
        self.clock.allow_another_loop()
        self._inner = selector or selectors.DefaultSelector()
        self._timers = itertools.count()
        self._signals: set[int] = set()
        super().__init__(_Selector(self._inner, self._wait_for_events))
        self._own_files = len(self._inner.get_map())  # the pipe with which the loop wakes itself
        # Half of the clock's tick: a timer goes when it is due and never before, whatever this platform's clock does.
        self._clock_resolution = 0.5 / _NS

    def time(self) -> float:
        """Virtual seconds, the same as ``time.monotonic()``."""
        return self.clock.read_ns() / _NS

    def call_later(
        self, delay: float, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Whole nanoseconds, at least one if there is a delay at all.

        Else a loop that waits for what a subtraction of floats left over (``0.3 - 0.2 < 0.1``) would never get past it.
        """
        if delay is not None and 0 < delay < math.inf:
            when = (self.clock.read_ns() + max(1, _to_ns(delay))) / _NS
            return self.call_at(when, callback, *args, context=context)
        return super().call_later(delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """To the nanosecond, so that 0.1 s and then 0.2 s are 0.3 s; ties go in the order of the calls."""
        if when is not None:
            due = _to_ns(when) / _NS if math.isfinite(when) else when
            when = _When(due, next(self._timers))
        return super().call_at(when, callback, *args, context=context)

    def add_signal_handler(self, sig: int, callback: Callable[[Unpack[Ts]], object], *args: *Ts) -> None:
        """As usual; a loop with a handler and nothing else waits for the signal in real time."""
        super().add_signal_handler(sig, callback, *args)
        self._signals.add(sig)

    def remove_signal_handler(self, sig: int) -> bool:
        """As usual."""
        self._signals.discard(sig)
        return super().remove_signal_handler(sig)

    def has_real_io(self) -> bool:
        """Whether the loop watches a socket or a pipe that is not its own."""
        return len(self._inner.get_map()) > self._own_files

    def _wait_for_events(self, timeout: float | None) -> _Events:
        """Stand in for the selector's wait: ``None`` is for ever, 0 not at all."""
        clock = self.clock
        clock.count_round()
        # In this order: a thread that ends in between has already written to the pipe that is looked at next.
        real = clock.follow(self.has_real_io() or (timeout is None and bool(self._signals)))
        if timeout == 0 and not real and not self._signals:
            return []  # what is ready runs first, and nothing else can have happened
        events = self._inner.select(0)
        if events or (timeout is not None and timeout <= 0):
            return events
        if real:
            return self._inner.select(_SLICE_S if timeout is None else min(timeout, _SLICE_S))
        if timeout is None:
            return self._inner.select(_GRACE_S) or self._give_up()
        clock.jump(timeout)
        return []

    def _give_up(self) -> _Events:
        waiting = sorted(
            (task for task in asyncio.all_tasks(self) if not task.done()),
            key=lambda task: (len(task.get_name()), task.get_name()),
        )
        if not waiting:
            raise Deadlock("the event loop runs, no task is waiting, and nothing is left that could wake it")
        what = "; ".join(_describe(task, waiting) for task in waiting[:_NAMED_TASKS])
        more = f"; and {len(waiting) - _NAMED_TASKS} more" if len(waiting) > _NAMED_TASKS else ""
        raise Deadlock(f"{what}{more}, and nothing is left that could wake the program")


if sys.version_info < (3, 14):
    # Before 3.14 get_event_loop still makes a loop, by the policy; since then it does not, and policies are deprecated.

    class _Policy(asyncio.DefaultEventLoopPolicy):
        def new_event_loop(self) -> asyncio.AbstractEventLoop:
            return VirtualLoop()


_installed: Clock | None = None


def install(on_hold: OnHold | None = None, *, max_seconds: float = MAX_SECONDS, max_rounds: int = MAX_ROUNDS) -> Clock:
    """Put this process on a virtual clock, for good: its loops, ``time.sleep`` and the clocks of ``time``.

    Before the learner's file is loaded, so that ``from time import sleep`` finds it too. In a forked child of the
    process everything is real again.
    """
    global _installed
    clock = Clock(on_hold, max_seconds=max_seconds, max_rounds=max_rounds)
    _installed = clock
    _patch_time(clock)
    _patch_loops()
    _patch_pools(clock)
    return clock


def _patch_time(clock: Clock) -> None:
    epoch_ns = int(_real_clocks["time_ns"]())
    starts = {"monotonic": 0, "perf_counter": 0, "time": epoch_ns - _START_NS}

    def sleep(seconds: SupportsIndex | float, /) -> None:
        """time.sleep, on the virtual clock."""
        if not isinstance(seconds, (int, float)):
            seconds = operator.index(seconds)
        if not 0 < seconds < math.inf or _asked_by_the_library():
            _real_sleep(seconds)  # which knows how to refuse what it does not take
        else:
            clock.hold(seconds)

    time.sleep = sleep
    for name, start_ns in starts.items():
        _patch_clock(clock, name, start_ns)


def _patch_clock(clock: Clock, name: str, start_ns: int) -> None:
    real_s, real_ns = _real_clocks[name], _real_clocks[f"{name}_ns"]

    def seconds() -> float:
        return real_s() if _asked_by_the_library() else (start_ns + clock.read_ns()) / _NS

    def nanoseconds() -> float:
        return real_ns() if _asked_by_the_library() else start_ns + clock.read_ns()

    for function, public in ((seconds, name), (nanoseconds, f"{name}_ns")):
        function.__name__ = function.__qualname__ = public
        setattr(time, public, function)


def _asked_by_the_library() -> bool:
    """Whether who called the function that asks is a part of the standard library that waits for real things."""
    module = sys._getframe(2).f_globals.get("__name__") or ""
    return module.partition(".")[0] in _REAL_TIME_MODULES


def _patch_loops() -> None:
    """Every way to a new loop: ``run``, ``Runner`` and ``new_event_loop``, the classes by name, and the policy."""

    def new_event_loop() -> VirtualLoop:
        return VirtualLoop()

    asyncio.new_event_loop = asyncio.events.new_event_loop = new_event_loop
    for name in ("SelectorEventLoop", "EventLoop"):
        if hasattr(asyncio, name):
            setattr(asyncio, name, VirtualLoop)
    if sys.version_info < (3, 14):
        asyncio.set_event_loop_policy(_Policy())


def _patch_pools(clock: Clock) -> None:
    def submit(self: ThreadPoolExecutor, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if any(base.__module__ == "concurrent.futures.interpreter" for base in type(self).__mro__):
            return _real_submit(self, fn, *args, **kwargs)  # takes no closures; its threads count while they live
        return clock.submit(self, fn, args, kwargs)

    ThreadPoolExecutor.submit = submit  # type: ignore[assignment]


def _detach_child() -> None:
    if _installed:
        _installed.detach()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_detach_child)


def _to_ns(seconds: float) -> int:
    return round(seconds * _NS)


def _settle(promise: Future[Any], function: Callable[..., Any], args: Any, kwargs: Any) -> None:
    try:
        result = function(*args, **kwargs)
    except BaseException as error:
        promise.set_exception(error)
        del promise  # the exception's frames hold it, and it holds the exception
    else:
        promise.set_result(result)


def _has_real_io() -> bool:
    """Whether the loop that runs on this thread has real I/O under way."""
    loop = asyncio._get_running_loop()
    return isinstance(loop, VirtualLoop) and loop.has_real_io()


def _describe(task: asyncio.Task[Any], waiting: Sequence[asyncio.Task[Any]]) -> str:
    """``worker waits in Queue.get at line 14``: the innermost line that is neither asyncio's nor the runner's.

    Of a lock it is told as well which of the tasks that are ``waiting`` holds it.
    """
    chain = list(_awaiting(task.get_coro()))
    own = [link for link in chain if (frame := _frame(link)) and not _is_machinery(frame)]
    innermost = _frame(own[-1]) if own else None
    name = getattr(own[-1] if own else task.get_coro(), "__qualname__", "?").rpartition(".<locals>.")[2]
    inside = f" in {getattr(chain[-1], '__qualname__', '?')}" if chain and chain[-1] not in own else ""
    where = f" at line {innermost.f_lineno}" if innermost else ""
    return f"{name} waits{inside}{where}{_for_whom(task, chain, waiting)}"


def _for_whom(task: asyncio.Task[Any], chain: Sequence[object], waiting: Sequence[asyncio.Task[Any]]) -> str:
    """Who holds the lock that the task waits for; empty when it waits for none, or nobody who waits holds it."""
    frame = _frame(chain[-1]) if chain else None
    lock = frame.f_locals.get("self") if frame else None
    if not isinstance(lock, asyncio.Lock):
        return ""
    for other in waiting:
        links = list(_awaiting(other.get_coro()))
        asks = len(links) > 1 and (last := _frame(links[-1])) is not None and last.f_locals.get("self") is lock
        for link in links:
            if _times_inside(link, lock) > (asks and link is links[-2]):
                name = getattr(link, "__qualname__", "?").rpartition(".<locals>.")[2]
                return f" for a lock that {'it holds already' if other is task else f'another {name} holds'}"
    return ""


def _times_inside(coroutine: object, lock: asyncio.Lock) -> int:
    """How many ``async with`` of the lock it has begun: for each its frame keeps the ``__aexit__`` for the end of it.

    The one that waits for the lock counts as well.
    """
    kept = gc.get_referents(coroutine)
    bound = sum(type(each) is MethodType and each.__name__ == "__aexit__" and each.__self__ is lock for each in kept)
    # From Python 3.14 on the function and the lock are kept, one beside the other.
    return bound + sum(
        type(one) is FunctionType and one.__name__ == "__aexit__" and other is lock for one, other in pairwise(kept)
    )


def _awaiting(coroutine: object) -> Iterator[object]:
    """A coroutine, what it awaits, what that awaits, and so on, as far as there are frames."""
    while _frame(coroutine):
        yield coroutine
        coroutine = next(
            (
                awaited
                for name in ("cr_await", "gi_yieldfrom", "ag_await")
                if (awaited := getattr(coroutine, name, None))
            ),
            None,
        )


def _frame(coroutine: object) -> FrameType | None:
    return next(
        (frame for name in ("cr_frame", "gi_frame", "ag_frame") if (frame := getattr(coroutine, name, None))), None
    )


def _is_machinery(frame: FrameType) -> bool:
    """Whether it is asyncio's, or the runner's own coroutine around the learner's."""
    module = str(frame.f_globals.get("__name__"))
    return module.partition(".")[0] == "asyncio" or module == "grader.runner.program"
