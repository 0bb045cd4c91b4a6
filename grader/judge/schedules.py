"""Properties under virtual time: which schedules are tried, which one failed, and whether it fails by itself.

Schedules share a process, which is fast. A failure counts only if the smallest schedule that fails does so as well
alone, in a process that has run nothing before; that run is watched from inside, to be explained.

Hypothesis draws the same schedules for every program that passes, which takes as long as to try them. So what the first
one was tried on is kept, and tried on the next program as it is; only to find the smallest failure they are drawn anew.
"""

from __future__ import annotations

import contextlib
import functools
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from grader.judge import drawn

_KEPT = "turtles_kept"
"""The attribute of a suite's property that holds what it draws, so that it lives as long as the suite's module."""


class NotAlone(Exception):
    """A schedule failed only after others in the same process: the whole property is tried again, each alone."""


class Schedules:
    """What the property of one item has tried."""

    def __init__(self) -> None:
        self.alone = False
        """Whether each schedule gets a process of its own."""
        self._test: Callable[..., object] | None = None
        self._fixtures: Mapping[str, Any] = {}
        self._drawn: list[dict[str, Any]] = []
        self._last: dict[str, Any] | None = None
        self._failure: tuple[dict[str, Any], Exception] | None = None
        """A schedule that was kept and failed, and how."""

    def remember(self, item: pytest.Function) -> None:
        """Keep the arguments that Hypothesis tries last: when a property has failed, those are the smallest that do.

        ``test.hypothesis.inner_test`` is the place that Hypothesis documents for plugins to wrap the test.
        """
        handle = getattr(getattr(item, "obj", None), "hypothesis", None)
        if handle is None:
            return
        inner = self._test = getattr(handle.inner_test, "turtles_original", handle.inner_test)
        self._fixtures = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}

        @functools.wraps(inner)
        def remembering(**arguments: Any) -> object:
            # As it is before the test, which may change it.
            example = {name: each for name, each in arguments.items() if name not in self._fixtures}
            self._last = _copied(example)
            self._drawn.append(self._last)
            drawn.note(arguments)
            return inner(**arguments)

        remembering.turtles_original = inner  # type: ignore[attr-defined]
        handle.inner_test = remembering

    def try_kept(self, *, shrink: bool) -> bool:
        """Try the schedules that an earlier program passed; False if they have to be drawn.

        Raises what the test raises; with ``shrink``, they have to be drawn then.
        """
        kept = getattr(self._test, _KEPT, None)
        if kept is None or drawn.is_wanted():
            return False
        for example in kept:
            try:
                self._try(example)
            except Exception as error:
                if not shrink:
                    raise
                assert self._last is not None
                self._failure = (self._last, error)
                return False
        return True

    def passed(self) -> None:
        """Keep what was drawn for the next program. Raises the failure of a schedule that was kept, if there was one.

        A program that fails by chance may fail then, and not when the same schedule is drawn again.
        """
        if self._failure:
            self._last, error = self._failure
            raise error
        if self._test and self._drawn:
            setattr(self._test, _KEPT, self._drawn)

    @property
    def can_confirm(self) -> bool:
        """Whether there is a schedule that was tried among others."""
        return not self.alone and self._last is not None

    def confirm(self) -> None:
        """Try the last schedule alone. Raises what the test raises, ``NotAlone`` if it does not."""
        assert self._last is not None
        self.alone = True
        self._try(self._last)
        raise NotAlone("a schedule failed only after others in the same process")

    def _try(self, example: dict[str, Any]) -> None:
        """Run the test on this example, without the search of Hypothesis; what ``assume`` takes out has passed."""
        from hypothesis.errors import HypothesisDeprecationWarning, UnsatisfiedAssumption

        assert self._test is not None
        self._last = example
        with warnings.catch_warnings(), _as_in_a_search(self._test), contextlib.suppress(UnsatisfiedAssumption):
            # Without a search, ``assume`` is for Hypothesis in the wrong place.
            warnings.simplefilter("ignore", HypothesisDeprecationWarning)
            self._test(**self._fixtures, **_copied(example))


def _as_in_a_search(test: Callable[..., object]) -> contextlib.AbstractContextManager[object]:
    """What ``hypothesis.event`` needs around it. These are inner parts of Hypothesis: where they differ, do without."""
    try:
        from hypothesis.control import BuildContext
        from hypothesis.internal.conjecture.data import ConjectureData

        return BuildContext(ConjectureData.for_choices(()), wrapped_test=test)
    except Exception:
        return contextlib.nullcontext()


def _copied(value: Any) -> Any:
    """The value with containers of its own, which a test may change; what is in them stays what it is."""
    if type(value) is list:
        return [_copied(item) for item in value]
    if type(value) is dict:
        return {key: _copied(item) for key, item in value.items()}
    if type(value) is tuple:
        return tuple(_copied(item) for item in value)
    return set(value) if type(value) is set else value
