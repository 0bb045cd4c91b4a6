"""The console, however it ends, and a moment afterwards. It is a plain function, and so is this one."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Protocol


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


def then_stay(exercise: ModuleType, stage: Stage, wait: Callable[[], None], *args: object) -> None:
    """Run ``console`` with ``args``, note how it ended, and wait for a moment."""
    try:
        exercise.console(*args)
    except BaseException as error:
        stage.note("ended", f"raised {type(error).__name__}: {error}")
    else:
        stage.note("ended", "returned")
    wait()
