"""What the learner handed in: one file, read once, with everything that can be said of it without running it.

A fault here is the learner's to repair, so each comes with the line where there is one and with what to do.
The file is only ever compiled in the grader's process, never run.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import shlex
import stat
import warnings
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from grader.load.curriculum import Exercise
from grader.load.kit import Kit

MAX_BYTES: Final = 1_000_000
"""Exercises have a few kilobytes. The compiler needs up to about 700 times the size of a hostile file in memory."""

_SLOW_CODECS: Final = {"punycode", "idna"}
"""Text encodings of Python's that take minutes for a file of this size; nobody writes programs in them."""

_DECLARATION: Final = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_WITHOUT_CODE: Final = re.compile(rb"[ \t\f]*([#\r]|$)")
"""As in PEP 263."""

_WITH_LINE_ENDS: Final = re.compile(r"(utf-8|latin-1|iso-8859-1|iso-latin-1)-.*")
"""Editors name their line ends as well: ``utf-8-unix``. Python takes that of these encodings."""

_SHOWN: Final = 88
"""Columns of a faulty line that are shown."""


@dataclass(frozen=True)
class Fault:
    """Why the file cannot be graded, for the learner, and the line of the file it speaks of."""

    message: str
    """The first line says what is wrong and what to do; the lines after it, if any, show the place."""
    line: int | None = None


@dataclass(frozen=True)
class Submission:
    """A learner's file."""

    display: str
    """How the file is named on the screen: ``exercises/02_together/two_tasks.py``."""
    source: str | None
    """The text, without a byte order mark; None when it cannot be read as text."""
    digest: str
    """SHA-256 of the bytes that were read, in hex."""
    unreadable: Fault | None = None
    """Why there is no text to compile: the file is missing, empty, too large, not UTF-8."""

    @cached_property
    def fault(self) -> Fault | None:
        """Why the verdict is ``broken`` without a run; None when the file compiles.

        It is compiled when this is first asked for: files that were judged before need not be. Ask on the main thread,
        whose stack is as large as CPython assumes when it bounds nesting.
        """
        return self.unreadable or (None if self.source is None else _compile(self.source))


def read_submission(path: Path, display: str, restore: str = "") -> Submission:
    """Read ``path``. Never raises for what lies there, and never waits for it (a pipe, a device).

    ``restore``: the command that puts the handed-out file back; without it, git does.
    Links are followed: callers that judge other people's files copy them out first.
    """
    raw = _read(path, display, _brings_back(display, restore))
    if isinstance(raw, Fault):
        return Submission(display, None, hashlib.sha256().hexdigest(), raw)
    return take_submission(raw, display, restore)


def read_learners_file(kit: Kit, exercise: Exercise) -> Submission:
    """The same of the learner's own file; a practice folder need not be in git."""
    restore = f"turtles reset {exercise.name}" if kit.installed else ""
    return read_submission(kit.exercise_file(exercise), f"exercises/{exercise.file}", restore)


def take_submission(raw: bytes, display: str, restore: str = "") -> Submission:
    """The same of bytes that were read already, or never lay in a file of this machine."""
    back = _brings_back(display, restore)
    if len(raw) > MAX_BYTES:
        return Submission(display, None, hashlib.sha256(raw).hexdigest(), _too_large(back))
    digest = hashlib.sha256(raw).hexdigest()
    source = _decode(raw)
    if isinstance(source, Fault):
        return Submission(display, None, digest, source)
    empty = None if source.strip() else Fault(f"the file is empty; {back}")
    return Submission(display, source, digest, empty)


def untouched(kit: Kit, exercise: Exercise, submission: Submission) -> bool:
    """Is it what was handed out, whatever an editor or git did to line endings, byte order mark and the file's end?"""
    handed_out = read_handed_out(kit, exercise).source
    # Where it is missing, `turtles check` reports that; here the file is judged like any other.
    return None not in (submission.source, handed_out) and _plain(submission.source or "") == _plain(handed_out or "")


def read_handed_out(kit: Kit, exercise: Exercise) -> Submission:
    """The file as it was handed out, read once as long as it does not change."""
    path = kit.handed_out_file(exercise)
    try:
        changed = path.stat()
    except OSError:
        return read_submission(path, "")
    return _read_once(path, changed.st_mtime_ns, changed.st_size)


@lru_cache(maxsize=256)
def _read_once(path: Path, changed_ns: int, size: int) -> Submission:
    del changed_ns, size  # they are what the file is known by
    return read_submission(path, "")


def _plain(source: str) -> str:
    return source.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def _brings_back(display: str, restore: str) -> str:
    return f"`{restore or f'git checkout -- {shlex.quote(display)}'}` brings it back as it was"


