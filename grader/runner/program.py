"""One run: load the learner's file afresh, run what was asked for, and say how it ended.

This process is the learner's: what it says beyond its output, its calls and its exit is believed only as far as a
program may claim things of itself (a return value, an exception).
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import faulthandler
import inspect
import io
import json
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType, ModuleType
from typing import Any, NoReturn

from grader.runner import isolation, usage, virtual, wire
from grader.runner.doubles import Channel, VirtualChannel
from grader.runner.exceptions import TUPLE
from grader.runner.loading import Broken, load
from grader.runner.observe import Observer
from grader.runner.protocol import (
    DOUBLE,
    MAX_FRAMES,
    PORT,
    SERVER_PORT,
    End,
    ErrorReport,
    How,
    LineMessage,
    Listening,
    Loaded,
    NoteMessage,
    Ready,
    ServerPort,
    Unconnected,
    Up,
    fits,
)
from grader.runner.remote_object import Connection
from grader.runner.restoring import Definition

_monotonic = time.monotonic  # before virtual time replaces it

_MAX_LINE = 2000
_MAX_TEXT = 2000
_MAX_NAME = 100
_MAX_VALUE = 500_000
_MAX_DEPTH = 20
_MOST_INNER = 60
"""Exceptions told of one group, however they are nested."""


class _CountingFile(io.FileIO):
    """Standard output, counted: the place of an event among the lines is a number of bytes."""

    written = 0
    told: Callable[[], None] | None = None
    """Called when a line has been written."""

    def write(self, data: Any) -> int:
        count = super().write(data) or 0
        self.written += count
        if self.told and b"\n" in bytes(data):
            self.told()
        return count


class _DatedLines(io.TextIOBase):
    """Standard output under virtual time: each line leaves through the channel, where it is dated."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._partial = ""
        self.told: Callable[[], None] | None = None

    def write(self, text: str) -> int:
        *lines, self._partial = (self._partial + text).split("\n")
        for line in lines:
            self._channel.send(LineMessage(text=line[:_MAX_LINE]))
            if self.told:
                self.told()
        return len(text)

    def end(self) -> None:
        """Let go of a last line without its newline."""
        if self._partial:
            self.write("\n")


class Stage:
    """What a scenario is given to work with."""

    def __init__(self, channel: Channel, params: dict[str, Any], doubles: dict[str, bool]) -> None:
        self.params = params
        self._channel = channel
        self._doubles = doubles

    def note(self, label: str, value: object = None) -> None:
        """Make an event in the trace, at the time when it reaches the grader."""
        self._channel.send(NoteMessage(label=str(label), value=_jsonable(value)))

    def double(self, name: str) -> Callable[..., Any]:
        """One of the doubles that the suite lists for this recording."""
        return self._channel.double(name, blocking=self._doubles[name])

    def under_test(self, name: str) -> type:
        """The class of the hidden program whose double is called ``name``."""
        return Connection(self.double(name)).make_class()


def run(fds: list[int], explore: Callable[[socket.socket, wire.Inbox], None] | None = None) -> NoReturn:
    """Carry out the request that waits on the control channel. Descriptors: stdout, stderr, control, explain."""
    out, err, control_fd, explain_fd = fds[:4]
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    for fd in (out, err, *fds[4:]):
        os.close(fd)
    control, explain = socket.socket(fileno=control_fd), socket.socket(fileno=explain_fd)
    # A process pool that spawns would import the runner again as its main module.
    sys.modules["__main__"] = ModuleType("__main__")
    sys.stderr = io.TextIOWrapper(
        io.FileIO(2, "wb", closefd=False), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )
    inbox = wire.Inbox()
    # A grader that is gone says so on the same channel.
    with contextlib.suppress(OSError):
        wire.send(control, Up().to_wire())
    request = wire.receive_one(control, inbox)
    if request is None:
        os._exit(0)
    ports = {} if request["explore"] else _network(control, request)
    isolation.limit(request["limits"])
    if request["explore"] and explore:
        explore(control, inbox)
    if os.environ.get(isolation.TRAP):
        faulthandler.register(signal.SIGSYS, chain=True)  # shows the line that made the call
    sys.argv = [request["display"]]
    if request["virtual"]:
        _explore_schedules(request, control, inbox, explain)
    counted = _CountingFile(1, "wb", closefd=False)
    stdout = sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(counted), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )

    def printed() -> int:
        # Our own, not sys.stdout: the program may have put something else there for a while.
        with contextlib.suppress(Exception):
            stdout.flush()
        return counted.written

    program = _Run(request, Channel(control, printed), explain, _monotonic, ports=ports)
    counted.told = program.observer.note_printed
    status = program.carry_out()
    with contextlib.suppress(BaseException):
        stdout.flush()
    os._exit(status)  # without the interpreter's slow farewell


