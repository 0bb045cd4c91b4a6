"""What every bundle has in it: a kit to grade with, and what grades a submission by it and tells another system.

It lies in the folder ``kit`` of the bundle. ``grader.classroom.bundle_entry`` is what is run there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

from grader.assignment import NO_ASSIGNMENT, Assignment
from grader.classroom.contents import NOTHING, Files, pack, points_of
from grader.classroom.render import TEMPLATES
from grader.errors import KitError
from grader.load.assignment_file import PACKED
from grader.load.curriculum import Chapter
from grader.load.kit import Kit

KIT: Final = PurePosixPath("kit")

_RUNS: Final = ("classroom/__init__.py", "classroom/bundle_entry.py", "collect")
"""Of the parts of the grader that are not handed out, what takes exercises out of a submission and grades them."""


def bundled_kit(
    kit: Kit,
    chapters: Sequence[Chapter],
    *,
    open_suites: bool = False,
    recipient: str | None = None,
    sealed_before: Mapping[PurePosixPath, bytes] = NOTHING,
    assignment: Assignment = NO_ASSIGNMENT,
) -> Files:
    """The files of a kit that grades, by their paths in the bundle. Takes and raises what ``pack`` does.

    Of the assignment nothing is in it that is about a student.
    """
    files = pack(kit, chapters, open_suites=open_suites, recipient=recipient, sealed_before=sealed_before)
    if assignment is not NO_ASSIGNMENT:
        # What counts with its own points has fewer where only the public checks are made, and is worth the same.
        fixed = replace(assignment.public, weights={**points_of(chapters), **assignment.weights})
        files[PACKED] = (json.dumps(fixed.to_json(), indent=1) + "\n").encode()
    package = kit.root / "grader"
    for part in _RUNS:
        there = sorted((package / part).rglob("*.py")) if not part.endswith(".py") else [package / part]
        files |= {PurePosixPath(path.relative_to(kit.root).as_posix()): _read(path) for path in there}
    return {KIT / path: content for path, content in files.items()}


def template(name: str) -> bytes:
    """A file that stands in the bundle as it does in ``templates``."""
    return _read(TEMPLATES / name)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KitError(f"the grader's own file {path} cannot be read: {error.strerror or error}") from error
