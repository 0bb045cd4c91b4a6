"""Put an exercise's file back as it was handed out, and keep what was in it."""

from __future__ import annotations

import os
import shutil
import time
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from grader.errors import KitError, UsageError
from grader.files import replacing, typed_path
from grader.load.curriculum import Exercise
from grader.load.kit import BACKUP, Kit
from grader.load.submission import read_submission, untouched


class FileState(Enum):
    """What lies where an exercise's file belongs."""

    AS_HANDED_OUT = "as handed out"
    CHANGED = "changed"
    NOTHING = "nothing"


def look(kit: Kit, exercise: Exercise) -> FileState:
    """What lies in the place of the learner's file; raises ``UsageError`` when it is no file."""
    path = kit.exercise_file(exercise)
    if path.is_dir() or (path.exists() and not path.is_file()):
        raise UsageError(f"nothing was changed: what lies at {typed_path(path)} is no file; move it away and try again")
    if not path.exists():  # a link to nowhere is nothing as well
        return FileState.NOTHING
    submission = read_submission(path, exercise.file.as_posix())
    return FileState.AS_HANDED_OUT if untouched(kit, exercise, submission) else FileState.CHANGED


def reset(kit: Kit, exercise: Exercise) -> Path | None:
    """Put the file back as it was handed out. Returns where what the learner wrote is kept; None if there was nothing.

    A link is replaced, and what it leads to stays as it is. Raises ``UsageError`` when the file cannot be kept or
    written, and ``KitError`` when the kit has lost what was handed out; the learner's file is then unchanged.
    """
    path, handed_out = kit.exercise_file(exercise), kit.handed_out_file(exercise)
    try:
        content = handed_out.read_bytes()
    except OSError as error:
        shown = kit.shown(handed_out)
        repair = "install Turtles again" if kit.installed else f"`git checkout -- {shown}` brings it back"
        raise KitError(f"{shown} cannot be read: {error.strerror or error}; {repair}") from error
    kept = _keep(kit, exercise) if path.exists() else None
    try:
        _put(path, content)
    except OSError as error:
        raise UsageError(f"{typed_path(path)} cannot be written: {error.strerror or error}") from error
    return kept


def _keep(kit: Kit, exercise: Exercise) -> Path:
    folder = kit.root / BACKUP / exercise.chapter
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with kit.exercise_file(exercise).open("rb") as source:
            path, copy = _new_file(folder, f"{exercise.name}.{time.strftime('%Y-%m-%d_%H-%M-%S')}")
            try:
                with copy:
                    shutil.copyfileobj(source, copy)
                    copy.flush()
                    os.fsync(copy.fileno())
            except OSError:
                path.unlink()
                raise
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(
            f"nothing was changed: what you wrote cannot be kept in {typed_path(folder)} ({reason})"
        ) from error
    return path


def _new_file(folder: Path, stem: str) -> tuple[Path, BinaryIO]:
    """A file that was not there before."""
    number = 1
    while True:
        path = folder / (f"{stem}.py" if number == 1 else f"{stem}_{number}.py")
        try:
            return path, path.open("xb")
        except FileExistsError:
            number += 1


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, keep_mode=True) as new:
        new.write_bytes(content)
