"""Files: replaced in one step, completely or not at all, and locked against others who may change them."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from grader.errors import UsageError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

CAN_LOCK: Final = fcntl is not None
"""Where nothing can be locked, the last of two who write wins."""


def try_lock(descriptor: int) -> bool:
    """Lock an open file or folder against every other grader; False, at once, when another has it.

    The lock goes when the descriptor is closed, however that comes about. True where nothing can be locked.
    """
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def replacing(target: Path, *, temporary: Path | None = None, keep_mode: bool = False) -> Iterator[Path]:
    """The name of a new file to write, which takes the place of ``target`` in one step when the block has ended well.

    A link at ``target`` is replaced, not followed. ``temporary``: the name of the new file until then, for a caller
    that holds a lock and so is alone; otherwise a name next to ``target`` that nobody can know. ``keep_mode``: a file
    that is there keeps its permissions. Nothing is left behind, and raises ``OSError`` as the system does.
    """
    # In the same folder: a rename is one step only within a file system. Opened by hand, not by tempfile, because
    # that makes files which nobody else may read.
    new = temporary or target.with_name(f".{target.name[:50]}.{os.getpid()}.{os.urandom(4).hex()}.tmp")
    new.unlink(missing_ok=True)
    try:
        yield new
        if keep_mode and target.exists():
            shutil.copymode(target, new)
        new.replace(target)
    finally:
        with suppress(OSError):
            new.unlink()


def check_writable(path: Path) -> None:
    """Raise the ``UsageError`` that ``write_text`` would, as far as can be known before: a report may take minutes."""
    with _told(path):
        if not _is_device(path):
            _refuse(path.resolve())


def write_text(path: Path, text: str | Iterator[str]) -> None:
    """Write ``text``, or all its pieces, to ``path`` as UTF-8, in one step, so that nobody ever reads half a report.

    A file that is there keeps its permissions, a link is followed, and a pipe or a device (``/dev/stdout``) is
    written to as it is. Raises ``UsageError`` when it cannot be written; what was there before is then unchanged.
    """
    with _told(path):
        if _is_device(path):
            # Not resolved: what /dev/stdout links to may have no name that can be opened.
            _write(path, text)
        else:
            target = path.resolve()
            _refuse(target)
            with replacing(target, keep_mode=True) as new:
                _write(new, text)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Errors in words."""
    try:
        yield
    except FileNotFoundError:
        raise UsageError(f"cannot write {path}: the folder {path.parent} does not exist; make it first") from None
    except IsADirectoryError:
        raise UsageError(f"cannot write {path}: it is a folder; give the name of a file") from None
    except NotADirectoryError:
        raise UsageError(f"cannot write {path}: {path.parent} is not a folder") from None
    except PermissionError:
        raise UsageError(f"cannot write {path}: you have no permission to write there; choose another folder") from None
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, up to Python 3.12
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"cannot write {path}: {reason}") from None


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _write(path: Path, text: str | Iterator[str]) -> None:
    # Half of a surrogate pair has no UTF-8; spelled \udc80 it is valid JSON, and readable anywhere else.
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.writelines([text] if isinstance(text, str) else text)


def _refuse(target: Path) -> None:
    """Raise what stands against writing to ``target``."""
    if target.is_dir():
        raise IsADirectoryError
    if target.is_symlink():  # resolved, and still a link: a loop, which Python 3.13 and later pass over
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if not target.parent.is_dir():
        raise NotADirectoryError if target.parent.exists() else FileNotFoundError
    if not os.access(target.parent, os.W_OK | os.X_OK) or (target.exists() and not os.access(target, os.W_OK)):
        raise PermissionError


def typed_path(path: Path) -> str:
    """The path as it can be typed from where the user is."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # on another drive
        return str(path)
