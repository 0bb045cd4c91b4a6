"""What a program forgot: coroutines never awaited, exceptions never retrieved, tasks left pending."""

from __future__ import annotations

import asyncio
import gc
import inspect
import sys
import warnings
from collections.abc import Callable, Iterable
from types import CoroutineType
from typing import Any

from grader.runner.observe.hooks import Hookable
from grader.runner.observe.outbox import Outbox
from grader.runner.observe.places import TASKS, Chains, function_name, is_named, task_label

ORIGIN_DEPTH = 2
"""Frames remembered for each coroutine's creation; one is the caller, the second sees through one library call."""

_HANDLE_EXCEPTION = Hookable(asyncio.BaseEventLoop.call_exception_handler)
_WARN = (
    Hookable(warnings._warn_unawaited_coroutine, "cr_origin")
    if hasattr(warnings, "_warn_unawaited_coroutine")
    else None
)


class Forgotten:
    """Hears of what is forgotten while ``is_watching`` says that anybody wants to know."""

    def __init__(self, outbox: Outbox, chains: Chains, is_watching: Callable[[], bool]) -> None:
        self._outbox = outbox
        self._chains = chains
        self._is_watching = is_watching

    def install(self) -> None:
        """Begin to hear of it, in this interpreter."""
        sys.set_coroutine_origin_tracking_depth(ORIGIN_DEPTH)
        self._watch_never_awaited()
        self._watch_exception_handler()

    def note_pending(self, tasks: Iterable[Any]) -> None:
        """The tasks still pending when the target returned."""
        for task in tasks:
            try:
                if not task.done() and not task.cancelling():  # one that was cancelled only had no turn any more
                    self._note_pending(task)
            except Exception:
                self._outbox.errors += 1

    def _watch_never_awaited(self) -> None:
        if _WARN is None:
            return

        def before(coro: Any) -> None:
            try:
                if self._is_watching():
                    self._note_never_awaited(coro)
            except Exception:
                self._outbox.errors += 1

        warnings._warn_unawaited_coroutine = _WARN.hooked(before, instead=_origin_asked_for)  # type: ignore[attr-defined]

    def _note_never_awaited(self, coro: Any) -> None:
        """``function`` that was called at ``line``, in ``caller``."""
        place = self._chains.origin(coro)
        if place is None and self._chains.offset(coro.cr_code.co_filename) is None:
            return
        line, caller = place or (None, "")
        self._outbox.note("never-awaited", function=coro.__qualname__, line=line, caller=caller)

    def _watch_exception_handler(self) -> None:
        def before(loop: Any, context: Any) -> None:
            try:
                # A handler of the program's own means that somebody does look.
                if self._is_watching() and loop.get_exception_handler() is None:
                    future = context.get("task") or context.get("future")
                    error = context.get("exception")
                    if future is not None and isinstance(error, BaseException):
                        self._note_lost(future, error)
            except Exception:
                self._outbox.errors += 1

        asyncio.BaseEventLoop.call_exception_handler = _HANDLE_EXCEPTION.hooked(before)  # type: ignore[method-assign]

    def _note_lost(self, future: Any, error: BaseException) -> None:
        """``task`` (empty for a bare future) raised ``error`` at ``line`` in ``function``."""
        line, function = None, ""
        trace = error.__traceback__
        while trace is not None:
            offset = self._chains.offset(trace.tb_frame.f_code.co_filename)
            if offset is not None:
                line, function = offset + trace.tb_lineno, function_name(trace.tb_frame.f_code)
            trace = trace.tb_next
        is_task = isinstance(future, TASKS)
        if is_task and line is None and not self._chains.is_learners(future):
            return
        try:
            message = str(error)[:500]
        except Exception:
            message = ""
        self._outbox.note(
            "lost-exception",
            task=task_label(future) if is_task else "",
            named=is_task and is_named(future),
            error=type(error).__name__,
            message=message,
            line=line,
            function=function,
        )

    def _note_pending(self, task: Any) -> None:
        """``task`` waits at ``line`` in ``function``."""
        chain = self._chains.chain(task.get_coro())
        if chain:
            line, function = self._chains.line(chain[-1]), function_name(chain[-1].cr_code)
        else:
            place = self._chains.origin(task.get_coro())
            if place is None:
                return
            line, function = place
        # Of a function that is not the learner's only the name it goes by is known to them: that of a double's, say.
        label = task_label(task) if chain or is_named(task) else str(task.get_coro().__name__)[:200]
        self._outbox.note("left-pending", task=label, named=is_named(task), line=line, function=function)

    def search(self) -> None:
        """What is still referenced was not reported by anyone's ``__del__``: look for it."""
        gc.collect()
        coros, owned = [], set()
        for thing in gc.get_objects():
            kind = type(thing)
            if kind is CoroutineType:
                if inspect.getcoroutinestate(thing) == inspect.CORO_CREATED:
                    coros.append(thing)
            elif issubclass(kind, TASKS):
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


def _origin_asked_for(coro: Any) -> Any:
    """Where a coroutine was created, for Python's warning: only a program that tracks it itself is told."""
    return coro.cr_origin if sys.get_coroutine_origin_tracking_depth() > ORIGIN_DEPTH else None
