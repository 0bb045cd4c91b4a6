"""Remove a folder that a stranger's program has worked in."""

# Tens of thousands of files may lie there, and pathlib takes several times as long.
# ruff: noqa: PTH101, PTH104, PTH106, PTH108, PTH118

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import stat
from itertools import count, islice
from pathlib import Path

_FEW = 16


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it; what cannot be removed stays. Never raises ``OSError``.

    Unlike ``shutil.rmtree`` it holds for folders that are nested deeper than Python may recurse or a path be long, and
    for those whose rights were taken away: each is opened, brought up to the top, and emptied there.
    """
    root, token = os.fspath(folder), secrets.token_hex(8)
    names = (os.path.join(root, f".{token}-{number}") for number in count())
    waiting = [root]
    while waiting:
        top = waiting.pop()
        with contextlib.suppress(OSError):
            os.chmod(top, stat.S_IRWXU)
            with os.scandir(top) as found:
                entries = list(found)
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        os.chmod(entry.path, stat.S_IRWXU)  # who moves a folder has to be allowed to write in it
                        name = next(names)
                        os.rename(entry.path, name)
                        waiting.append(name)
                    else:
                        os.unlink(entry.path)
        if top != root:
            with contextlib.suppress(OSError):
                os.rmdir(top)
    with contextlib.suppress(OSError):
        os.rmdir(root)


async def remove_beside(folder: Path) -> None:
    """The same, beside the running loop unless it is quickly done: programs are being timed there."""
    if _is_small(folder):
        remove(folder)
    else:
        await asyncio.to_thread(remove, folder)


def _is_small(folder: Path) -> bool:
    try:
        with os.scandir(folder) as found:
            entries = list(islice(found, _FEW + 1))
    except OSError:
        return True
    return len(entries) <= _FEW and not any(
        entry.is_dir(follow_symlinks=False) or entry.stat(follow_symlinks=False).st_size > 1 << 20 for entry in entries
    )
