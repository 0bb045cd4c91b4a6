"""The first thing that the Python of a traced program runs: ``site`` imports it, because its folder leads PYTHONPATH.

So the interpreter starts the program itself, be it a file, a folder or a module, and no frame of the tracer lies below
it. The program does not find this module either: the environment, ``sys.path`` and ``sys.modules`` are afterwards what
they would be without it. The tracer's own modules come from the kit and from the standard library, whatever lies
alongside the program, and the program gets none of them.

It waits until the program imports asyncio, and only then loads the rest, ``grader.tracing.traced_program``.
"""

import os
import sys

_before = set(sys.modules)

import _frozen_importlib
import _frozen_importlib_external
import _socket
import atexit
import time

TYPE_CHECKING = False  # from typing, which would have to be imported
if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = os.path.dirname(os.path.abspath(__file__))
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(_HERE)))
_STDLIB = os.path.dirname(os.path.abspath(os.__file__))
_DESCRIPTORS = (1000, 500, 250, 120, 60)
"""Where the channel may be, so that a program's own files have the numbers that they always have."""


class _Channel:
    """The way to the tracer outside: frames on a socket, which is connected again when the program has closed it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connect()
        os.register_at_fork(after_in_child=self.close)

    def send(self, frame: bytes) -> None:
        """Send a whole frame; what nobody takes any more is lost."""
        if not self._address:
            return
        # The program may close what it does not know, and the number may be that of its own file by now.
        if self._look() != self._identity:
            self._connect()
        while frame:
            frame = frame[os.write(self._descriptor, frame) :]

    def close(self) -> None:
        """Nothing more is told. So it is in a child that the program forked: its end must not be waited for."""
        if self._address and self._look() == self._identity:
            os.close(self._descriptor)
        self._address = ""

    def _connect(self) -> None:
        connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        connection.connect(self._address)
        self._descriptor = _moved(connection.detach())
        self._identity = self._look()

    def _look(self) -> tuple[int, int] | None:
        try:
            found = os.fstat(self._descriptor)
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _moved(descriptor: int) -> int:
    """The same, with a number that nobody else is likely to get."""
    for number in _DESCRIPTORS:
        try:
            os.fstat(number)
        except OSError:
            try:
                os.dup2(descriptor, number, inheritable=False)
            except OSError:
                continue  # more than the limit allows
            os.close(descriptor)
            return number
    return descriptor


class _AsyncioWatch:
    """Sees that asyncio is imported, from ``sys.meta_path``, and leaves it then."""

    def __init__(self, channel: _Channel, program: str) -> None:
        self._channel = channel
        self._program = program
        # What is registered first is done last, after the program's own farewells and the end of its threads.
        self._finish: Callable[[], None] = lambda: None
        atexit.register(lambda: self._finish())
        if "asyncio" in sys.modules:
            self._install()
        else:
            sys.meta_path.insert(0, self)

    def find_spec(self, name: str, *_: object) -> None:
        """Find nothing. The last module that asyncio imports is that of the platform: by then all others are there."""
        if name in ("asyncio.unix_events", "asyncio.windows_events"):
            sys.meta_path.remove(self)
            self._install()

    def _install(self) -> None:
        if not _is_standard(sys.modules["asyncio"]):
            return
        try:
            self._finish = _with_own_modules(self._channel, self._program)
        except Exception as error:  # the program is not to suffer from it
            self._channel.send(_frame(f'{{"kind": "failed", "error": "{type(error).__name__}"}}'))


def _with_own_modules(channel: _Channel, program: str) -> "Callable[[], None]":
    """Begin to watch, with modules of the kit and of the standard library, whatever the program has or has changed.

    Returns what is to be called when the program is over.
    """
    modules, path, finders = dict(sys.modules), sys.path[:], sys.meta_path[:]
    for name, module in modules.items():
        if name != "__main__" and not _is_standard(module):
            del sys.modules[name]
    sys.path[:] = [_STDLIB, *[folder for folder in path if os.path.basename(folder) == "lib-dynload"], _ROOT]
    sys.meta_path[:] = [
        _frozen_importlib.BuiltinImporter,
        _frozen_importlib.FrozenImporter,
        _frozen_importlib_external.PathFinder,
    ]
    try:
        from grader.tracing import traced_program

        return traced_program.watch(channel, program)
    finally:
        sys.path[:], sys.meta_path[:] = path, finders
        for name in sys.modules.keys() - modules.keys():
            del sys.modules[name]
        sys.modules.update(modules)
        sys.path_importer_cache.pop(_ROOT, None)


def _is_standard(module: object) -> bool:
    file = getattr(module, "__file__", None)
    return file is None or (file.startswith(os.path.join(_STDLIB, "")) and "-packages" not in file[len(_STDLIB) :])


def _frame(message: str) -> bytes:
    """As ``grader.runner.wire`` has them."""
    data = message.encode("ascii")
    return len(data).to_bytes(4, "big") + data


def _begin() -> None:
    address = os.environ.pop("TURTLES_TRACE_ADDRESS")
    program = os.environ.pop("TURTLES_TRACE_PROGRAM")
    python_path = os.environ.pop("TURTLES_TRACE_PYTHONPATH", None)
    if python_path is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = python_path
    sys.path.remove(_HERE)
    sys.path_importer_cache.pop(_HERE, None)
    for name in sys.modules.keys() - _before - {__name__}:
        del sys.modules[name]
    began = time.monotonic()
    channel = _Channel(address)
    version = ".".join(map(str, sys.version_info[:3]))
    channel.send(_frame(f'{{"kind": "start", "at": {began!r}, "python": "{version}"}}'))
    _AsyncioWatch(channel, program)


def _make_room() -> None:
    """Import the ``sitecustomize`` that this one stands before; raises ``ImportError`` as ``site`` expects it."""
    del sys.modules[__name__]
    __import__("sitecustomize")


try:
    _begin()
finally:
    _make_room()
