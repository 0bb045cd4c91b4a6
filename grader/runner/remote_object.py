"""Objects whose code is with the grader: what a learner's test tests, where it must not be seen.

The program under test runs in the grader (``grader.record.hidden_program``). Here are stand-ins for its class: a call
of a method is put to the grader, which answers with what the program does next: it asks one of the objects that it was
given, it sleeps, it returns. Everything that it asks is done here, in the task that called the method, as if its code
were here; requests of its own background tasks are carried out in separate tasks.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from grader.runner import exceptions, loading

Function = TypeVar("Function", bound=Callable[..., Any])
Put = Callable[..., Any]
"""Puts one message to the grader, and returns the answer: the value, and what the program does next."""

_PLAIN = (str, int, float, bool, type(None))


class Connection:
    """All objects of one program under test. ``put`` is a blocking call to its double."""

    def __init__(self, put: Put) -> None:
        self._put = put
        self._given: list[Any] = []
        """What the program was given to work with; it knows these objects by their place."""
        self._calls: dict[int, _Call] = {}
        self._asked: dict[int, BaseException] = {}
        self._background: dict[int, asyncio.Task[None]] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._numbers = 0

    def make_class(self) -> type:
        """What stands in for the class."""
        told = self._put("begin", 0.0, [])["value"]

        def __init__(instance: Any, *args: Any, **kwargs: Any) -> None:
            given = [self._told(each) for each in args], {name: self._told(each) for name, each in kwargs.items()}
            instance._number = self._send("make", *given)

        methods = {
            name: self._async_method(name) if is_async else self._plain_method(name)
            for name, is_async in told["methods"].items()
        }
        return type(told["name"], (), {"__init__": __init__, **methods})

    def _told(self, value: Any) -> Any:
        if isinstance(value, _PLAIN):
            return {"value": value}
        self._given.append(value)
        return {"given": len(self._given) - 1}

    def _plain_method(self, name: str) -> Callable[..., Any]:
        def method(instance: Any, *args: Any, **kwargs: Any) -> Any:
            return self._send("plain", instance._number, name, list(args), kwargs)

        return _named(method, name)

    def _async_method(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        async def method(instance: Any, *args: Any, **kwargs: Any) -> Any:
            self._numbers += 1
            number = self._numbers
            call = self._calls[number] = _Call()
            try:
                self._send("call", number, instance._number, name, list(args), kwargs)
                return await self._carry_out(number, call)
            finally:
                del self._calls[number]

        return _named(method, name)

    async def _carry_out(self, number: int, call: _Call) -> Any:
        """Do what the program does in this call, until it returns or raises."""
        while True:
            try:
                step = await call.next_step()
                if step["do"] == "ask":
                    await self._ask(step)
                    continue
            except asyncio.CancelledError:
                # What the program did at the same moment, and is not begun here, does not happen.
                if call.forget_steps():
                    raise
                self._send("cancel", number)
                continue
            if step["do"] == "return":
                return step["value"]
            raise self._error(step)

    def _error(self, step: dict[str, Any]) -> BaseException:
        if "asked" in step:
            return self._asked[step["asked"]]
        if step.get("cancelled"):
            return asyncio.CancelledError()
        return exceptions.unpack(step["error"], loading.exercise())

    async def _ask(self, step: dict[str, Any]) -> None:
        """Call what the program was given, and tell it what came of that. Lets a cancellation out."""
        number = step["number"]
        target = self._given[step["given"]]
        try:
            value = await (getattr(target, step["name"]) if step["name"] else target)(*step["args"])
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self._asked[number] = error
            self._send("failed", number, [each.__name__ for each in type(error).__mro__], str(error))
        else:
            self._send("answered", number, value)

    async def _ask_in_background(self, step: dict[str, Any]) -> None:
        number = step["number"]
        try:
            await self._ask(step)
        except asyncio.CancelledError:
            if number in self._background:  # not at the program's own wish: the loop is about to end
                self._send("lost", number)
            raise
        finally:
            self._background.pop(number, None)

    def _wake(self, number: int) -> None:
        self._timers.pop(number, None)
        self._send("slept", number)

    def _send(self, what: str, *details: Any) -> Any:
        answer = self._put(what, time.monotonic(), list(details))
        for step in answer["steps"]:
            self._take(step)
        if "error" in answer:
            raise self._error(answer)
        return answer["value"]

    def _take(self, step: dict[str, Any]) -> None:
        """A step of the program belongs to a call that waits for it here, or to the background."""
        number: Any = step.get("number")
        if step["do"] == "forget":
            for known in (self._background, self._timers):
                work = known.pop(number, None)
                if work:
                    work.cancel()
        elif step.get("call") is not None:
            if call := self._calls.get(step["call"]):
                call.add(step)
        elif step["do"] == "ask":
            self._background[number] = asyncio.get_running_loop().create_task(self._ask_in_background(step))
        else:
            self._timers[number] = asyncio.get_running_loop().call_later(step["seconds"], self._wake, number)


def _named(function: Function, name: str) -> Function:
    method: Any = function
    method.__name__ = method.__qualname__ = name
    method.__code__ = method.__code__.replace(co_filename="<grader>", co_name=name)
    return function


class _Call:
    """A call of a method that is under way here: the steps that it has still to take."""

    def __init__(self) -> None:
        self._steps: deque[dict[str, Any]] = deque()
        self._waiting: asyncio.Future[None] | None = None

    def add(self, step: dict[str, Any]) -> None:
        self._steps.append(step)
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def forget_steps(self) -> bool:
        """Whether the program was at the end of the call."""
        ended = any(step["do"] != "ask" for step in self._steps)
        self._steps.clear()
        return ended

    async def next_step(self) -> dict[str, Any]:
        if not self._steps:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        return self._steps.popleft()
