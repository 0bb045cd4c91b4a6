"""Files in a run's working folder, as the grader uses them while the program runs.

The folder belongs to the program. It may have put a link, a named pipe or a socket where the suite expects a file, and
the grader stands outside the sandbox: a link would lead it to any file of the machine, and a pipe that nobody writes
would hold up its event loop for ever. So nothing here follows a link, waits, or reads more than it was asked for.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from grader.record.trace import Unseen

_MOST = 1_000_000
"""Bytes of a file that a suite looks at."""


class Spoiled(OSError, Unseen):
    """What is there is none of the suite's making. That is the program's doing: where it ends a ``drive``, nothing is
    amiss with the suite, and what the drive has not seen has not happened."""


def open_within(folder: Path, name: str, flags: int) -> int:
    """Open a file of the folder without following a link and without waiting. ``name`` may lead through folders below.

    Raises ``OSError`` for what is not there, ``Spoiled`` for a link on the way or a name that leads out of the folder.
    """
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\0" in name:
        raise Spoiled(errno.EPERM, "this name leads out of the working folder", name)
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts[:-1]:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at)
            os.close(at)
            at = below
        return os.open(parts[-1], flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600, dir_fd=at)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK, errno.ENOTDIR, errno.ENXIO):
            raise Spoiled(error.errno, error.strerror, name) from None
        raise
    finally:
        os.close(at)


def read(folder: Path, name: str) -> bytes:
    """Up to a megabyte of a file. Raises ``OSError`` as ``open_within``, and ``Spoiled`` for what is no plain file."""
    with os.fdopen(open_within(folder, name, os.O_RDONLY), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Spoiled(errno.EINVAL, "this is no file", name)
        return file.read(_MOST)


def touch(folder: Path, name: str) -> None:
    """Make an empty file where there is none. Raises ``OSError`` as ``open_within``."""
    os.close(open_within(folder, name, os.O_WRONLY | os.O_CREAT))


@contextlib.contextmanager
def socket_address(folder: Path, name: str) -> Iterator[str]:
    """The address of a Unix socket. Raises ``OSError`` where nothing is, ``Spoiled`` for what is no socket."""
    if sys.platform != "linux":
        if not stat.S_ISSOCK((folder / name).lstat().st_mode):
            raise Spoiled(errno.ENOTSOCK, "this is no socket", name)
        yield str(folder / name)
        return
    fd = open_within(folder, name, os.O_PATH)
    try:
        if not stat.S_ISSOCK(os.fstat(fd).st_mode):
            raise Spoiled(errno.ENOTSOCK, "this is no socket", name)
        yield f"/proc/self/fd/{fd}"  # the very socket that was looked at, whatever has its name by now
    finally:
        os.close(fd)


def plain_file(folder: Path, name: str) -> Path:
    """The path of a file of the folder, for a library that wants a path. Raises ``Spoiled`` for what is no file."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG((folder / name).lstat().st_mode):
            raise Spoiled(errno.EINVAL, "this is no file", name)
    return folder / name
