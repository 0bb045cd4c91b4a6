"""One JSON file in the folder where the grader remembers: read whole, changed under a lock, replaced in one step.

git ignores the folder, and anyone may delete it at any time. So a file that is torn, of another version or someone
else's is as good as none; only what the system refuses is an ``OSError``.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from grader.files import replacing, try_lock

Entries = dict[str, dict[str, Any]]
"""What is remembered of each exercise, by its name: JSON values that the reader has to check."""

_MAX_BYTES: Final = 50_000_000
"""More than this is not ours: a result has a few kilobytes."""

_LOCK_WAIT_S: Final = 2.0
"""A change takes milliseconds, so a process that holds the lock for longer was stopped; then nothing is written."""


class Memory:
    """The file ``name`` in ``folder``: an object of ``schema``, and of entries under the key ``entries``.

    What the object holds under other keys is somebody else's, and stays.
    """

    def __init__(self, folder: Path, name: str, schema: str, entries: str) -> None:
        self.folder = folder
        self.file = folder / name
        self._schema = schema
        self._entries = entries

    def read(self) -> Entries:
        """What is remembered; nothing when the file is not there or not ours. Raises ``OSError``."""
        try:
            return self._own(self._read_all())
        except (FileNotFoundError, NotADirectoryError):
            return {}

    def change(self, changed: Callable[[Entries], Entries]) -> Entries:
        """Replace what is remembered by what ``changed`` makes of it, and return that.

        It is read anew under the lock, so that graders that run at the same time keep what the others wrote.
        Raises ``OSError``; what was remembered is then unchanged.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            try:
                whole = self._read_all()
            except OSError:  # there is none, or it may not be read, but perhaps replaced
                whole = {}
            new = changed(self._own(whole))
            self._write({**whole, "schema": self._schema, self._entries: new})
        return new

    def _read_all(self) -> dict[str, Any]:
        try:
            data = json.loads(_read_regular(self.file))
        except (ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) and data.get("schema") == self._schema else {}

    def _own(self, whole: dict[str, Any]) -> Entries:
        entries = whole.get(self._entries)
        if not isinstance(entries, dict):
            return {}
        return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}

    def _write(self, whole: dict[str, Any]) -> None:
        # A fixed name: under the lock there is one writer, and what a killed one left behind goes here.
        new = self.file.with_suffix(".new")
        text = json.dumps(whole, separators=(",", ":"))  # at once: `json.dump` takes five times as long
        with replacing(self.file, temporary=new), new.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as file:
            give_up = time.monotonic() + _LOCK_WAIT_S
            while not try_lock(file.fileno()):
                if time.monotonic() > give_up:
                    raise OSError("another grader has held it for too long")
                time.sleep(0.01)
            yield


def _read_regular(path: Path) -> bytes:
    """The bytes of a regular file; b'' for anything else that lies there, without waiting for it."""
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return b""
        return file.read(_MAX_BYTES)
