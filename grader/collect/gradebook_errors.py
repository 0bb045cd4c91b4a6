"""What can go wrong with a gradebook, in words."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from grader.errors import TurtlesError

ELSEWHERE: Final = "say with --gradebook where else it should be"


class GradebookError(TurtlesError):
    """The gradebook cannot be used, or not any more; what is in it is as it was."""


@contextlib.contextmanager
def errors_in_words(path: Path) -> Iterator[None]:
    """Errors of the database and of its file as ``GradebookError``."""
    try:
        yield
    except sqlite3.Error as error:
        raise _in_words(path, error) from None
    except FileNotFoundError:
        raise GradebookError(f"the folder {path.parent} for the gradebook does not exist; make it first") from None
    except OSError as error:
        raise GradebookError(f"{path} cannot be opened: {error.strerror or error}; {ELSEWHERE}") from None


def _in_words(path: Path, error: sqlite3.Error) -> GradebookError:
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL" or name.startswith("SQLITE_IOERR"):
        return GradebookError(
            f"{path} cannot be written ({error}): the disk is full or failing; what was graded until now is kept, and "
            "once there is room the same command goes on from there"
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return GradebookError(f"{path} cannot be written ({error}); allow it, or {ELSEWHERE}")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return GradebookError(f"{path} is in use by another program ({error}); close that, and try again")
    if name.startswith("SQLITE_NOTADB"):
        return GradebookError(f"{path} is no gradebook, or is damaged; move it away, or {ELSEWHERE}")
    if name.startswith("SQLITE_CORRUPT"):
        return damaged(path)
    return GradebookError(f"{path} cannot be used ({error})")


def damaged(path: Path) -> GradebookError:
    """The error for a gradebook that SQLite finds damaged."""
    return GradebookError(
        f"{path} is damaged, and was left as it is: move it away with the files {path.name}-wal and {path.name}-shm, "
        "and put a copy of it in its place or grade anew"
    )
