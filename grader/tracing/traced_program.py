"""What watches a program of the user's from inside; ``startup/sitecustomize.py`` loads it into the program's Python.

Besides what ``grader.runner.observe`` sends (with ``loop``: the loops of other threads have numbers of their own),
the messages are:

- ``start``: the program begins, ``at`` on the monotonic clock; ``end``: it is over.
- ``file``: ``path`` is the user's; its first line counts as ``offset`` + 1 in everything that is told.
- ``failed``: it cannot be watched.
- ``problem``: it could not be run, and ``text`` says why (``function_call.py``).
"""

from __future__ import annotations

import _thread
import asyncio
import functools
import os
import sys
import threading
import time
import warnings
import zipimport
from collections import deque
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from grader.runner import wire
from grader.runner.observe import Limits, Observer
from grader.runner.observe.hooks import Hookable
from grader.runner.observe.observer import StepCalls
from grader.runner.observe.sampler import STEP_CODES

LIMITS = Limits(rows=1000, steps=10_000, holds=100, renewed=True)
"""For a quarter of a second: what a busy program may say without being slowed down by it."""
MAX_FILES = 500
MAX_FILE_BYTES = 2_000_000
MAX_LOOPS = 50
_KIT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_STDLIB = os.path.dirname(os.path.abspath(os.__file__))
_CANCEL_ALL = Hookable(asyncio.runners._cancel_all_tasks)  # type: ignore[attr-defined]


class Sender(Protocol):
    """The channel, as far as it is used here."""

    def send(self, frame: bytes) -> None: ...

    def close(self) -> None: ...


def watch(channel: Sender, program: str) -> Callable[[], None]:
    """Watch the program from now on, in the thread that will run its loop. Returns what is to be called at its end.

    ``program`` is the path of its file, its folder or its archive; empty for a module, ``python -m``.
    """
    files = _Files(program)
    made = _Watch(_Outgoing(channel, files.found), files)
    # From Python 3.12 on a fork is warned of where there are threads, and the observer's own is one.
    warnings.filterwarnings("ignore", r"This process \(pid=\d+\) is multi-threaded, use of fork", DeprecationWarning)
    made.install()
    return made.finish


class _Outgoing:
    """Sends messages, from whichever thread, and before them what the files were that they are about."""

    def __init__(self, channel: Sender, files: deque[dict[str, Any]]) -> None:
        self._channel = channel
        self._files = files
        self._sending = _thread.allocate_lock()

    def send(self, message: dict[str, Any]) -> None:
        with self._sending:
            while self._files:
                self._channel.send(wire.encode(self._files.popleft()))
            self._channel.send(wire.encode(message))

    def close(self) -> None:
        self._channel.close()


class _Files:
    """Which files are the user's: what lies beneath the program or the working directory and was not installed.

    Their lines are numbered through, so that all of them can be treated as one text.
    """

    def __init__(self, program: str) -> None:
        self._program = program
        self._folders: tuple[str, ...] = ()
        self._lines = 0
        self._left = MAX_FILES
        self.found: deque[dict[str, Any]] = deque()
        """Told before anything else comes: they are found where nothing may be sent."""
        self.offset: Callable[[str], int | None] = functools.lru_cache(maxsize=4096)(self._offset)

    def _offset(self, filename: str) -> int | None:
        self._folders = self._folders or self._own_folders()
        path = os.path.abspath(filename)
        if not path.startswith(self._folders) or path.startswith((_KIT, _STDLIB)) or self._left <= 0:
            return None
        if {"site-packages", "dist-packages"} & set(path.split(os.sep)):
            return None
        count = self._count(path)
        if count is None:
            return None
        offset = self._lines
        self._left -= 1
        self._lines += count
        self.found.append({"kind": "file", "path": path, "offset": offset})
        return offset

    def _own_folders(self) -> tuple[str, ...]:
        """Found only when they are needed: of ``python -m``, by then it is known where the module lies."""
        program = self._program or getattr(sys.modules.get("__main__"), "__file__", None)
        places = {os.path.abspath(program), os.path.realpath(program)} if program else set()
        # A place that is an archive holds files, and so does a folder; of a file it is its folder.
        folders = {place if os.path.isdir(place) else os.path.dirname(place) for place in places}
        return tuple(os.path.join(folder, "") for folder in {*places, *folders, os.path.realpath(os.getcwd())})

    def _count(self, path: str) -> int | None:
        try:
            with open(path, "rb") as file:
                return file.read(MAX_FILE_BYTES).count(b"\n") + 1
        except NotADirectoryError:  # a member of an archive
            try:
                return zipimport.zipimporter(self._program).get_data(path).count(b"\n") + 1
            except (OSError, ImportError):
                return None
        except OSError:  # <string>
            return None


