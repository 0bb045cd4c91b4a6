"""A program under test that the learner's process never sees: it runs here, step by step, behind a double.

An exercise may ask the learner for a test, and judge it by right and wrong programs. Code that lay beside the test
could be read by it: a test could tell right from wrong by looking, and print what it saw. So the program's code stays
in the grader, on an event loop of its own that never waits. What it awaits of the objects that it was given, and its
sleeps, are done on the other side (``grader.runner.remote_object``), where the test's fakes and the clock are.

Prior art: proxies of ``multiprocessing.managers``; there, too, the object stays where it is and calls travel.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any, Final, Self, TypeVarTuple, Unpack

from grader.record.spec import Double
from grader.runner import exceptions

Ts = TypeVarTuple("Ts")

MOST_CALLS: Final = 300
"""Of methods, in one run: each costs some turns between two processes, which take a second in all on a busy machine."""

_MOST_MESSAGES: Final = 20 * MOST_CALLS

_MOST_BEGINNINGS: Final = 20
"""Of runs of one test: a schedule that fails is tried again a few times."""

_MOST_ROUNDS: Final = 10_000
"""Callbacks that follow each other without a wait; no program under test has as many."""

_KNOWN: Final[dict[str, type[Exception]]] = {
    each.__name__: each
    for each in (Exception, OSError, ConnectionError, TimeoutError, ValueError, LookupError, KeyError, RuntimeError)
}
"""What an exception of the learner's becomes here: the first of its classes that is one of these."""


class HiddenProgram:
    """A class of which the learner's test makes objects without seeing it; ``load`` gives it, anew for each run.

    Its methods may be coroutine functions or plain. It may use asyncio's locks, queues, futures and tasks as usual, and
    awaits the methods of the objects that it is given, or the objects themselves where they are functions.

        with HiddenProgram(lambda: Office) as hidden:
            trace = virtual("judge", scenario=True, doubles=[hidden.double("program")])
        # in the scenario: office_class = stage.under_test("program")
    """

    def __init__(self, load: Callable[[], type]) -> None:
        self._load = load
        self._loop = _new_loop()
        self._public: dict[str, bool] = {}
        self._beginnings = 0
        self.calls: list[tuple[str, list[Any]]] = []
        """The calls of its methods so far, by name and arguments, in the order in which they came."""
        self.messages: list[tuple[float, str, list[Any]]] = []
        """What came from the other side: the second on the clock there, what it is, and details."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End what the program has left under way."""
        with contextlib.suppress(Exception):
            self._loop.turn(0.0, lambda: [task.cancel() for task in asyncio.all_tasks(self._loop)])

    def double(self, name: str) -> Double:
        """The double that the scenario passes to ``stage.under_test``. One run at a time."""
        return Double(name, self._answer, blocking=True, unseen=True)

    def _answer(self, what: str, now: float, details: list[Any]) -> dict[str, Any]:
        """Take one message from the other side. Its sender is the learner's process: it may say anything."""
        found: dict[str, Any] = {}

        def work() -> None:
            try:
                found["value"] = self._take(what, float(now), details)
            except Exception as error:
                found.update(value=None, error=_packed(error))

        if asyncio._get_running_loop() is None:
            work()
        else:  # a thread runs one loop at a time, and the recorder's is running on this one
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
        return {**found, "steps": self._loop.steps_taken()}

    def _take(self, what: str, now: float, details: list[Any]) -> Any:
        if what == "begin":
            self._beginnings += 1
            if self._beginnings > _MOST_BEGINNINGS:
                raise RuntimeError("this is more than any test needs")
            self._loop = _new_loop()
            self._objects: list[Any] = []
            self.calls, self.messages = [], []
            self._class = self._load()
            methods = inspect.getmembers(self._class, inspect.isfunction)
            self._public = {
                name: inspect.iscoroutinefunction(each) for name, each in methods if not name.startswith("_")
            }
            return {"name": self._class.__name__, "methods": self._public}
        if len(self.messages) >= _MOST_MESSAGES:
            raise RuntimeError("this is more than any test needs")
        self.messages.append((now, what, details))
        return self._loop.turn(now, lambda: self._act(what, details))

    def _act(self, what: str, details: list[Any]) -> Any:
        loop = self._loop
        match what, details:
            case "make", [args, kwargs]:
                made = self._class(
                    *map(self._given, args), **{name: self._given(each) for name, each in kwargs.items()}
                )
                self._objects.append(made)
                return len(self._objects) - 1
            case "plain", [owner, name, args, kwargs]:
                return self._method(owner, name, args, is_async=False)(*args, **kwargs)
            case "call", [number, owner, name, args, kwargs]:
                loop.begin_call(number, self._method(owner, name, args, is_async=True)(*args, **kwargs))
            case "answered", [number, value]:
                loop.answer(number, value)
            case "failed", [number, names, text]:
                loop.fail(number, next(_KNOWN[name] for name in [*names, "Exception"] if name in _KNOWN)(text))
            case "slept", [number]:
                loop.wake(number)
            case "lost", [number]:
                loop.lose(number)
            case "cancel", [number]:
                loop.cancel_call(number)
        return None

    def _method(self, owner: int, name: str, args: list[Any], *, is_async: bool) -> Callable[..., Any]:
        """A public method. Any other name would show what is hidden: ``__dict__`` shows whether a lock is held."""
        if self._public.get(name) is not is_async:
            raise AttributeError(f"{self._class.__name__} has no public method of this name and kind")
        if len(self.calls) >= MOST_CALLS:
            raise RuntimeError(f"a test makes at most {MOST_CALLS} calls, and this is one more")
        self.calls.append((name, args))
        method: Callable[..., Any] = getattr(self._objects[owner], name)
        return method

    def _given(self, told: dict[str, Any]) -> Any:
        return _Given(self._loop, told["given"]) if "given" in told else told["value"]


