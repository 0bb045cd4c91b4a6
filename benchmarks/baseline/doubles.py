"""What the tests of a course need around asyncio programs: stand-ins that take time, and a clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any


@dataclass
class Call:
    """One call of a stand-in: seconds on the monotonic clock."""

    args: tuple[Any, ...]
    start: float
    end: float = float("inf")
    done: bool = False


@dataclass
class Calls:
    """The calls of a stand-in, in the order in which they began."""

    made: list[Call] = field(default_factory=list)

    @property
    def args(self) -> list[Any]:
        """The first argument of each call."""
        return [call.args[0] for call in self.made]

    @property
    def peak(self) -> int:
        """The most calls that were under way at the same time."""
        return max((sum(other.start <= call.start < other.end for other in self.made) for call in self.made), default=0)


def _value(given: Any, args: tuple[Any, ...]) -> Any:
    return given(*args) if callable(given) else given


def double(delay: Any = 0.0, reply: Any = None, raises: Any = None) -> tuple[Callable[..., Awaitable[Any]], Calls]:
    """An async function that stands in for another one, and its calls.

    ``delay`` in seconds, ``reply`` and ``raises`` are values, or functions of the arguments.
    """
    calls = Calls()

    async def stand_in(*args: Any) -> Any:
        call = Call(args, time.monotonic())
        calls.made.append(call)
        try:
            await asyncio.sleep(_value(delay, args))
            call.done = True
        finally:
            call.end = time.monotonic()
        if error := _value(raises, args):
            raise error
        return _value(reply, args)

    return stand_in, calls


def blocking_double(delay: Any = 0.0, reply: Any = None, raises: Any = None) -> tuple[Callable[..., Any], Calls]:
    """A plain function that stands in for another one and blocks, and its calls."""
    calls = Calls()

    def stand_in(*args: Any, **_: Any) -> Any:
        call = Call(args, time.monotonic())
        calls.made.append(call)
        time.sleep(_value(delay, args))
        call.end, call.done = time.monotonic(), True
        if error := _value(raises, args):
            raise error
        return _value(reply, args)

    return stand_in, calls


def timed(program: Coroutine[Any, Any, Any]) -> tuple[Any, float]:
    """What the program returns, and how many seconds it took."""
    start = time.monotonic()
    returned = asyncio.run(program)
    return returned, time.monotonic() - start


def longest_hold(program: Coroutine[Any, Any, Any]) -> float:
    """The longest time for which another task, due every 0.1 s, had to wait while the program ran."""

    async def beside() -> list[float]:
        ticks = [time.monotonic()]

        async def tick() -> None:
            while True:
                await asyncio.sleep(0.1)
                ticks.append(time.monotonic())

        ticker = asyncio.create_task(tick())
        try:
            await program
        finally:
            ticker.cancel()
        return [*ticks, time.monotonic()]

    return longest_gap(asyncio.run(beside()))


def longest_gap(moments: Iterable[float]) -> float:
    """The longest time between two moments that follow each other."""
    return max(later - earlier for earlier, later in pairwise(moments))


def single(error: BaseException) -> list[BaseException]:
    """The exceptions of a group and of the groups in it; any other exception by itself."""
    if isinstance(error, BaseExceptionGroup):
        return [each for inner in error.exceptions for each in single(inner)]
    return [error]