# Loops of every kind and in every thread


class _Called:
    """A callback on a loop that does not use asyncio's own handles; to the observer it looks like one."""

    __slots__ = ("_callback", "_calls")

    def __init__(self, callback: Callable[..., object], calls: StepCalls) -> None:
        self._callback = callback
        self._calls = calls

    def __call__(self, *args: Any) -> None:
        self._calls.begin(self)
        try:
            self._callback(*args)
        finally:
            self._calls.end()

    def __repr__(self) -> str:
        return repr(self._callback)


class _Watch:
    """The observers: one of the main thread, and one of each other thread that runs a loop."""

    def __init__(self, outgoing: _Outgoing, files: _Files) -> None:
        self._outgoing = outgoing
        self._files = files
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._loops = 0
        self._others: list[Observer] = []
        self._main = self._observer()

    def install(self) -> None:
        calls = self._main.install(self._elsewhere())
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._leave_child)
        self._watch_foreign_loops(calls)
        self._watch_ends()
        self._watch_exit()

    def finish(self) -> None:
        """The program is over: tell the rest."""
        if os.getpid() != self._pid:
            return
        for other in self._others:
            other.stop()
        self._main.finish()
        try:
            self._outgoing.send({"kind": "end", "at": time.monotonic()})
        except OSError:
            pass
        self._outgoing.close()

    def _leave_child(self) -> None:
        for other in self._others:
            other.leave()

    def _observer(self) -> Observer:
        loop = self._loops
        self._loops += 1

        def send(message: dict[str, Any]) -> None:
            self._outgoing.send({**message, "loop": loop})

        return Observer(send, "", offset=self._files.offset, limits=LIMITS, whole_program=True)

    def _elsewhere(self) -> StepCalls:
        """What is called around the steps of the loops in other threads."""
        local = threading.local()

        def begin(handle: Any) -> None:
            calls = getattr(local, "calls", None)
            if calls is None:
                observer = self._join()
                calls = local.calls = observer.calls() if observer else StepCalls(lambda _: None, lambda: None)
            calls.begin(handle)

        def end() -> None:
            calls = getattr(local, "calls", None)
            if calls is not None:
                calls.end()

        return StepCalls(begin, end)

    def _join(self) -> Observer | None:
        """The observer of this thread, or None when there are too many; those of threads that are gone are let go."""
        ident = _thread.get_ident()
        with self._lock:
            for other in self._others:
                if other.thread == ident:
                    return other
            alive = sys._current_frames()
            for gone in [other for other in self._others if other.thread not in alive]:
                gone.stop()
                self._others.remove(gone)
            if len(self._others) >= MAX_LOOPS:
                return None
            made = self._observer()
            made.begin()
            self._others.append(made)
            return made

    def _watch_foreign_loops(self, calls: StepCalls) -> None:
        """Loops with handles of their own (uvloop) are met when their class is made: all derive from the same base."""
        STEP_CODES.add(_Called.__call__.__code__)

        def adopt(cls: Any) -> None:
            original = cls.call_soon
            mine = original is asyncio.AbstractEventLoop.call_soon or hasattr(original, "_adopted")
            if mine or issubclass(cls, asyncio.BaseEventLoop):
                return

            @functools.wraps(original)
            def call_soon(self: Any, callback: Any, *args: Any, **kwargs: Any) -> Any:
                seen = callback if isinstance(callback, _Called) else _Called(callback, calls)
                return original(self, seen, *args, **kwargs)

            call_soon._adopted = True  # type: ignore[attr-defined]
            cls.call_soon = call_soon

        base: Any = asyncio.AbstractEventLoop

        def __init_subclass__(cls: Any, **kwargs: Any) -> None:
            super(base, cls).__init_subclass__(**kwargs)
            try:
                adopt(cls)
            except Exception:
                pass

        base.__init_subclass__ = classmethod(__init_subclass__)  # type: ignore[arg-type]

    def _watch_ends(self) -> None:
        """Tasks that are cancelled because ``asyncio.run`` ends were left pending; not so when it was interrupted."""

        def before(loop: Any) -> None:
            if sys.exc_info()[1] is None:
                self._main.note_pending(asyncio.all_tasks(loop))

        asyncio.runners._cancel_all_tasks = _CANCEL_ALL.hooked(before)  # type: ignore[attr-defined]

    def _watch_exit(self) -> None:
        original = os._exit

        @functools.wraps(original)
        def _exit(status: int) -> NoReturn:
            self.finish()
            original(status)

        os._exit = _exit
