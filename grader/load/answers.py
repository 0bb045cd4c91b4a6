"""The answer bank: whole programs, right and wrong, that prove a suite."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from grader.errors import KitError
from grader.load.curriculum import PYTHON, needs_newer_python

_HEAD_BYTES: Final = 4096
"""The comments stand at the top; no more than this is read to find them."""


@dataclass(frozen=True)
class BankAnswer:
    """A file of the answer bank: a whole program, right or wrong, as a learner would hand it in."""

    path: Path
    right: bool
    caught_by: str | None
    """Title of the check that has to fail; None for a right answer, and where the file does not say."""
    note: str
    """How a right answer differs from the reference, or what was done wrong. Empty where the file does not say."""
    shows: tuple[str, ...] = ()
    """Of a wrong answer, the kinds of mistake that it has to be recognised as; most are none of those with a name."""
    python: str | None = None
    """The Pythons that it is for: ``3.13`` and newer, or ``3.11 to 3.13``; None for all that its exercise is for."""

    @property
    def needs_other_python(self) -> str | None:
        """``needs Python 3.13``, or ``needs Python 3.13 or older``, when this is another Python; otherwise None."""
        return _needs_other_python(self.python)


def read_answer(path: Path, root: Path, *, right: bool) -> BankAnswer:
    """A file of the bank of the kit at ``root``. Raises ``KitError`` when it cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES).decode("utf-8-sig", "replace")
    except OSError as error:
        raise KitError(f"{path.relative_to(root)} cannot be read: {error.strerror or error}") from error
    said = _head_comments(head)
    python = said("Python") or None
    try:
        _needs_other_python(python)
    except ValueError as error:
        raise KitError(f"{path.relative_to(root)}: {error}") from None
    if right:
        return BankAnswer(path, True, None, said("Style"), python=python)
    shows = tuple(name.strip() for name in said("Shows").split(",") if name.strip())
    return BankAnswer(path, False, said("Caught by") or None, said("Mistake"), shows, python)


def _needs_other_python(pythons: str | None) -> str | None:
    """Raises ``ValueError`` where it is not written like ``3.13`` or ``3.11 to 3.13``."""
    if pythons is None:
        return None
    versions = pythons.split(" to ")
    if len(versions) > 2 or not all(map(PYTHON.fullmatch, versions)):
        raise ValueError(f"{pythons} does not say which versions of Python; write 3.13, or 3.11 to 3.13")
    if why := needs_newer_python(versions[0]):
        return why
    too_new = len(versions) == 2 and sys.version_info[:2] > tuple(map(int, versions[1].split(".")))
    return f"needs Python {versions[1]} or older" if too_new else None


def _head_comments(head: str) -> Callable[[str], str]:
    """The ``# Key: value`` lines before the program starts, as a function from a key to its first value, or ''."""
    values: dict[str, str] = {}
    for line in head.splitlines():
        if line.strip() and not line.startswith("#"):
            break
        key, colon, value = line.lstrip("# ").partition(":")
        if colon:
            values.setdefault(key.strip().lower(), value.strip())
    return lambda key: values.get(key.lower(), "")