class _Given:
    """Stands for an object of the learner's: what is called of it is called there."""

    def __init__(self, loop: _Loop, number: int) -> None:
        self._loop = loop
        self._number = number

    async def __call__(self, *args: Any) -> Any:
        return await self._loop.ask(self._number, "", args)

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        async def call(*args: Any) -> Any:
            return await self._loop.ask(self._number, name, args)

        return call


class _Loop(asyncio.AbstractEventLoop):
    """An event loop that never waits: it runs what is ready, and tells what it would wait for."""

    def __init__(self) -> None:
        self._now = 0.0
        self._ready: deque[asyncio.Handle] = deque()
        self._steps: list[dict[str, Any]] = []
        self._numbers = 0
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._raised: dict[int, Exception] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._calls: dict[int, asyncio.Task[Any]] = {}

    def steps_taken(self) -> list[dict[str, Any]]:
        """What the program did since the last time."""
        steps, self._steps = self._steps, []
        return steps

    def turn(self, now: float, act: Callable[[], Any]) -> Any:
        """Do something within this loop, and then all that follows from it."""
        self._now = now
        asyncio._set_running_loop(self)
        try:
            return act()
        finally:
            try:
                for _ in range(_MOST_ROUNDS):
                    if not self._ready:
                        break
                    handle = self._ready.popleft()
                    if not handle.cancelled():
                        handle._run()
            finally:
                asyncio._set_running_loop(None)

    # What the program does

    def begin_call(self, number: int, coroutine: Coroutine[Any, Any, Any]) -> None:
        task = self._calls[number] = self.create_task(coroutine)
        task.add_done_callback(lambda task: self._end_call(number, task))

    def cancel_call(self, number: int) -> None:
        self._calls[number].cancel()

    def _end_call(self, number: int, task: asyncio.Task[Any]) -> None:
        del self._calls[number]
        step: dict[str, Any] = {"do": "raise", "call": number}
        if task.cancelled():
            step["cancelled"] = True
        elif (error := task.exception()) is None:
            step |= {"do": "return", "value": task.result()}
        elif asked := [number for number, raised in self._raised.items() if raised is error]:
            step["asked"] = asked[0]
        else:
            step["error"] = _packed(error)
        self._steps.append(step)

    async def ask(self, given: int, name: str, args: tuple[Any, ...]) -> Any:
        self._numbers += 1
        number = self._numbers
        future = self._asked[number] = self.create_future()
        current = asyncio.current_task(self)
        call = next((number for number, task in self._calls.items() if task is current), None)
        step = {"do": "ask", "number": number, "call": call, "given": given, "name": name, "args": list(args)}
        self._steps.append(step)
        try:
            return await future
        finally:
            del self._asked[number]
            if future.cancelled() and call is None:
                self._forget(number)

    def answer(self, number: int, value: Any) -> None:
        if not self._asked[number].done():
            self._asked[number].set_result(value)

    def fail(self, number: int, error: Exception) -> None:
        self._raised[number] = error
        if not self._asked[number].done():
            self._asked[number].set_exception(error)

    def lose(self, number: int) -> None:
        """What was asked will not be answered: it was cancelled on the other side."""
        self._asked[number].cancel()

    def wake(self, number: int) -> None:
        timer = self._timers.pop(number, None)
        if timer and not timer.cancelled():
            timer._run()

    def _forget(self, number: int) -> None:
        self._steps.append({"do": "forget", "call": None, "number": number})

    # What asyncio asks of an event loop

    def get_debug(self) -> bool:
        return False

    def time(self) -> float:
        return self._now

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, **options: Any) -> asyncio.Task[Any]:
        return asyncio.Task(coro, loop=self, **options)

    def call_soon(
        self, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        self._numbers += 1
        handle = self._timers[self._numbers] = asyncio.TimerHandle(when, callback, args, self, context)
        seconds = max(0.0, when - self._now)
        self._steps.append({"do": "sleep", "number": self._numbers, "call": None, "seconds": seconds})
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        for number in [number for number, timer in self._timers.items() if timer is handle]:
            del self._timers[number]
            self._forget(number)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """What nobody saw stays unseen: a program under test may be wrong in this way, too."""


def _new_loop() -> _Loop:
    return _Loop()  # type: ignore[abstract]  # it has no files, no processes and no servers


def _packed(error: BaseException) -> dict[str, Any]:
    try:
        return exceptions.pack(error)
    except ValueError:
        return exceptions.pack(RuntimeError(f"{type(error).__name__}: {error}"))
