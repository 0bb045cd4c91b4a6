"""``turtles run``: a learner's program as it is, each line with the second at which it was printed.

It runs with plain ``python FILE`` in the learner's own terminal and not in the sandbox: it is their own program.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

_PIECE = 65536
_MOST_LINES = 10_000
"""Of standard output that are compared with the docstring; all of them are shown."""


_STARTUP = Path(__file__).with_name("startup")
"""Holds what runs in the program's interpreter before it begins."""


class Stream(StrEnum):
    """Where a line was written to."""

    OUT = "out"
    ERR = "err"


@dataclass(frozen=True)
class PrintedLine:
    """A line of the program; ``at_s`` is counted from when the program itself began."""

    at_s: float
    stream: Stream
    text: str


Show = Callable[[PrintedLine], None]


@dataclass
class ProgramRun:
    """What a program did."""

    status: int = 0
    """Its exit status; negative for a signal."""
    seconds: float = 0.0
    lines: list[tuple[float, str]] = field(default_factory=list)
    """What it printed to standard output, with the seconds."""


def run_program(file: Path, show: Show) -> ProgramRun:
    """Run ``file`` to its end, and show each line as it comes. Ctrl-C is for the program, which is then waited for."""
    begins, tell = os.pipe()
    paths = [str(_STARTUP), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8:backslashreplace",
        "PYTHONPATH": os.pathsep.join(paths),
        "TURTLES_TELL_BEGIN": str(tell),
    }
    with subprocess.Popen(
        [sys.executable, "-u", str(file)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        pass_fds=[tell],
    ) as process:
        os.close(tell)
        os.read(begins, 1)  # or its end, where it does not come so far
        os.close(begins)
        began = time.monotonic()
        found = ProgramRun()
        with _ctrl_c_for_the_program():
            for line in _lines(process, began):
                show(line)
                if line.stream is Stream.OUT and len(found.lines) < _MOST_LINES:
                    found.lines.append((line.at_s, line.text))
            found.status = process.wait()
        found.seconds = time.monotonic() - began
    return found


@contextmanager
def _ctrl_c_for_the_program() -> Iterator[None]:
    """The terminal sends Ctrl-C to both; what becomes of it is for the program to say."""
    if threading.current_thread() is not threading.main_thread():  # only there a handler can be set
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _lines(process: subprocess.Popen[bytes], start: float) -> Iterator[PrintedLine]:
    """The lines of both streams, as they are finished."""
    partial = {Stream.OUT: b"", Stream.ERR: b""}
    with selectors.DefaultSelector() as selector:
        for pipe, kind in ((process.stdout, Stream.OUT), (process.stderr, Stream.ERR)):
            assert pipe is not None
            selector.register(pipe, selectors.EVENT_READ, kind)
        while selector.get_map():
            for key, _ in selector.select():
                stream: Stream = key.data
                piece = os.read(key.fd, _PIECE)
                at_s = time.monotonic() - start
                *whole, partial[stream] = (partial[stream] + piece).split(b"\n")
                if not piece:
                    selector.unregister(key.fileobj)
                    whole = [partial[stream]] if partial[stream] else []
                for line in whole:
                    yield PrintedLine(at_s, stream, line.decode("utf-8", "backslashreplace").removesuffix("\r"))
