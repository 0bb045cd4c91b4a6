"""Properties under virtual time: which schedule failed, and whether it fails by itself.

Schedules share a process, which is fast. A failure counts only if the smallest schedule that fails does so as well
alone, in a process that has run nothing before; that run is watched from inside, to be explained.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from grader.judge import drawn


class NotAlone(Exception):
    """A schedule failed only after others in the same process: the whole property is tried again, each alone."""


class Schedules:
    """What the property of one item has tried."""

    def __init__(self) -> None:
        self.alone = False
        """Whether each schedule gets a process of its own."""
        self._test: Callable[..., object] | None = None
        self._last: dict[str, Any] | None = None

    def remember(self, item: pytest.Item) -> None:
        """Keep the arguments that Hypothesis tries last: when a property has failed, those are the smallest that do.

        ``test.hypothesis.inner_test`` is the place that Hypothesis documents for plugins to wrap the test.
        """
        handle = getattr(getattr(item, "obj", None), "hypothesis", None)
        if handle is None:
            return
        inner = self._test = getattr(handle.inner_test, "turtles_original", handle.inner_test)

        @functools.wraps(inner)
        def remembering(**arguments: Any) -> object:
            self._last = arguments
            drawn.note(arguments)
            return inner(**arguments)

        remembering.turtles_original = inner  # type: ignore[attr-defined]
        handle.inner_test = remembering

    @property
    def can_confirm(self) -> bool:
        """Whether there is a schedule that was tried among others."""
        return not self.alone and self._last is not None

    def confirm(self) -> None:
        """Try the last schedule alone. Raises what the test raises, ``NotAlone`` if it does not."""
        assert self._test is not None
        assert self._last is not None
        self.alone = True
        self._test(**self._last)
        raise NotAlone("a schedule failed only after others in the same process")
