"""What a folder that Turtles wrote says of itself, so that Turtles knows it again and can bring it up to date.

A starter has ``.turtles-starter.json``, and a learner's practice folder ``.turtles-practice.json``:

    {"schema": "turtles/starter/v1", "version": "0.1.0", "chapters": ["01_first_coroutines"],
     "files": {"grader/cli/app.py": "<sha256>"}, "own": {"README.md": "<sha256>"}, "edited": ["README.md"],
     "exercises": {"exercises/01_first_coroutines/hello.py": "<sha256>"}, "assignment": {"title": "Homework 1", …},
     "sealed": {"tests/sealed/01_first_coroutines/test_hello.py.age": "<sha256 of what is sealed, and for whom>"}}

Paths are seen from the starter's root, with forward slashes. ``files`` are what a grade rests on, and what no student
has a reason to change; ``own`` are pages and settings, which are anybody's to change; ``exercises`` are as they were
handed out. In a student's repository the manifest is the student's word, like everything there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from grader.errors import UsageError


@dataclass(frozen=True)
class ManifestKind:
    """Which folder a manifest speaks of."""

    name: str
    """The manifest's file name."""
    schema: str
    command: str
    """What writes it."""
    repair: str
    """What to do when it is damaged."""


STARTER: Final = ManifestKind(
    ".turtles-starter.json",
    "turtles/starter/v1",
    "turtles starter",
    "`git checkout -- .turtles-starter.json` there brings it back",
)
PRACTICE: Final = ManifestKind(
    ".turtles-practice.json",
    "turtles/practice/v1",
    "turtles init",
    "delete it, and `turtles init --upgrade` in that folder writes it anew",
)
NAME: Final = STARTER.name
SCHEMA: Final = STARTER.schema

_MAX_BYTES: Final = 5_000_000
_PATH: Final = re.compile(r"[A-Za-z0-9_.@+-]+(/[A-Za-z0-9_.@+-]+)*")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")

Digests = Mapping[PurePosixPath, str]
"""SHA-256 in hex by path."""


@dataclass(frozen=True)
class Manifest:
    """What was handed out, by path."""

    version: str
    chapters: tuple[str, ...]
    files: Digests
    own: Digests
    exercises: Digests
    sealed: Digests = field(default_factory=dict)
    edited: frozenset[PurePosixPath] = frozenset()
    """What the teacher wrote instead of what was generated, which is what was handed out then, or took away."""
    kind: ManifestKind = STARTER
    assignment: Mapping[str, Any] | None = None
    """The assignment that it was made for, as ``Assignment.to_json`` writes it; None without one."""

    def digest(self, path: PurePosixPath) -> str | None:
        """Of what was handed out at that path; None when nothing was."""
        return self.files.get(path) or self.own.get(path) or self.exercises.get(path)

    @property
    def paths(self) -> frozenset[PurePosixPath]:
        """Of everything that was handed out."""
        return frozenset((*self.files, *self.own, *self.exercises))

    def to_bytes(self) -> bytes:
        """As it is written."""
        data = {
            "schema": self.kind.schema,
            "version": self.version,
            "chapters": list(self.chapters),
            "edited": sorted(map(str, self.edited)),
            **({"assignment": self.assignment} if self.assignment else {}),
            "files": _named(self.files),
            "own": _named(self.own),
            "exercises": _named(self.exercises),
            "sealed": _named(self.sealed),
        }
        return (json.dumps(data, indent=1) + "\n").encode()


def sha256(content: bytes) -> str:
    """In hex."""
    return hashlib.sha256(content).hexdigest()


def read_manifest(root: Path, kind: ManifestKind = STARTER) -> Manifest | None:
    """The manifest of the folder at ``root``; None where there is none.

    Raises ``UsageError`` for one that is damaged, of a newer version, or a link.
    """
    path = root / kind.name
    damaged = f"{path} is damaged; {kind.repair}"
    try:
        if path.is_symlink():
            raise UsageError(f"{path} is a link and not what `{kind.command}` wrote; {kind.repair}")
        with path.open("rb") as file:
            raw = file.read(_MAX_BYTES)
        data = json.loads(raw)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError):
        raise UsageError(damaged) from None
    if not isinstance(data, dict):
        raise UsageError(damaged)
    schema = data.get("schema")
    if isinstance(schema, str) and schema != kind.schema and schema.startswith(kind.schema[:-1]):
        raise UsageError(
            f"{path} was written by another version of Turtles ({data.get('version')!r:.20}); use that one"
        )
    match data:
        case {"schema": str(), "version": str(version), "chapters": [*chapters], "edited": [*edited]}:
            if schema == kind.schema and all(isinstance(text, str) for text in (*chapters, *edited)):
                files, own, exercises, sealed = (
                    _digests(data.get(key)) for key in ("files", "own", "exercises", "sealed")
                )
                if files is not None and own is not None and exercises is not None and sealed is not None:
                    wanted = frozenset(PurePosixPath(path) for path in edited)
                    assignment = data.get("assignment")
                    if assignment is None or isinstance(assignment, dict):
                        return Manifest(
                            version, tuple(chapters), files, own, exercises, sealed, wanted, kind, assignment
                        )
    raise UsageError(damaged)


def _digests(value: object) -> dict[PurePosixPath, str] | None:
    """The table, if it is one and leads nowhere else."""
    if not isinstance(value, dict):
        return None
    for path, digest in value.items():
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest) or not _is_inside(path):
            return None
    return {PurePosixPath(path): digest for path, digest in value.items()}


def _is_inside(path: str) -> bool:
    parts = path.split("/")
    return bool(_PATH.fullmatch(path)) and not {".", ".."} & set(parts) and parts[0] != ".git"


def _named(digests: Digests) -> dict[str, str]:
    return {str(path): digests[path] for path in sorted(digests)}
