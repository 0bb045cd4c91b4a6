"""A program of the user's, run as ``python FILE`` would run it, and watched from inside.

Besides what ``grader.runner.observe`` sends (with ``loop``: the loops of other threads have numbers of their own),
the messages are:

- ``start``: the program begins, ``at`` on the monotonic clock; ``end``: it is over.
- ``file``: ``path`` is the user's; its first line counts as ``offset`` + 1 in everything that is told.
- ``problem``: it could not be run, and ``text`` says why.
"""

from __future__ import annotations

import _thread
import asyncio
import atexit
import builtins
import functools
import importlib.machinery
import inspect
import os
import socket
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable
from types import CodeType, ModuleType, TracebackType
from typing import Any, NoReturn

from grader.runner import wire
from grader.runner.observe import Limits, Observer

LIMITS = Limits(rows=2000, steps=10_000, holds=100, renewed=True)
"""For a quarter of a second: what a busy program may say without being slowed down by it."""
MAX_FILES = 500
MAX_FILE_BYTES = 2_000_000
MAX_LOOPS = 50
PROBLEM_STATUS = 2
_HERE = os.path.dirname(os.path.abspath(__file__))
_STDLIB = os.path.dirname(os.path.abspath(os.__file__))
_Step = Callable[[Any], None]


def main(arguments: list[str]) -> None:
    """Run the program. ``arguments``: FD FILE FUNCTION ARG…; FUNCTION is empty for the whole file."""
    fd, file, function, *rest = arguments
    path = os.path.abspath(file)
    folder = os.path.dirname(os.path.realpath(file))
    sys.argv = [file, *rest]
    if not sys.flags.safe_path:
        sys.path.insert(0, folder)
    channel = _Channel(int(fd))
    code = _compiled(path, file, channel)
    watch = _Watch(channel, _Files([os.path.dirname(path), folder, os.path.realpath(os.getcwd())], channel.files))
    # What is registered first is done last, after the program's own farewells and the end of its threads.
    atexit.register(watch.finish)
    # From Python 3.12 on a fork is warned of where there are threads, and the observer's own is one.
    warnings.filterwarnings("ignore", r"This process \(pid=\d+\) is multi-threaded, use of fork", DeprecationWarning)
    watch.install()
    channel.send({"kind": "start", "at": time.monotonic(), "python": sys.version.partition(" ")[0]})
    try:
        if function:
            _call(function, _loaded(code, path, _module_name(file)), file, channel)
        else:
            _loaded(code, path, "__main__")
    except BaseException as error:
        _hide_own_frames(error)
        raise


# The program


def _compiled(path: str, file: str, channel: _Channel) -> CodeType:
    try:
        with open(path, "rb") as source:
            return compile(source.read(), path, "exec", dont_inherit=True)
    except SyntaxError as error:
        channel.give_up(f"{file}, line {error.lineno or 1}: {type(error).__name__}: {error.msg}")
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        channel.give_up(f"{file} cannot be run: {error}")


def _loaded(code: CodeType, path: str, name: str) -> ModuleType:
    """The module that the file is, run under ``name``."""
    module = ModuleType(name)
    module.__file__ = path
    module.__loader__ = importlib.machinery.SourceFileLoader(name, path)
    module.__dict__.update(__builtins__=builtins, __cached__=None)
    sys.modules["__main__"] = module if name == "__main__" else ModuleType("__main__")
    sys.modules[name] = module
    exec(code, module.__dict__)
    return module


def _module_name(file: str) -> str:
    return os.path.splitext(os.path.basename(file))[0]


def _call(name: str, module: ModuleType, file: str, channel: _Channel) -> None:
    """Run a function of the module, which may be a coroutine function."""
    function = getattr(module, name, None)
    if not callable(function):
        own = [name for name, value in vars(module).items() if _is_function_of(value, module)]
        there = f"; it has {', '.join(sorted(own)[:10])}" if own else ""
        channel.give_up(f"{file} has no function {name}{there}")
    try:
        inspect.signature(function).bind()
    except TypeError as error:
        channel.give_up(f"{name} of {file} cannot be called without arguments: {error}")
    except ValueError:
        pass  # a built-in function does not tell what it takes
    result = function()
    if inspect.iscoroutine(result):
        asyncio.run(result)
    elif inspect.isasyncgen(result):
        channel.give_up(f"{name} of {file} is an async generator; name a function that iterates over it")


def _is_function_of(value: object, module: ModuleType) -> bool:
    return inspect.isfunction(value) and value.__module__ == module.__name__


def _hide_own_frames(error: BaseException) -> None:
    """See that the interpreter, which is about to print it, shows the traceback that ``python FILE`` would."""
    own = (__file__, os.path.join(_HERE, "tracer.py"))

    def shown(trace: TracebackType | None) -> TracebackType | None:
        while trace is not None and trace.tb_frame.f_code.co_filename in own:
            trace = trace.tb_next
        return trace

    hook = sys.excepthook

    def excepthook(kind: Any, value: BaseException, trace: TracebackType | None) -> None:
        if value is error:
            trace = shown(trace)
            value.__traceback__ = trace
        hook(kind, value, trace)

    sys.excepthook = excepthook


# What is told