def _network(control: socket.socket, request: wire.Message) -> dict[str, int]:
    """Open what the grader needs in this run's network, and give it its ends. Returns what the ports' marks stand for.

    Before the limits are set: with the program's few descriptors the kernel might refuse to send one, because of what
    other programs of the same user have on their way.
    """
    ports = {}
    if request["listen"]:
        with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
            wire.send(control, Listening().to_wire(), [server.fileno()])
            ports[PORT] = server.getsockname()[1]
    kinds = [socket.SOCK_STREAM] * request["clients"] + [socket.SOCK_DGRAM] * request["datagrams"]
    if kinds:
        ports[SERVER_PORT] = _free_port()
        wire.send(control, ServerPort(port=ports[SERVER_PORT]).to_wire())
    for kind in kinds:
        with socket.socket(socket.AF_INET, kind) as sock:
            wire.send(control, Unconnected().to_wire(), [sock.fileno()])
    return ports


def _free_port() -> int:
    """A port that nobody listens on, and that the system gives to no outgoing connection (Linux: from 32768)."""
    while True:
        port = 20_000 + int.from_bytes(os.urandom(2), "big") % 10_000
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def _explore_schedules(
    request: wire.Message, control: socket.socket, inbox: wire.Inbox, explain: socket.socket
) -> NoReturn:
    """Run under virtual time, one request after the other, for as long as the grader sends them.

    The file is loaded afresh for each. What a program could leave behind in this process is the grader's concern: it
    takes a failure only from a process that has run nothing before.
    """
    observers: list[Observer] = []
    clock = virtual.install(lambda start_s, seconds: observers[-1].note_blocked(start_s, seconds))
    channel = VirtualChannel(control, inbox, clock)
    following: wire.Message | None = request
    while following is not None:
        sys.stdout = lines = _DatedLines(channel)
        channel.promptly = following["observe"]
        run = _Run(following, channel, explain, clock.now, lines.end)
        observers.append(run.observer)
        lines.told = run.observer.note_printed
        run.carry_out()
        following = wire.receive_one(control, inbox)
    os._exit(0)


