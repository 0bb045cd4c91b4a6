"""Sealed suites: a suite, and its scenario where it has one, as one file that a key opens.

The format is age (https://age-encryption.org/v1) with X25519 keys, through pyrage, which is loaded when it is needed.
What is opened stays in memory. No message holds a secret key or a line of what was sealed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from types import ModuleType
from typing import Final

from grader.errors import KitError, UsageError

VARIABLE: Final = "TURTLES_KEY"
"""The environment variable that holds the secret key: the key itself, or all that a key file says."""

_SECRET = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]+")
_PUBLIC = re.compile(r"age1[0-9a-z]+")
_PUBLIC_SAID = re.compile(r"#\s*public key:\s*(age1[0-9a-z]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Key:
    """A pair of keys."""

    identity: str = field(repr=False)
    """The secret one, which opens: ``AGE-SECRET-KEY-1…``."""
    recipient: str
    """The public one, which seals: ``age1…``."""


@dataclass(frozen=True)
class Opened:
    """What was sealed."""

    suite: str = field(repr=False)
    scenario: str | None = field(repr=False)


def new_key() -> Key:
    """A new pair of keys. Raises ``KitError`` without pyrage."""
    identity = _pyrage().x25519.Identity.generate()
    return Key(str(identity), str(identity.to_public()))


def identity_of(text: str) -> str:
    """The secret key in what a key file says; a bare key is one as well. Raises ``UsageError`` unless there is one."""
    found = {line.strip() for line in text.splitlines() if _SECRET.fullmatch(line.strip())}
    if len(found) != 1:
        many = "more than one secret key" if found else "no secret key"
        raise UsageError(f"there is {many} in it; a key is one line that begins with AGE-SECRET-KEY-1")
    return found.pop()


def recipient_of(text: str) -> str:
    """The public key that a key file speaks of: one with the secret key, as `age-keygen` writes it, or without.

    Raises ``UsageError`` unless there is exactly one, and ``KitError`` without pyrage.
    """
    x25519 = _pyrage().x25519
    lines = [line.strip() for line in text.splitlines()]
    secret = {line for line in lines if _SECRET.fullmatch(line)}
    said = {match[1] for line in lines if (match := _PUBLIC_SAID.fullmatch(line))}
    # What a comment says of the public key counts only where there is no key itself.
    public = {line for line in lines if _PUBLIC.fullmatch(line)} or (set() if secret else said)
    try:
        found = {str(x25519.Identity.from_str(key).to_public()) for key in secret}
        found |= {str(x25519.Recipient.from_str(key)) for key in public}
    except Exception:  # pyrage has an exception for each kind, with nothing in common
        raise UsageError("the key in it is damaged; make a new pair with `turtles keygen`") from None
    if len(found) != 1:
        many = "more than one key" if found else "no key"
        raise UsageError(f"there is {many} in it; `turtles keygen` and `age-keygen` write files with one")
    return found.pop()


def seal(suite: str, scenario: str | None, recipient: str) -> bytes:
    """Seal a suite and its scenario for a public key; the same texts give other bytes each time.

    Raises ``UsageError`` for what is no public key, and ``KitError`` without pyrage.
    """
    pyrage = _pyrage()
    try:
        public = pyrage.x25519.Recipient.from_str(recipient)
    except Exception:
        raise UsageError("suites cannot be sealed: the public key is damaged") from None
    sealed: bytes = pyrage.encrypt(json.dumps({"suite": suite, "scenario": scenario}).encode(), [public])
    return sealed


def open_sealed(data: bytes, identity: str) -> Opened:
    """Open what ``seal`` made. Raises ``KitError`` for a key that does not fit or damaged data, and without pyrage."""
    pyrage = _pyrage()
    try:
        key = pyrage.x25519.Identity.from_str(identity)
    except Exception:
        raise KitError("the secret key is damaged; copy it anew from its file") from None
    try:
        content = json.loads(pyrage.decrypt(data, [key]))
    except Exception:
        raise KitError("the key does not fit, or the file is damaged") from None
    match content:
        case {"suite": str(suite), "scenario": str() | None as scenario}:
            return Opened(suite, scenario)
    raise KitError("it holds no suite")


def _pyrage() -> ModuleType:
    try:
        import pyrage  # type: ignore[import-untyped]
    except ImportError:
        raise KitError("needs pyrage: install it with `pip install pyrage`, in this kit's .venv") from None
    module: ModuleType = pyrage
    return module
