"""What the interpreter's objects tell: coroutines, their frames, the places in the source that they are at."""

from __future__ import annotations

import asyncio
import dis
import gc
import inspect
import os
import sys
from collections.abc import Callable
from itertools import islice
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, FunctionType, GeneratorType
from typing import Any, NamedTuple

MAX_DEPTH = 64
MAX_ARGUMENT = 24
"""Characters of an argument that is told: a longer one names nothing at a glance."""
_MAX_INT = 10**9

TASKS: tuple[type, ...] = tuple({asyncio.Task, getattr(asyncio.tasks, "_PyTask", asyncio.Task)})
ASYNC_FRAME = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_ITERABLE_COROUTINE
_ASYNCIO = os.path.join(os.path.dirname(asyncio.__file__), "")
_WRAPPERS = frozenset({"coroutine_wrapper", "async_generator_asend", "async_generator_athrow", "anext_awaitable"})
"""Awaitables of the interpreter that show what they wait for to the garbage collector only."""


class CodePlace(NamedTuple):
    line: int
    column: int | None
    end_line: int | None
    end_column: int | None
    function: str


class Chains:
    """Finds the learner's coroutines in what tasks and frames hold.

    ``offset``: what is added to the lines of a file; None for files that are not the learner's.
    """

    def __init__(self, offset: Callable[[str], int | None]) -> None:
        self.offset = offset

    def chain(self, coro: Any) -> list[Any]:
        """The learner's coroutines that wait for one another, outermost first."""
        offset = self.offset
        found = []
        for _ in range(MAX_DEPTH):
            kind = type(coro)
            if kind is CoroutineType:
                if offset(coro.cr_code.co_filename) is not None:
                    found.append(coro)
                coro = coro.cr_await
            else:
                coro = awaits_next(coro)
            if coro is None:
                break
        return found

    def line(self, coro: Any) -> int:
        """Where a coroutine stands; where it is defined once it has ended."""
        code, frame = coro.cr_code, coro.cr_frame
        line = (frame.f_lineno if frame is not None else None) or code.co_firstlineno
        return int(line) + (self.offset(code.co_filename) or 0)

    def origin(self, coro: Any) -> tuple[int, str] | None:
        """Line and function of the learner's file that created it."""
        for file, line, function in getattr(coro, "cr_origin", None) or ():
            offset = self.offset(file)
            if offset is not None:
                return offset + line, function
        return None

    def is_learners(self, task: Any) -> bool:
        coro = task.get_coro()
        code = getattr(coro, "cr_code", None)
        return bool(code and self.offset(code.co_filename) is not None) or self.origin(coro) is not None

    def place(self, frame: FrameType) -> CodePlace:
        code = frame.f_code
        return place_in(code, frame.f_lasti, self.offset(code.co_filename) or 0, frame.f_lineno)


def arguments(coro: Any) -> list[str]:
    """The coroutine's arguments, each as ``osaka`` or ``door=2``; empty for one that is long, or not a plain value.

    Plain, so that no code of the program's runs to show it.
    """
    code, frame = coro.cr_code, coro.cr_frame
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    if frame is None or not names:
        return []
    values = frame.f_locals
    told = [_argument(name, values.get(name)) for name in names]
    # Up to Python 3.12 the frame keeps this dict, and with it what the program means to let go of. Nobody else has it
    # if there are three references: the frame's, ours, and the call's.
    if type(values) is dict and sys.getrefcount(values) <= 3:
        values.clear()
    return told


def _argument(name: str, value: object) -> str:
    if type(value) is str:
        return value if len(value) <= MAX_ARGUMENT else ""
    if type(value) is bool or (type(value) is int and abs(value) < _MAX_INT):
        return f"{name}={value}"
    return f"{name}={value:g}" if type(value) is float else ""


def awaits_next(awaitable: Any) -> Any:
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


def is_machinery(code: CodeType) -> bool:
    """Whether it is of those tasks that asyncio makes for itself, to accept a connection or to end."""
    return code.co_filename.startswith(_ASYNCIO) and code.co_name.startswith(("_", "shutdown_"))


def function_name(code: CodeType) -> str:
    """``Service.poll`` for a method, ``worker`` for an inner function or for a ``<listcomp>`` inside it."""
    names = code.co_qualname.split(".<locals>.")
    named = [name for name in names if not name.startswith("<")]
    return (named or names)[-1]


def own_class(cls: type, offset: Callable[[str], int | None]) -> bool:
    """Whether a class is the learner's: where its methods stand tells."""
    return any(
        isinstance(value, FunctionType) and offset(value.__code__.co_filename) is not None
        for value in vars(cls).values()
    )


def place_in(code: CodeType, index: int, offset: int, line: int | None) -> CodePlace:
    """The expression that the instruction at ``index`` belongs to; ``line`` when it tells of none."""
    none = (None, None, None, None)
    first, last, column, end_column = next(islice(code.co_positions(), index // 2, None), none)
    function = function_name(code)
    if first is None:
        return CodePlace(offset + (line or code.co_firstlineno), None, None, None, function)
    return CodePlace(offset + first, column, offset + last if last else None, end_column, function)


def can_block(frame: FrameType) -> bool:
    """Whether the instruction that a frame is at may wait for something: calls may, sums and jumps may not."""
    name = dis.opname[frame.f_code.co_code[frame.f_lasti]]
    return any(part in name for part in ("CALL", "ITER", "WITH", "IMPORT", "ATTR", "METHOD", "SEND", "SUBSCR"))


def is_named(task: Any) -> bool:
    """Whether the program chose the task's name. asyncio's own are ``Task-1`` (and ``None`` if eager, in 3.13.0)."""
    name = task.get_name()
    return not ((name.startswith("Task-") and name[5:].isdigit()) or name == "None")


def task_label(task: Any) -> str:
    if is_named(task):
        return str(task.get_name())[:200]
    coro = task.get_coro()
    code = getattr(coro, "cr_code", None) or getattr(coro, "gi_code", None)
    return function_name(code) if isinstance(code, CodeType) else str(getattr(coro, "__name__", "task"))[:200]
