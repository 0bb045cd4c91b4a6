"""The contents of a folder or an archive that somebody else made: names, and bytes on request.

Nothing is ever unpacked to the disk, and nothing is read that nobody asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

MAX_NESTED: Final = 32_000_000
"""Bytes of an archive inside an archive, which has to be held in memory to be looked into."""

MAX_DEPTH: Final = 6
"""Folders below the root in which files are still looked at: a kit has at most four, and may be wrapped in two."""

LINK: Final = "it is a link, and links are not followed"
NO_FILE: Final = "it is a pipe, socket or device, not a file"
FOLDER: Final = "there is a folder in the file's place"

_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "__MACOSX", "venv", "env", "site-packages"})


class Unreadable(Exception):
    """A file, folder or archive that cannot be read; the message says why, in the words of the middle of a sentence."""


@dataclass(frozen=True)
class Source:
    """Bytes that can be read in any order."""

    size: int
    read_at: Callable[[int, int], bytes]
    """From where, and how many; fewer at the end. Raises ``Unreadable``."""


@dataclass(frozen=True)
class Item:
    """Something with the name of a file. Reading what is none, a link or a pipe, raises ``Unreadable``."""

    read: Callable[[int], bytes]
    """Its first bytes, at most as many as asked for."""
    file: Callable[[], Source] | None = None
    """Where it can be read in any order without being in memory: it as such. Raises ``Unreadable``."""
    irregular: bool = False
    """Whether it is known to be no ordinary file."""
    modified: str = ""
    """When it was last changed, as an archive says: UTC, ``YYYY-MM-DDTHH:MM:SSZ``; empty where nothing does."""

    def source(self) -> Source:
        """It to be read in any order, in memory if need be. Raises ``Unreadable``, also for one too large for that."""
        if self.file:
            return self.file()
        content = self.read(MAX_NESTED + 1)
        if len(content) > MAX_NESTED:
            raise Unreadable(f"it is larger than {MAX_NESTED // 1_000_000} MB")
        return Source(len(content), lambda at, count: content[at : at + count])


@dataclass(frozen=True)
class Listing:
    """What lies there, by path with forward slashes, and what was wrong with it, a line each."""

    items: Mapping[str, Item] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def never(reason: str) -> Item:
    """An item that cannot be read."""

    def read(_: int) -> bytes:
        raise Unreadable(reason)

    return Item(read, irregular=True)


def is_skipped(folder: str) -> bool:
    """Whether a folder of that name holds nothing that anybody hands in: ``.git``, ``node_modules``."""
    return folder in _SKIPPED or (folder.startswith(".") and folder != ".github")
