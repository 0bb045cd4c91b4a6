"""Keys: files with the same key have the same verdict, so one of them is judged for all."""

from __future__ import annotations

import hashlib
import platform
import sys

from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.load.state import add_part, add_suite, grader_digest

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
        add_part(digest, source)
        return digest.hexdigest()

    def _begin(self, exercise: Exercise) -> hashlib._Hash:
        """All but the file: the same for a whole class."""
        version = f"{sys.implementation.name} {platform.python_version()}"
        digest = hashlib.sha256(_FORMAT)
        for text in (grader_digest(), version, self._sandbox, repr(exercise)):
            add_part(digest, text.encode())
        add_suite(digest, self._kit, exercise)
        return digest
