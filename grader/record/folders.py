"""Remove a folder that a stranger's program has worked in."""

from __future__ import annotations

import contextlib
import secrets
import stat
from itertools import count
from pathlib import Path


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it; what cannot be removed stays. Never raises ``OSError``.

    Unlike ``shutil.rmtree`` it holds for folders that are nested deeper than Python may recurse or a path be long, and
    for those whose rights were taken away: each is opened, brought up to the top, and emptied there.
    """
    token = secrets.token_hex(8)
    names = (folder / f".{token}-{number}" for number in count())
    waiting = [folder]
    while waiting:
        top = waiting.pop()
        with contextlib.suppress(OSError):
            top.chmod(stat.S_IRWXU)
            for entry in list(top.iterdir()):
                with contextlib.suppress(OSError):
                    if entry.is_symlink() or not entry.is_dir():
                        entry.unlink()
                    else:
                        entry.chmod(stat.S_IRWXU)  # who moves a folder has to be allowed to write in it
                        waiting.append(entry.rename(next(names)))
        if top != folder:
            with contextlib.suppress(OSError):
                top.rmdir()
    with contextlib.suppress(OSError):
        folder.rmdir()
