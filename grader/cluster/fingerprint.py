"""What has to be the same wherever a class is judged, or its grades would not be of one kind."""

from __future__ import annotations

import hashlib
import os
import platform
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from grader.load.curriculum import CURRICULUM
from grader.load.kit import Kit
from grader.load.state import grader_digest
from grader.record.sandbox import Sandbox


@dataclass(frozen=True)
class Setup:
    """Kit, Python and sandbox of a machine that judges."""

    kit: str
    """SHA-256 in hex of the grader's sources, the curriculum, the suites and what was handed out."""
    python: str
    """``CPython 3.11.9``."""
    sandbox: str
    """``bwrap`` or ``none``."""

    def to_json(self) -> dict[str, str]:
        """The same as text by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_json(cls, data: Any) -> Self | None:
        """Read what ``to_json`` made; None for anything else."""
        names = {field.name for field in fields(cls)}
        if not isinstance(data, dict) or data.keys() != names or not all(type(value) is str for value in data.values()):
            return None
        return cls(**data)

    def differences(self, wanted: Setup) -> list[str]:
        """What is not as it is wanted, in words; empty when all is."""
        found = []
        if self.kit != wanted.kit:
            found.append(f"its kit is another ({self.kit[:12]}, here {wanted.kit[:12]})")
        if self.python != wanted.python:
            found.append(f"it has {self.python} (here {wanted.python})")
        if self.sandbox != wanted.sandbox:
            found.append(f"its sandbox is {self.sandbox} (here {wanted.sandbox})")
        return found


def setup_of(kit: Kit, sandbox: Sandbox) -> Setup:
    """The setup of this machine: the kit's files as they are now, the grader's sources as they were when first asked.

    Raises ``OSError`` for a file that cannot be read.
    """
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return Setup(_kit_digest(kit), python, sandbox.name)


def _kit_digest(kit: Kit) -> str:
    digest = hashlib.sha256(grader_digest().encode())
    for path in [kit.home / CURRICULUM, *_files(kit.suites_folder), *_files(kit.handout_folder)]:
        digest.update(hashlib.sha256(kit.shown(path).encode("utf-8", "surrogateescape")).digest())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(root: Path) -> list[Path]:
    """Every file below a folder, in an order that is the same everywhere; what Python leaves there is none."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != "__pycache__"]
        found += [Path(folder, name) for name in names]
    return sorted(found)
