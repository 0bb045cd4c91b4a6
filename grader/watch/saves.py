"""Which exercises were saved, as it happens."""

from __future__ import annotations

from collections.abc import AsyncIterator

from watchfiles import awatch

from grader.load.curriculum import Exercise
from grader.load.kit import Kit

_QUIET_MS = 20
"""A save is told of when nothing followed it for this long: an editor may write a file in several steps."""

_LONGEST_MS = 200
"""And after this long in any case."""


async def saves(kit: Kit) -> AsyncIterator[frozenset[Exercise]]:
    """Exercises whose files were written, replaced, deleted or restored, as long as anybody asks.

    Raises ``OSError`` or ``RuntimeError`` when the system does not tell of them: a limit is reached, say.
    """
    folder = (kit.root / "exercises").resolve()
    # An editor that saves by renaming gives the folder a new file: so the folder is watched, not the files.
    files = {str(folder / exercise.file): exercise for exercise in kit.exercises}
    async for changes in awatch(
        folder, watch_filter=lambda _, path: path in files, step=_QUIET_MS, debounce=_LONGEST_MS
    ):
        yield frozenset(files[path] for _, path in changes)