class _Channel:
    """The way to the tracer outside: frames on a socket."""

    def __init__(self, fd: int) -> None:
        os.set_inheritable(fd, False)
        self._socket: socket.socket | None = socket.socket(fileno=fd)
        self._identity = self._look()
        self._sending = _thread.allocate_lock()
        self.files: deque[dict[str, Any]] = deque()
        """Told before whatever comes next: they are found where nothing may be sent."""
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.close)

    def send(self, message: dict[str, Any]) -> None:
        with self._sending:
            if self._socket is None or self._look() != self._identity:
                return  # the program closed what it did not know, and the number may be that of its own file by now
            while self.files:
                wire.send(self._socket, self.files.popleft())
            wire.send(self._socket, message)

    def give_up(self, text: str) -> NoReturn:
        """Say why the program cannot be run, and end."""
        self.send({"kind": "problem", "text": text})
        self.close()
        raise SystemExit(PROBLEM_STATUS)

    def _look(self) -> tuple[int, int] | None:
        if self._socket is None:
            return None
        try:
            found = os.fstat(self._socket.fileno())
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def close(self) -> None:
        """Nothing more is told. So it is in a child that the program forked: its end must not be waited for."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class _Files:
    """Which files are the user's: what lies beneath the program or the working directory and was not installed.

    Their lines are numbered through, so that all of them can be treated as one text.
    """

    def __init__(self, folders: list[str], found: deque[dict[str, Any]]) -> None:
        self._folders = tuple(os.path.join(folder, "") for folder in folders)
        self._found = found
        self._lines = 0
        self._left = MAX_FILES
        self.offset: Callable[[str], int | None] = functools.lru_cache(maxsize=4096)(self._offset)

    def _offset(self, filename: str) -> int | None:
        path = os.path.abspath(filename)
        if not path.startswith(self._folders) or path.startswith((_HERE, _STDLIB)) or self._left <= 0:
            return None
        if {"site-packages", "dist-packages"} & set(path.split(os.sep)):
            return None
        try:
            with open(path, "rb") as file:
                count = file.read(MAX_FILE_BYTES).count(b"\n") + 1
        except OSError:  # <string>, or a member of an archive
            return None
        offset = self._lines
        self._left -= 1
        self._lines += count
        self._found.append({"kind": "file", "path": path, "offset": offset})
        return offset


# Loops of every kind and in every thread


class _Called:
    """A callback on a loop that does not use asyncio's own handles; to the observer it looks like one."""

    __slots__ = ("_args", "_callback", "_step")

    def __init__(self, callback: Callable[..., object], step: _Step) -> None:
        self._callback = callback
        self._step = step
        self._args: tuple[Any, ...] = ()

    def __call__(self, *args: Any) -> None:
        self._args = args
        self._step(self)

    def __repr__(self) -> str:
        return repr(self._callback)

    @staticmethod
    def run(called: _Called) -> None:
        called._callback(*called._args)


class _Watch:
    """The observers: one of the main thread, and one of each other thread that runs a loop."""

    def __init__(self, channel: _Channel, files: _Files) -> None:
        self._channel = channel
        self._files = files
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._loops = 0
        self._others: list[Observer] = []
        self._main = self._observer()

    def install(self) -> None:
        self._main.install(self._router(asyncio.events.Handle._run))
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._leave_child)
        self._watch_foreign_loops()
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
            self._channel.send({"kind": "end", "at": time.monotonic()})
        except OSError:
            pass
        self._channel.close()

    def _leave_child(self) -> None:
        for other in self._others:
            other.leave()

    def _observer(self) -> Observer:
        loop = self._loops
        self._loops += 1

        def send(message: dict[str, Any]) -> None:
            self._channel.send({**message, "loop": loop})

        return Observer(send, "", offset=self._files.offset, limits=LIMITS, whole_tasks=True)

    def _router(self, original: _Step) -> _Step:
        """What runs the handles of the loops in other threads."""
        local = threading.local()

        def elsewhere(handle: Any) -> None:
            step = getattr(local, "step", None)
            if step is None:
                observer = self._join()
                step = local.step = observer.stepper(original, original) if observer else original
            step(handle)

        return elsewhere

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

    def _watch_foreign_loops(self) -> None:
        """Loops with handles of their own (uvloop) are met when their class is made: all derive from the same base."""
        step = self._main.stepper(_Called.run, self._router(_Called.run))

        def adopt(cls: Any) -> None:
            original = cls.call_soon
            mine = original is asyncio.AbstractEventLoop.call_soon or hasattr(original, "_adopted")
            if mine or issubclass(cls, asyncio.BaseEventLoop):
                return

            @functools.wraps(original)
            def call_soon(self: Any, callback: Any, *args: Any, **kwargs: Any) -> Any:
                seen = callback if isinstance(callback, _Called) else _Called(callback, step)
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
        original: Callable[[Any], None] = asyncio.runners._cancel_all_tasks  # type: ignore[attr-defined]

        def _cancel_all_tasks(loop: Any) -> None:
            if sys.exc_info()[1] is None:
                self._main.note_pending(asyncio.all_tasks(loop))
            original(loop)

        asyncio.runners._cancel_all_tasks = _cancel_all_tasks  # type: ignore[attr-defined]

    def _watch_exit(self) -> None:
        original = os._exit

        @functools.wraps(original)
        def _exit(status: int) -> NoReturn:
            self.finish()
            original(status)

        os._exit = _exit
