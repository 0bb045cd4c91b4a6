"""The pair of keys that suites are sealed with, as files."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from grader.errors import TurtlesError, UsageError
from grader.load.sealed_suites import VARIABLE, new_key, recipient_of

_MAX_BYTES: Final = 100_000
"""A key file has three lines."""


def write_key(file: Path) -> str:
    """Write a new pair of keys to ``file`` as age-keygen does, for its owner alone to read; returns the public one.

    Nothing is ever overwritten. Raises ``UsageError`` when it cannot be written, ``KitError`` without pyrage.
    """
    key = new_key()
    text = f"# created: {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n# public key: {key.recipient}\n{key.identity}\n"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(
            f"{file} is there already, and a key that is lost cannot be made again: nothing was written; "
            "give another name, or move it away"
        ) from None
    except OSError as error:
        raise _unwritable(file, error) from error
    try:
        with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        file.unlink(missing_ok=True)  # half a key is none
        raise _unwritable(file, error) from error
    return key.recipient


def read_recipient(file: Path) -> str:
    """The public key that ``file`` speaks of, which may hold the secret one or not.

    Raises ``UsageError`` when it cannot be read or holds no key, ``KitError`` without pyrage.
    """
    try:
        if not file.is_file() and file.exists():
            raise UsageError(f"{file} is no file; name the key file that `turtles keygen` wrote")
        with file.open("rb") as opened:
            text = opened.read(_MAX_BYTES).decode("utf-8-sig", "replace")
    except FileNotFoundError:
        raise UsageError(f"there is no key file {file}; `turtles keygen {file}` makes one") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}") from error
    try:
        return recipient_of(text)
    except UsageError as error:
        raise UsageError(f"{file} will not do: {error}") from None


def advice(file: Path, recipient: str) -> Iterator[str]:
    """What to do with a new pair of keys, a line each."""
    shown = shlex.quote(str(file))
    yield f"{file} holds the secret key. Its public key, which seals and opens nothing, is"
    yield f"  {recipient}"
    yield "seal the hidden suites of a starter for it:"
    yield f"  turtles starter OUT --sealed {shown}"
    yield "let GitHub open them on every push: as a secret of the students' organisation, or of one repository:"
    yield f"  gh secret set {VARIABLE} --org ORGANISATION --visibility all < {shown}"
    yield f"  gh secret set {VARIABLE} --repo OWNER/REPOSITORY < {shown}"
    yield "keep the file in a safe place, and never commit it: anybody who has it can read every hidden suite"


def _unwritable(file: Path, error: OSError) -> TurtlesError:
    if isinstance(error, FileNotFoundError):
        return UsageError(f"cannot write {file}: the folder {file.parent} does not exist; make it first")
    return UsageError(f"cannot write {file}: {error.strerror or error}")
