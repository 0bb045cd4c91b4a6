"""The ``turtles`` command on a terminal of its own: real keys go in, and what the user sees comes out."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pyte

from tests.grader.command import TURTLES, environment

PATIENCE_S = 60.0
"""For what takes a second on a machine that has nothing else to do."""

# Only the leader of a session can have a terminal of its own, and with it Ctrl-C, /dev/tty and news of its size.
_ON_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)


class Terminal:
    """A terminal, and the command on it. As a context manager it kills what still runs at the end."""

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        environ: Mapping[str, str] | None = None,
        command: Sequence[str] = TURTLES,
    ) -> None:
        columns, rows = 80, 24
        self._mine, self._theirs = os.openpty()
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""
        """Everything that came, escapes and all."""
        self._set_size(columns, rows)
        self._settings = termios.tcgetattr(self._theirs)
        settings = environment(**{"TERM": "xterm-256color", **(environ or {})})
        del settings["COLUMNS"]
        self.process = subprocess.Popen(
            [sys.executable, "-c", _ON_TERMINAL, *command, *arguments],
            cwd=folder,
            env=settings,
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            start_new_session=True,
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._mine)
        os.close(self._theirs)

    @property
    def lines(self) -> list[str]:
        """What is on the screen now."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def cells(self) -> list[Any]:
        """Every character on the screen that is not blank, with its colours."""
        return [cell for row in self._screen.buffer.values() for cell in row.values() if cell.data.strip()]

    def press(self, keys: str) -> Terminal:
        """Type ``keys``."""
        os.write(self._mine, keys.encode())
        return self

    def until(self, *words: str, gone: str = "") -> Terminal:
        """Wait until all the words are on the screen, and ``gone`` is not."""
        return self.until_true(
            lambda: all(word in self.text for word in words) and not (gone and gone in self.text),
            f"{' and '.join(map(repr, words))} {f'without {gone!r}' if gone else ''}",
        )

    def until_true(self, condition: Callable[[], bool], wanted: str = "what was waited for") -> Terminal:
        """Wait, and read, until the condition holds."""
        give_up = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < give_up, f"{wanted} did not come:\n{self.text}"
            if self.process.poll() is not None and not self._read(0):
                assert condition(), f"{wanted} did not come, and the command ended:\n{self.text}"
                break
            self._read(0.05)
        return self

    def resize(self, columns: int, rows: int) -> Terminal:
        """Another size, of which the command is told as by a real terminal."""
        self._screen.resize(rows, columns)
        self._screen.reset()
        self._set_size(columns, rows)
        return self

    def ended(self) -> int:
        """Wait for the command's end; returns its exit status."""
        self.until_true(lambda: self.process.poll() is not None, "the end")
        while self._read(0):
            pass
        return self.process.returncode

    @property
    def restored(self) -> bool:
        """Whether the terminal is as it was before: its settings, the normal screen, and a cursor that is seen."""
        left, entered = (self.raw.rfind(b"\x1b[?1049" + end) for end in (b"l", b"h"))
        shown, hidden = (self.raw.rfind(b"\x1b[?25" + end) for end in (b"h", b"l"))
        return termios.tcgetattr(self._theirs) == self._settings and left >= entered and shown >= hidden

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._mine, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self, timeout_s: float) -> bool:
        """Read what is there; whether anything was."""
        if not select.select([self._mine], [], [], timeout_s)[0]:
            return False
        try:
            piece = os.read(self._mine, 65536)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.raw += piece
        self._stream.feed(piece)
        return bool(piece)
