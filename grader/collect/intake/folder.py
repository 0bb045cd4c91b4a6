"""A folder that somebody else filled, read so that nothing in it leads out of it.

Each step of a path is opened from the folder before it, and never through a link: what is exchanged meanwhile, by
whatever still runs there, cannot lead anywhere else.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from grader.collect.intake.items import (
    FOLDER,
    LINK,
    MAX_DEPTH,
    NO_FILE,
    Item,
    Listing,
    Source,
    Unreadable,
    is_skipped,
    never,
)
from grader.text import shown

MAX_ENTRIES: Final = 20_000
"""Names that are looked at; a student's copy of the kit has fewer than a thousand."""

_DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A pipe that took a file's place since it was looked at would wait for its writer without O_NONBLOCK.
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class Folder:
    """An open folder. Raises ``Unreadable`` for what is none, or a link to one."""

    def __init__(self, path: Path) -> None:
        try:
            if path.is_symlink():
                raise Unreadable(LINK)
            self._fd = os.open(path, _DIRECTORY)
        except (OSError, ValueError) as error:
            raise Unreadable(_reason(error)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)

    def open(self, path: str) -> BinaryIO:
        """The file at that path below the folder. Raises ``Unreadable``; never waits."""
        *folders, name = path.split("/")
        try:
            fd = self._descend(folders)
            try:
                return _open_file(name, fd)
            finally:
                os.close(fd)
        except (OSError, ValueError) as error:
            raise Unreadable(_reason(error)) from None

    def read(self, path: str, limit: int) -> bytes:
        """The first ``limit`` bytes of a file. Raises ``Unreadable``."""
        with self.open(path) as file:
            try:
                return file.read(limit)
            except OSError as error:
                raise Unreadable(_reason(error)) from None

    def has_folder(self, path: str) -> bool:
        """Whether there is a folder, and no link to one."""
        try:
            os.close(self._descend(path.split("/")))
        except (OSError, ValueError):
            return False
        return True

    def names(self, path: str) -> list[str]:
        """The names in a folder below this one, sorted, at most ``MAX_ENTRIES``. Raises ``Unreadable``."""
        try:
            return sorted(name for name, _ in self._scan(path.split("/"), MAX_ENTRIES))
        except (OSError, ValueError) as error:
            raise Unreadable(_reason(error)) from None

    def listing(self) -> Listing:
        """Everything worth a look, what lies near the root first."""
        items: dict[str, Item] = {}
        problems: list[str] = []
        left = MAX_ENTRIES
        waiting: deque[tuple[str, ...]] = deque([()])
        while waiting:
            folder = waiting.popleft()
            try:
                found = self._scan(folder, left + 1)
            except (OSError, ValueError) as error:
                problems.append(f"{shown('/'.join(folder)) or 'the folder'}: {_reason(error)}")
                continue
            if len(found) > left:
                problems.append(f"there are more than {MAX_ENTRIES:,} files in it; not all of them were looked at")
                waiting.clear()
            left -= len(found)
            for name, mode in sorted(found):
                path = "/".join((*folder, name))
                if not stat.S_ISDIR(mode):
                    items[path] = self._item(path, mode)
                elif not is_skipped(name) and len(folder) < MAX_DEPTH:
                    if name.endswith(".py"):
                        items[path] = never(FOLDER)
                    waiting.append((*folder, name))
        return Listing(items, tuple(problems))

    def _item(self, path: str, mode: int) -> Item:
        if stat.S_ISLNK(mode):
            return never(LINK)
        if not stat.S_ISREG(mode):
            return never(NO_FILE)
        return Item(lambda limit: self.read(path, limit), lambda: _source(lambda: self.open(path)))

    def _scan(self, folder: Sequence[str], most: int) -> list[tuple[str, int]]:
        """Names with their modes, up to a limit."""
        fd = self._descend(folder)
        try:
            found = []
            with os.scandir(fd) as entries:
                for entry in entries:
                    found.append((entry.name, _mode(entry)))
                    if len(found) >= most:
                        break
            return found
        finally:
            os.close(fd)

    def _descend(self, folders: Sequence[str]) -> int:
        """A descriptor of the folder, for the caller to close."""
        if any(name in ("", ".", "..") for name in folders):
            raise ValueError("not a path below the folder")
        fd = os.dup(self._fd)
        for name in folders:
            try:
                deeper = os.open(name, _DIRECTORY, dir_fd=fd)
            finally:
                os.close(fd)
            fd = deeper
        return fd


def file_source(path: Path) -> Source:
    """A file by its whole path, under the same conditions. It is not kept open. Raises ``Unreadable``."""

    def opened() -> BinaryIO:
        try:
            return _open_file(path, None)
        except (OSError, ValueError) as error:
            raise Unreadable(_reason(error)) from None

    return _source(opened)


def _source(opened: Callable[[], BinaryIO]) -> Source:
    def read_at(at: int, count: int) -> bytes:
        with opened() as file:
            try:
                file.seek(at)
                return file.read(count)
            except (OSError, ValueError, OverflowError) as error:  # also of a place where no file can be
                raise Unreadable(_reason(error)) from None

    with opened() as file:
        return Source(os.fstat(file.fileno()).st_size, read_at)


def _open_file(name: str | Path, folder: int | None) -> BinaryIO:
    mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    if stat.S_ISLNK(mode):
        raise Unreadable(LINK)
    if stat.S_ISDIR(mode):
        raise Unreadable(FOLDER)
    if not stat.S_ISREG(mode):  # opening a device can already do something
        raise Unreadable(NO_FILE)
    file = os.fdopen(os.open(name, _FILE, dir_fd=folder), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise Unreadable("it changed while it was read")
    return file


def _mode(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_mode
    except OSError:
        return stat.S_IFSOCK  # gone meanwhile: nothing to read


def _reason(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "it may not be read"
    if isinstance(error, FileNotFoundError):
        return "it is not there"
    return f"it cannot be read ({getattr(error, 'strerror', None) or error})"
