"""Whether there is a terminal for the screen and the keys."""

from __future__ import annotations

import os
import sys

from grader.errors import UsageError
from grader.grade import recall
from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.practice.next_step import how
from grader.practice.progress import next_exercise


def check_terminal(kit: Kit, exercise: Exercise | None) -> None:
    """Raise ``UsageError``, which says what to do instead, where keys cannot be read or the screen cannot be drawn."""
    if _is_terminal():
        return
    coming = exercise or next_exercise(kit, recall(kit)) or kit.exercises[0]
    raise UsageError(
        "watch needs a terminal, for its screen and its keys; without one, "
        f"{how(kit, 'grade', coming.name)} judges {coming.name} and {how(kit, 'hint', coming.name)} gives a hint"
    )


def _is_terminal() -> bool:
    streams = (sys.stdin, sys.stdout)
    return all(stream is not None and stream.isatty() for stream in streams) and os.environ.get("TERM") not in (
        None, "", "dumb",
    )  # fmt: skip
