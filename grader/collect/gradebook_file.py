"""The file of a gradebook: how it is opened and locked, and the disks on which it is not safe."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final

from grader.collect.gradebook_errors import GradebookError
from grader.files import try_lock

_WAIT_S: Final = 10.0
"""For readers of the gradebook, and for people who look into it with another tool: either takes less."""

_ON_A_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ncpfs", "fuse.sshfs", "fuse.glusterfs", "ceph", "lustre",
     "beegfs", "gpfs", "glusterfs", "vboxsf"}
)  # fmt: skip
"""File systems on which SQLite's write-ahead mode may lose what was written."""

_MOUNTS: Final = Path("/proc/self/mounts")


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection in a mode of SQLite's addresses, such as ``rw``."""
    # By hand, without the module's own transactions: they begin and end where they please.
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=_WAIT_S)
    connection.isolation_level = None
    return connection


def is_writable(path: Path) -> bool:
    """Whether this user can write the file, and beside it."""
    return os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK)


def take_lock(path: Path) -> int:
    """Lock the gradebook against other gradings, as long as this process lives. Raises ``GradebookError``."""
    real = path.resolve()
    beside = real.with_name(f".{real.name}.lock")
    lock = os.open(beside, os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), 0o600)
    if not try_lock(lock):
        os.close(lock)
        raise GradebookError(f"{path} is in use by another grading; wait for its end")
    return lock


def network_disk(path: Path) -> str:
    """The kind of network file system that a file lies on, or would; empty where it is none, or nothing tells."""
    try:
        mounts = [line.split(" ") for line in _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    where, kind, deepest = path.resolve(), "", -1
    for _, folder, name, *_ in mounts:
        mount = Path(folder.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
        if where.is_relative_to(mount) and len(mount.parts) >= deepest:
            kind, deepest = name, len(mount.parts)
    return kind if kind in _ON_A_NETWORK else ""
