"""The learner's test, tried on a post that is not in the file, several times in the same process."""

from __future__ import annotations

import traceback
from types import ModuleType
from typing import Protocol


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...

    def under_test(self, name: str) -> type: ...


async def judge(exercise: ModuleType, stage: Stage) -> None:
    """Note what the test says of the post."""
    try:
        await exercise.test_post(stage.under_test("post"))
    except Exception as error:
        stage.note("failed", said(error))
    else:
        stage.note("passed")


def said(error: BaseException) -> str:
    """The exception's type and text; of a group the first one in it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    text = " ".join(str(error).split())
    line = traceback.extract_tb(error.__traceback__)[-1].lineno
    return f"{type(error).__name__}: {text}" if text else f"{type(error).__name__} at line {line}"