class _Run:
    """One request being carried out."""

    def __init__(
        self,
        request: wire.Message,
        channel: Channel,
        explain: socket.socket,
        clock: Callable[[], float],
        before_end: Callable[[], None] = lambda: None,
        ports: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self.request = request
        self.channel = channel
        self.explain = explain
        self.explain_lock = threading.Lock()
        self.observer = Observer(self._explain, request["display"], clock)
        self.before_end = before_end
        self.ports = ports
        self.ended = False

    def _explain(self, message: wire.Message) -> None:
        with self.explain_lock, contextlib.suppress(OSError):
            wire.send(self.explain, message)

    def carry_out(self) -> int:
        """Load, run, tell how it ended, and return what would be the exit status."""
        try:
            waited_s = 0.0 if self.request["virtual"] else usage.run_delay_s(os.getpid())
            self.channel.send(Ready(run_delay_s=waited_s))
            if self.request["observe"]:
                self.observer.install()
            target = self._prepare()
            self.channel.send(Loaded())
            return self._run(target)
        except Broken as broken:
            cause = broken.__context__  # what the file raised while it was loaded
            limit = _limit_met(cause, self.request["limits"]) if cause else ""
            self._end(End(how=How.BROKEN, message=" ".join(filter(None, (str(broken), limit))), line=broken.line))
        except BaseException:
            # An error of the runner itself, never of the program: the grader says so, the learner loses nothing.
            self._end(End(how=How.FAULT, message=traceback.format_exc()))
        finally:
            with contextlib.suppress(BaseException):
                self.observer.finish()
        return 1

    def _end(self, end: End) -> None:
        if not self.ended:
            self.ended = True
            self.before_end()
            self.channel.send(end)

    def _prepare(self) -> Callable[[], Any]:
        request = self.request

        def real(value: Any) -> Any:
            """A value of the request with its marks replaced by what they stand for."""
            if isinstance(value, str) and value in self.ports:
                return self.ports[value]
            if isinstance(value, list):
                return [real(item) for item in value]
            if isinstance(value, dict):
                if DOUBLE in value:
                    return self.channel.double(value[DOUBLE], blocking=value["blocking"])
                if TUPLE in value:
                    return tuple(real(item) for item in value[TUPLE])
                return {key: real(item) for key, item in value.items()}
            return value

        world = {name: real(value) for name, value in request["world"].items()}
        args, kwargs = real(request["args"]), real(request["kwargs"])
        if request["target"] is None:
            return lambda: self._as_program(world)
        module = self._load(world)
        owner: ModuleType = module
        if request["scenario"] is not None:
            owner = load(request["scenario"], "scenario.py", {}, name="scenario")
            args = [module, Stage(self.channel, real(request["params"]), request["doubles"]), *args]
        function = _function(owner, request["target"], args, kwargs)
        return lambda: self._call(function, args, kwargs)

    def _load(self, world: dict[str, Any], *, as_main: bool = False) -> ModuleType:
        request = self.request
        restore = [Definition.from_request(each) for each in request["restore"]]
        return load(
            request["source"], request["display"], world, restore=restore, keep=request["keep"], as_main=as_main
        )

    def _as_program(self, world: dict[str, Any]) -> None:
        self._load(world, as_main=True)
        # As the interpreter does at its end: a program is over when its threads are.
        _let_pools_end()
        for thread in threading.enumerate():
            if thread is not threading.main_thread() and not thread.daemon:
                thread.join()

    def _call(self, function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> Any:
        if inspect.iscoroutinefunction(function):
            return asyncio.run(self._main(function(*args, **kwargs)))
        result = function(*args, **kwargs)
        if inspect.iscoroutine(result):  # as good as a coroutine function: asyncio.run takes it
            return asyncio.run(self._main(result))
        if self.request["coroutine"]:
            name, line = self.request["target"], getattr(getattr(function, "__code__", None), "co_firstlineno", None)
            raise Broken(f"{name}() is no coroutine function any more: put `async` back before `def {name}`", line)
        return result

    async def _main(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        result = await coroutine
        current = asyncio.current_task()
        self.observer.note_pending([task for task in asyncio.all_tasks() if task is not current])
        return result

    def _run(self, target: Callable[[], Any]) -> int:
        try:
            value = target()
        except Broken:
            raise
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else int(error.code is not None)
            if code and not isinstance(error.code, int):
                print(error.code, file=sys.stderr)  # as the interpreter does
            self._end(End(how=How.EXIT, status=code))
            return code & 0xFF
        except BaseException as error:
            report = describe(error, self.request["display"], self.request["limits"], [_MOST_INNER])
            self._end(End(how=How.RAISED, error=report))
            if not self.request["virtual"]:  # where nobody reads it
                traceback.print_exception(error)
            return 1
        self._end(End(how=How.RETURNED, value=_told(value), type=type(value).__name__))
        return 0


def _let_pools_end() -> None:
    """End the workers of pools that nobody closed, once they have done what they were given.

    The interpreter does the same at its end; here other programs may follow in this process, and have pools again.
    """
    for name, closed in (("thread", "_shutdown"), ("process", "_global_shutdown")):
        pools = sys.modules.get(f"concurrent.futures.{name}")
        if pools is not None:
            pools._python_exit()
            setattr(pools, closed, False)


def _function(owner: ModuleType, name: str, args: list[Any], kwargs: dict[str, Any]) -> Callable[..., Any]:
    function = getattr(owner, name, None)
    if not callable(function):
        what = "is missing" if function is None else "is no function any more"
        raise Broken(f"the function {name}() {what}: put it back, under that name")
    try:
        inspect.signature(function).bind(*args, **kwargs)
    except TypeError as error:
        line = getattr(getattr(function, "__code__", None), "co_firstlineno", None)
        raise Broken(f"{name}() is called with other arguments than it takes ({error})", line) from None
    except ValueError:
        pass  # a callable without a readable signature: calling it will tell
    return function  # type: ignore[no-any-return]


def describe(
    error: BaseException, display: str, limits: Mapping[str, int], left: list[int], depth: int = 0
) -> ErrorReport:
    """The exception's type, text and last line in the learner's file; ``left`` counts those of groups down."""
    stack = [(at.lineno, at.name) for at in traceback.extract_tb(error.__traceback__) if at.filename == display]
    frames = [(line, function[:_MAX_NAME]) for line, function in stack if line]
    text = ""
    with contextlib.suppress(BaseException):  # it is the program's, and may raise anything
        text = str(error)[:_MAX_TEXT]
    inner = []
    for member in error.exceptions if isinstance(error, BaseExceptionGroup) and depth < _MAX_DEPTH else ():
        if left[0] <= 0:
            break
        left[0] -= 1
        inner.append(describe(member, display, limits, left, depth + 1))
    return ErrorReport(
        type(error).__name__[:_MAX_NAME],
        " ".join(filter(None, (text, _limit_met(error, limits)))),
        frames[-1][0] if frames else None,
        tuple(inner),
        tuple(frames[-MAX_FRAMES:]),
    )


def _limit_met(error: BaseException, limits: Mapping[str, int]) -> str:
    """Which limit of a run an exception comes from: the system's own words do not say that there is one."""
    number = error.errno if isinstance(error, OSError) else None
    if isinstance(error, MemoryError) or number == errno.ENOMEM:
        return f"(the limit is {limits['AS'] >> 20} MB of memory)"
    if number == errno.EFBIG:
        return f"(the limit is {limits['FSIZE'] >> 20} MB in one file)"
    if number == errno.EMFILE:
        return f"(the limit is {limits['NOFILE']} open files and connections)"
    return ""


def _told(value: object) -> object:
    """The value as JSON has it; what JSON does not know, or is very long, becomes its ``repr``."""
    told = _jsonable(value)
    return told if fits(told) and len(json.dumps(told)) <= _MAX_VALUE else repr(value)[:_MAX_TEXT]


def _jsonable(value: object, depth: int = 0) -> object:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        if isinstance(value, dict) and depth < _MAX_DEPTH:
            return {str(key): _jsonable(item, depth + 1) for key, item in value.items()}
        if isinstance(value, (list, tuple)) and depth < _MAX_DEPTH:
            return [_jsonable(item, depth + 1) for item in value]
        try:
            return repr(value)[:_MAX_TEXT]
        except Exception as error:
            return f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return value
