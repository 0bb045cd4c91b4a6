"""The memory of files that were judged before, so that unchanged ones are not run again.

It lies in one folder, ``.turtles``, that git ignores and anyone may delete at any time. So it is never worth an error:
what cannot be read is forgotten, and what cannot be written is said in one line (``State.problem``).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import stat
import sys
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import grader
from grader.load.kit import Exercise, Kit
from grader.load.submission import Submission
from grader.result import ExerciseResult, Verdict

try:
    import fcntl
except ImportError:  # Windows: the last of two graders wins
    fcntl = None  # type: ignore[assignment]

SCHEMA: Final = "turtles/state/v1"

_KEEP: Final = 3
"""Results kept for an exercise, so that grading the solutions, or taking an edit back, forgets nothing."""

_MAX_BYTES: Final = 50_000_000
"""More than this is not ours: a result has a few kilobytes."""

_LOCK_WAIT_S: Final = 2.0
"""A save takes milliseconds, so whoever holds the lock for longer was stopped; then nothing is written."""

_Entries = dict[str, dict[str, Any]]
"""For each exercise its results as JSON by key, the oldest first."""


class State:
    """What was judged before, read from ``folder`` at once.

    ``problem`` is one line for the user when it could not be read or written; grading goes on without.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problem: str | None = None
        self._file = folder / "results.json"
        self._new: _Entries = {}
        self._known = self._load()

    def get(self, name: str, key: str) -> ExerciseResult | None:
        """The result of the exercise ``name`` for that very ``key``, or None."""
        data = self._new.get(name, {}).get(key) or self._known.get(name, {}).get(key)
        if not isinstance(data, dict):
            return None
        try:
            result = ExerciseResult.from_json(data)
        except ValueError:
            return None
        return result if result.name == name and result.verdict is not Verdict.INCONCLUSIVE else None

    def put(self, name: str, key: str, result: ExerciseResult) -> None:
        """Remember ``result``. What is inconclusive is judged again next time, so it is not remembered."""
        if result.verdict is not Verdict.INCONCLUSIVE:
            self._new.setdefault(name, {})[key] = result.to_json()

    def save(self) -> None:
        """Write what is new, beside what other graders wrote meanwhile. Sets ``problem`` instead of raising."""
        if not self._new:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._locked():
                self._known = _merged(self._load(), self._new)
                self._write(self._known)
        except OSError as error:
            reason = error.strerror or str(error)
            self.problem = f"{self.folder} cannot be written ({reason}): everything will be judged again next time"
        else:
            self._new = {}

    def _load(self) -> _Entries:
        try:
            raw = _read_regular(self._file)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            reason = error.strerror or str(error)
            self.problem = f"{self._file} cannot be read ({reason}): everything is judged again"
            return {}
        return _parse(raw)

    def _write(self, entries: _Entries) -> None:
        # A fixed name: under the lock there is one writer, and what a killed one left behind goes here.
        new = self._file.with_suffix(".new")
        new.unlink(missing_ok=True)
        try:
            with new.open("x", encoding="utf-8") as file:
                json.dump({"schema": SCHEMA, "results": entries}, file, ensure_ascii=True, separators=(",", ":"))
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._file)
        except OSError:
            with contextlib.suppress(OSError):
                new.unlink()
            raise

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as file:
            give_up = time.monotonic() + _LOCK_WAIT_S
            while fcntl is not None:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # released when the file is closed
                    break
                except BlockingIOError:
                    if time.monotonic() > give_up:
                        raise OSError("another grader has held it for too long") from None
                    time.sleep(0.01)
            yield


def _read_regular(path: Path) -> bytes:
    """The bytes of a regular file; b'' for anything else that lies there, without waiting for it."""
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return b""
        return file.read(_MAX_BYTES)


def _parse(raw: bytes) -> _Entries:
    """The entries in the file; none when it is torn, someone else's, or of another version of the kit."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(data, dict) or data.get("schema") != SCHEMA or not isinstance(data.get("results"), dict):
        return {}
    return {name: entries for name, entries in data["results"].items() if isinstance(entries, dict)}


def _merged(old: _Entries, new: _Entries) -> _Entries:
    merged = dict(old)
    for name, entries in new.items():
        kept = {key: value for key, value in old.get(name, {}).items() if key not in entries} | entries
        merged[name] = dict(list(kept.items())[-_KEEP:])
    return merged


# --- keys -----------------------------------------------------------------------------------------------------------


def key_for(kit: Kit, exercise: Exercise, submission: Submission, sandbox: str) -> str:
    """What the verdict depends on, as one SHA-256 in hex: when it is the same, so is the verdict.

    That is the learner's file, its entry in the curriculum, its suite, scenario and handed-out file, the grader's own
    sources, the Python that runs it, ``sandbox`` (``bwrap`` or ``none``) and the machine.
    """
    hidden = kit.root / "tests" / "hidden"
    files = (
        kit.suite_file(exercise),
        kit.scenario_file(exercise),
        kit.handed_out_file(exercise),
        hidden / "conftest.py",
        hidden / exercise.chapter / "conftest.py",
    )
    digest = hashlib.sha256()
    for part in (
        SCHEMA,
        grader_digest(),
        _machine(),
        sandbox,
        repr(exercise),
        submission.display,
        submission.digest,
        repr(submission.unreadable),
    ):
        _add(digest, part.encode("utf-8", "surrogatepass"))
    for file in files:
        _add(digest, _bytes_of(file))
    return digest.hexdigest()


@lru_cache(maxsize=1)
def grader_digest() -> str:
    """SHA-256 in hex of every Python file of the grader, read once; the exercises it hands out are not part of it."""
    package = Path(grader.__file__).parent
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(package):
        folders[:] = sorted(name for name in folders if name not in ("__pycache__", "handout"))
        for name in sorted(name for name in files if name.endswith(".py")):
            path = Path(folder, name)
            _add(digest, path.relative_to(package).as_posix().encode("utf-8", "surrogateescape"))
            _add(digest, _bytes_of(path))
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _machine() -> str:
    return "\n".join((sys.version, sys.implementation.name, sys.executable, sys.platform, platform.machine()))


def _bytes_of(path: Path) -> bytes:
    """The file's bytes after a mark; b'' for a file that is not there: an empty file is not the same as none."""
    try:
        return b"+" + path.read_bytes()
    except OSError:
        return b""


def _add(digest: hashlib._Hash, part: bytes) -> None:
    """Add a part and its length, so that no two lists of parts look the same."""
    digest.update(len(part).to_bytes(8, "big"))
    digest.update(part)
