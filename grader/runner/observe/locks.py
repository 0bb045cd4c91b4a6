"""Who waits for a lock or for a slot of a semaphore, who has it, and whose limit of time was reached.

Told for the timeline, and to say of a program that hangs for whom each task waits.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable
from typing import Any, Final

from grader.runner.observe.hooks import Hookable

WANTS, TOOK, GAVE_BACK, TIMED_OUT = "wants", "took", "gave-back", "timed-out"
MAX_LOCKS: Final = 1000

Note = Callable[[str, int], None]
"""Takes what was done, and the number of the lock."""

# Compiled before anything is forked, so that a run need not do it.
_ACQUIRES = [(cls, Hookable(cls.acquire, on_return=True)) for cls in (asyncio.Lock, asyncio.Semaphore)]
_RELEASES = [(cls, Hookable(cls.release)) for cls in (asyncio.Lock, asyncio.Semaphore)]
_TIMEOUT_CLASS: Any = asyncio.timeouts.Timeout
_TIMEOUT = Hookable(_TIMEOUT_CLASS._on_timeout)


class LockWatch:
    """Hears of what tasks do with locks. ``note`` must not raise."""

    def __init__(self, note: Note, note_timeout: Callable[[Any], None]) -> None:
        self._note = note
        self._note_timeout = note_timeout
        self._numbers: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
        self._last = 0

    def install(self) -> None:
        """Begin to hear of it, in this interpreter."""

        def wants(lock: Any) -> None:
            self._tell(WANTS, lock)

        def took(lock: Any) -> None:
            self._tell(TOOK, lock)

        def gives_back(lock: Any) -> None:
            self._tell(GAVE_BACK, lock)

        for cls, acquire in _ACQUIRES:
            cls.acquire = acquire.hooked(wants, took)  # type: ignore[method-assign]
        for cls, release in _RELEASES:
            cls.release = release.hooked(gives_back)  # type: ignore[method-assign]
        _TIMEOUT_CLASS._on_timeout = _TIMEOUT.hooked(
            lambda timeout: self._note_timeout(getattr(timeout, "_task", None))
        )

    def _tell(self, what: str, lock: Any) -> None:
        number = self._numbers.get(lock)
        if number is None:
            if len(self._numbers) >= MAX_LOCKS:
                return
            self._last += 1
            number = self._numbers[lock] = self._last
        self._note(what, number)
