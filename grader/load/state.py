"""The memory of files that were judged before, so that unchanged ones are not run again.

It is never worth an error: what cannot be read is forgotten, and what cannot be written is said in one line
(``State.problem``).
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from functools import lru_cache
from pathlib import Path
from typing import Final

import grader
from grader.load.curriculum import Exercise
from grader.load.json_store import Entries, Memory
from grader.load.kit import Kit
from grader.load.submission import Submission
from grader.result import ExerciseResult, Verdict

SCHEMA: Final = "turtles/state/v2"

_KEEP: Final = 3
"""Results kept for an exercise, so that grading the solutions, or taking an edit back, forgets nothing."""


class State:
    """What was judged before, read from ``folder`` at once: for each exercise its results by key, the oldest first.

    A result is a text in JSON inside the file's own, so that only those that are asked for are taken apart.

    ``problem`` is one line for the user when it could not be read or written; grading goes on without.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problem: str | None = None
        self._memory = Memory(folder, "results.json", SCHEMA, "results")
        self._new: Entries = {}
        self._known = self._read()

    def get(self, name: str, key: str) -> ExerciseResult | None:
        """The result of the exercise ``name`` for that very ``key``, or None."""
        text = self._new.get(name, {}).get(key) or self._known.get(name, {}).get(key)
        if not isinstance(text, str):
            return None
        try:
            result = ExerciseResult.from_json(json.loads(text))
        except (ValueError, RecursionError):
            return None
        return result if result.name == name and result.verdict is not Verdict.INCONCLUSIVE else None

    def put(self, name: str, key: str, result: ExerciseResult) -> None:
        """Remember ``result``. What is inconclusive is judged again next time, so it is not remembered."""
        if result.verdict is not Verdict.INCONCLUSIVE:
            self._new.setdefault(name, {})[key] = json.dumps(result.to_json(), separators=(",", ":"))

    def save(self) -> None:
        """Write what is new, beside what other graders wrote meanwhile. Sets ``problem`` instead of raising."""
        if not self._new:
            return
        try:
            self._known = self._memory.change(lambda old: _merged(old, self._new))
        except OSError as error:
            reason = error.strerror or str(error)
            self.problem = f"{self.folder} cannot be written ({reason}): everything will be judged again next time"
        else:
            self._new = {}

    def _read(self) -> Entries:
        try:
            return self._memory.read()
        except OSError as error:
            reason = error.strerror or str(error)
            self.problem = f"{self._memory.file} cannot be read ({reason}): everything is judged again"
            return {}


def _merged(old: Entries, new: Entries) -> Entries:
    merged = dict(old)
    for name, entries in new.items():
        kept = {key: value for key, value in old.get(name, {}).items() if key not in entries} | entries
        merged[name] = dict(list(kept.items())[-_KEEP:])
    return merged


# --- keys -----------------------------------------------------------------------------------------------------------


def key_for(kit: Kit, exercise: Exercise, submission: Submission, sandbox: str) -> str:
    """What the verdict depends on, as one SHA-256 in hex: when it is the same, so is the verdict.

    That is the learner's file, its entry in the curriculum, its suite, scenario and handed-out file, the grader's own
    sources, the Python that runs it, ``sandbox`` (``bwrap`` or ``none``) and the machine. Of a sealed suite it is the
    file as it lies there: nothing has to be opened to know that nothing changed.
    """
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
        add_part(digest, part.encode("utf-8", "surrogatepass"))
    add_suite(digest, kit, exercise)
    return digest.hexdigest()


def add_suite(digest: hashlib._Hash, kit: Kit, exercise: Exercise) -> None:
    """Add to a key the files of the kit that decide on an exercise."""
    suite = kit.suite_file(exercise)
    for file in (
        suite,
        kit.scenario_file(exercise),
        kit.handed_out_file(exercise),
        kit.suites_folder / "conftest.py",
        suite.with_name("conftest.py"),
    ):
        add_part(digest, _bytes_of(file))


def add_part(digest: hashlib._Hash, part: bytes) -> None:
    """Add a part and its length, so that no two lists of parts look the same."""
    digest.update(len(part).to_bytes(8, "big"))
    digest.update(part)


@lru_cache(maxsize=1)
def grader_digest() -> str:
    """SHA-256 in hex of every Python file of the grader, read once; the exercises it hands out are not part of it."""
    package = Path(grader.__file__).parent
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(package):
        folders[:] = sorted(name for name in folders if name not in ("__pycache__", "handout", "kit"))
        for name in sorted(name for name in files if name.endswith(".py")):
            path = Path(folder, name)
            add_part(digest, path.relative_to(package).as_posix().encode("utf-8", "surrogateescape"))
            add_part(digest, _bytes_of(path))
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
