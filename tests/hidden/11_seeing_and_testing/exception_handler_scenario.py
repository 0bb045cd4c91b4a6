"""A shift in the brewery: things fail where nobody awaits them, some of them after guard has ended."""

from __future__ import annotations

import asyncio
import builtins
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, Protocol

Wait = Callable[[float], Awaitable[None]]
Earlier = Callable[[str], None]
Happening = Sequence[Any]
"""``[at_s, what, *details]``."""


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


def error_of(kind: str, text: str) -> Exception:
    made: Exception = getattr(builtins, kind)(text)
    return made


def fail(kind: str, text: str) -> None:
    raise error_of(kind, text)


class Shift:
    def __init__(self, wait: Wait) -> None:
        self.wait = wait
        self.kept: set[asyncio.Future[Any]] = set()

    async def fails(self, after_s: float, kind: str, text: str) -> None:
        await self.wait(after_s)
        fail(kind, text)

    async def happen(self, at_s: float, what: str, details: Sequence[Any]) -> None:
        await self.wait(at_s)
        loop = asyncio.get_running_loop()
        match what, details:
            case "callback", [kind, text]:
                loop.call_soon(fail, kind, text)
            case "timer", [after_s, kind, text]:
                loop.call_later(after_s, fail, kind, text)
            case "done callback", [kind, text]:
                future = loop.create_future()
                future.add_done_callback(lambda _: fail(kind, text))
                future.set_result(None)
            case "task", [name, after_s, kind, text]:
                asyncio.create_task(self.fails(after_s, kind, text), name=name)  # noqa: RUF006  (nobody keeps it)
            case "kept task", [name, after_s, kind, text]:
                task = asyncio.create_task(self.fails(after_s, kind, text), name=name)
                self.kept.add(task)
                task.add_done_callback(self.kept.discard)
            case "future", [kind, text]:
                loop.create_future().set_exception(error_of(kind, text))
            case "report", [kind, text]:
                loop.call_exception_handler({"message": "something failed", "exception": error_of(kind, text)})
            case "report of a task", [name, kind, text]:
                if this := asyncio.current_task():
                    this.set_name(name)
                context = {"message": "a task failed", "exception": error_of(kind, text)}
                loop.call_exception_handler({**context, "task": this})
            case "report of a future", [kind, text]:
                context = {"message": "a future failed", "exception": error_of(kind, text)}
                loop.call_exception_handler({**context, "future": loop.create_future()})
            case "notice", [text]:
                loop.call_exception_handler({"message": text})
            case "awaited task", [name, after_s, kind, text]:
                task = asyncio.create_task(self.fails(after_s, kind, text), name=name)
                await asyncio.gather(task, return_exceptions=True)
            case "task awaited later", [name, after_s, kind, text]:
                task = asyncio.create_task(self.fails(after_s, kind, text), name=name)
                await self.wait(round(after_s + 0.2, 3))
                await asyncio.gather(task, return_exceptions=True)


async def shift(
    exercise: ModuleType,
    stage: Stage,
    wait: Wait,
    earlier: Earlier,
    happenings: Sequence[Happening],
    work_does: Mapping[str, Any],
    has_earlier: bool = False,
) -> None:
    """``work`` takes its time; then it returns or raises, unless guard is cancelled first."""
    loop = asyncio.get_running_loop()
    if has_earlier:
        loop.set_exception_handler(
            lambda _, context: earlier(repr(context["exception"]) if "exception" in context else context["message"])
        )
    day = Shift(wait)

    async def work() -> str:
        stage.note("work begins")
        await wait(work_does["lasts"])
        if work_does["raises"]:
            fail(*work_does["raises"])
        return str(work_does["returns"])

    async def guarded() -> None:
        try:
            result = await exercise.guard(work)
        except asyncio.CancelledError:
            stage.note("ended", "CancelledError")
        except Exception as error:
            stage.note("ended", repr(error))
        else:
            stage.note("ended", result)

    all_of = [asyncio.create_task(guarded())]
    all_of += [asyncio.create_task(day.happen(at_s, what, details)) for at_s, what, *details in happenings]
    if work_does["cancelled"] is not None:
        await wait(work_does["cancelled"])
        all_of[0].cancel()
    await asyncio.gather(*all_of)
    await wait(work_does["rest"])
