"""Keys: files with the same key have the same verdict, so one of them is judged for all."""

from __future__ import annotations

import hashlib
import platform
import sys
from pathlib import Path

from grader.load.kit import Exercise, Kit
from grader.load.state import grader_digest

_FORMAT = b"turtles/verdict/v1"


class Keys:
    """The keys of files, by a kit as it is now and a sandbox (``bwrap`` or ``none``)."""

    def __init__(self, kit: Kit, sandbox: str) -> None:
        self._kit = kit
        self._sandbox = sandbox
        self._begun: dict[str, hashlib._Hash] = {}

    def key(self, exercise: str, source: bytes) -> str:
        """What the verdict depends on, as one SHA-256 in hex.

        That is the file, the exercise's entry in the curriculum, its suite, scenario and handed-out file, the grader's
        own sources, the Python that runs it, and the sandbox. Nothing of it is the machine's own: a cluster's workers
        come to the same. Of a sealed suite it is the file as it lies there. Raises ``UsageError`` for no exercise.
        """
        if exercise not in self._begun:
            self._begun[exercise] = self._begin(self._kit.exercise(exercise))
        digest = self._begun[exercise].copy()
        _add(digest, source)
        return digest.hexdigest()

    def _begin(self, exercise: Exercise) -> hashlib._Hash:
        """All but the file: the same for a whole class."""
        kit = self._kit
        suite = kit.suite_file(exercise)
        version = f"{sys.implementation.name} {platform.python_version()}"
        digest = hashlib.sha256(_FORMAT)
        for text in (grader_digest(), version, self._sandbox, repr(exercise)):
            _add(digest, text.encode())
        for file in (
            suite,
            kit.scenario_file(exercise),
            kit.handed_out_file(exercise),
            kit.suites_folder / "conftest.py",
            suite.with_name("conftest.py"),
        ):
            _add(digest, _bytes_of(file))
        return digest


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