def _read(path: Path, display: str, back: str) -> bytes | Fault:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return Fault(f"there is a folder in the file's place; move it away, then {back}")
        if not stat.S_ISREG(mode):
            return Fault(f"it is a pipe, socket or device, not a file; remove it, then {back}")
        # What lies there may have changed since: without O_NONBLOCK, opening a pipe would wait for its writer.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return Fault("it changed while it was read; try again")
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        if path.is_symlink():
            return Fault(f"it is a link to a file that is not there; remove it, then {back}")
        return Fault(f"the file is missing; {back}")
    except NotADirectoryError:
        return Fault(f"there is a file in the folder's place; move it away, then {back}")
    except PermissionError:
        return Fault(f"the file may not be read; `chmod u+r {shlex.quote(display)}` allows it")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return Fault(f"the file cannot be read ({reason}); {back}")
    return raw if len(raw) <= MAX_BYTES else _too_large(back)


def _too_large(back: str) -> Fault:
    return Fault(f"the file is larger than 1 MB, which no answer needs; shorten it, or {back}")


# --- text -----------------------------------------------------------------------------------------------------------


def _decode(raw: bytes) -> str | Fault:
    """The text, read as Python reads it: UTF-8 unless the first two lines declare another encoding (PEP 263)."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Fault("the file is saved as UTF-16; save it as UTF-8", 1)
    if b"\0" in raw:
        line = _line_of(raw, raw.index(b"\0"))
        return Fault(f"there is a null byte on line {line}: this is not text; save the file as UTF-8", line)
    marked = raw.startswith(codecs.BOM_UTF8)
    encoding = _declared(raw.removeprefix(codecs.BOM_UTF8))
    try:
        codec = codecs.lookup(encoding).name
    except LookupError:
        return Fault(f"there is no encoding {encoding[:_SHOWN]}; save the file as UTF-8, without the declaration", 1)
    if codec in _SLOW_CODECS:
        return Fault(f"the encoding {encoding} is not for programs; save the file as UTF-8", 1)
    if marked and codec != "utf-8":
        problem = f"the file begins with the mark of UTF-8 and declares {encoding}"
        return Fault(f"{problem}; save the file as UTF-8, without the declaration", 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return raw.decode("utf-8-sig" if marked else encoding)
    except (UnicodeError, LookupError) as error:
        fault = _not_utf8(raw) if codec == "utf-8" else None
        return fault or Fault(f"the file cannot be read as {encoding} ({error}); save it as UTF-8", 1)


def _declared(raw: bytes) -> str:
    """The encoding that a comment in the first two lines declares.

    Since Python 3.14 ``tokenize.detect_encoding`` decodes these lines by whatever codec they name. That may take
    minutes, or raise anything.
    """
    for line in raw.split(b"\n", 2)[:2]:
        if match := _DECLARATION.match(line):
            name = match[1].decode("ascii")
            return _WITH_LINE_ENDS.sub(r"\1", name.lower().replace("_", "-"))
        if not _WITHOUT_CODE.match(line):
            break
    return "utf-8"


def _not_utf8(raw: bytes) -> Fault | None:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = _line_of(raw, error.start)
        byte = raw[error.start]
        return Fault(f"byte 0x{byte:02x} on line {line} is not UTF-8; save the file as UTF-8", line)
    return None


def _line_of(raw: bytes, position: int) -> int:
    before = raw[:position].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1


# --- syntax ---------------------------------------------------------------------------------------------------------


def _compile(source: str) -> Fault | None:
    """What CPython has against the file, or None.

    ``compile`` runs nothing, and its folding of constants is bounded: ``10**10**8`` and ``"a" * 10**9`` take no time.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a SyntaxWarning is for the learner who runs the file
            # Not under its own name: to show a line, CPython would open whatever file has that name from here.
            compile(source, "<exercise>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return _syntax_fault(error, source)
    except (RecursionError, MemoryError):
        return Fault("the file is nested too deeply for Python to compile; make its expressions shorter")
    except Exception as error:  # lone surrogates and the like
        return Fault(f"Python cannot compile the file: {type(error).__name__}: {error}")
    return None


def _syntax_fault(error: SyntaxError, source: str) -> Fault:
    kind = type(error).__name__
    if not error.lineno:
        return Fault(f"{kind}: {error.msg}")
    message = f"{kind} on line {error.lineno}: {error.msg}"
    lines = _plain(source).split("\n")
    if error.lineno > len(lines):  # at the end of the file
        return Fault(message, error.lineno)
    shown = _excerpt(lines[error.lineno - 1], error.offset or 0)
    return Fault("\n".join([message, *shown]), error.lineno)


def _excerpt(line: str, column: int) -> list[str]:
    """The line, cut to fit around ``column`` (from 1; 0 when not known), with a caret under it."""
    indent = len(line) - len(line.lstrip())
    start = max(indent, column - _SHOWN + 20)
    text = "".join(c if c.isprintable() else " " for c in line[start : start + _SHOWN]).rstrip()
    if not text:
        return []
    caret = column - 1 - start
    return [f"    {text}"] + ([f"    {' ' * caret}^"] if 0 <= caret <= len(text) else [])
