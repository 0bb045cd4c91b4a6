"""When the last commit of somebody else's repository was made, read without git.

git does what a repository's own settings say, and those can name programs to run. So the few files that matter are read
here: HEAD, the ref it names, and the commit, loose or in a pack. What is not understood tells nothing.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from datetime import UTC, datetime
from typing import BinaryIO, Final

from grader.collect.intake.folder import Folder
from grader.collect.intake.items import Unreadable

_MAX_OBJECT: Final = 1_000_000
_MAX_DELTAS: Final = 100
"""git itself makes chains of at most 50, and of 250 when it is asked to."""
_MAX_PACKS: Final = 100
_MAX_REFS: Final = 8_000_000

_HASH: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REF: Final = re.compile(r"refs/[^\s\0\\:?*\[~^]+")
_COMMITTER: Final = re.compile(rb"^committer [^\n]*> (\d{1,11}) [+-]\d{4}$", re.MULTILINE)

_COMMIT, _OFS_DELTA, _REF_DELTA = 1, 6, 7


def last_commit(folder: Folder, root: str = "") -> str:
    """The committer's time of HEAD in the clone at ``root``: UTC, ``YYYY-MM-DDTHH:MM:SSZ``; empty if none is found.

    The author of the commit chose that time. Never raises, never waits, and follows no link.
    """
    git = f"{root}/.git" if root else ".git"
    try:
        name = _head(folder, git)
        commit = name and (_loose(folder, git, name) or _packed(folder, git, name))
        found = commit and _COMMITTER.search(commit)
        return datetime.fromtimestamp(int(found[1]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if found else ""
    except (Unreadable, OSError, ValueError, OverflowError, IndexError, struct.error, zlib.error):
        return ""


def _head(folder: Folder, git: str) -> str:
    """The name of the commit that HEAD stands for; empty when there is none."""
    text = folder.read(f"{git}/HEAD", 1_000).decode("utf-8").strip()
    if _HASH.fullmatch(text):
        return text
    ref = text.removeprefix("ref:").strip()
    if not _REF.fullmatch(ref):
        return ""
    try:
        text = folder.read(f"{git}/{ref}", 100).decode("ascii").strip()
        return text if _HASH.fullmatch(text) else ""
    except Unreadable:
        pass
    for line in folder.read(f"{git}/packed-refs", _MAX_REFS).splitlines():
        name, _, packed = line.partition(b" ")
        if packed == ref.encode():
            text = name.decode("ascii")
            return text if _HASH.fullmatch(text) else ""
    return ""


def _loose(folder: Folder, git: str, name: str) -> bytes | None:
    try:
        raw = folder.read(f"{git}/objects/{name[:2]}/{name[2:]}", _MAX_OBJECT)
    except Unreadable:
        return None
    header, _, content = zlib.decompressobj().decompress(raw, _MAX_OBJECT).partition(b"\0")
    return content if header.startswith(b"commit ") else None


# --- packs ----------------------------------------------------------------------------------------------------------


def _packed(folder: Folder, git: str, name: str) -> bytes | None:
    names = [name for name in folder.names(f"{git}/objects/pack") if name.endswith(".idx")]
    for index in names[:_MAX_PACKS]:
        with folder.open(f"{git}/objects/pack/{index}") as file:
            offset = _offset(file, bytes.fromhex(name))
        if offset is not None:
            with folder.open(f"{git}/objects/pack/{index.removesuffix('.idx')}.pack") as pack:
                kind, content = _object(pack, offset, _MAX_DELTAS)
            return content if kind == _COMMIT else None
    return None


def _offset(index: BinaryIO, name: bytes) -> int | None:
    """Where the object begins in the pack of that index (its second version, git's only one since 2008)."""
    fd, width = index.fileno(), len(name)
    if os.pread(fd, 8, 0) != b"\xfftOc\0\0\0\2":
        return None
    low = struct.unpack(">I", os.pread(fd, 4, 8 + 4 * (name[0] - 1)))[0] if name[0] else 0
    high = struct.unpack(">I", os.pread(fd, 4, 8 + 4 * name[0]))[0]
    count = struct.unpack(">I", os.pread(fd, 4, 8 + 4 * 255))[0]
    names = 8 + 4 * 256
    while low < high:
        middle = (low + high) // 2
        there = os.pread(fd, width, names + middle * width)
        if there == name:
            offsets = names + count * (width + 4)
            offset = int(struct.unpack(">I", os.pread(fd, 4, offsets + 4 * middle))[0])
            if offset & 0x80000000:
                wide = offsets + 4 * count + 8 * (offset & 0x7FFFFFFF)
                offset = int(struct.unpack(">Q", os.pread(fd, 8, wide))[0])
            return offset
        low, high = (middle + 1, high) if there < name else (low, middle)
    return None


def _object(pack: BinaryIO, offset: int, deltas: int) -> tuple[int, bytes]:
    """Kind and content of the object at that offset. Raises ``ValueError`` and its like for what is none."""
    head = os.pread(pack.fileno(), 64, offset)
    kind, at = head[0] >> 4 & 7, 1
    while head[at - 1] & 0x80:
        at += 1
    if kind not in (_OFS_DELTA, _REF_DELTA):
        return kind, _inflated(pack, offset + at)
    # A delta on an object that is named by its hash occurs only in packs on their way.
    if kind == _REF_DELTA or not deltas:
        raise ValueError("not such a pack as a clone has")
    back = head[at] & 0x7F
    while head[at] & 0x80:
        at += 1
        back = (back + 1 << 7) | head[at] & 0x7F
    if not 0 < back < offset:
        raise ValueError("a delta on nothing")
    kind, base = _object(pack, offset - back, deltas - 1)
    return kind, _applied(base, _inflated(pack, offset + at + 1))


def _inflated(pack: BinaryIO, at: int) -> bytes:
    raw = os.pread(pack.fileno(), _MAX_OBJECT, at)
    return zlib.decompressobj().decompress(raw, _MAX_OBJECT)


def _applied(base: bytes, delta: bytes) -> bytes:
    """A delta: how long the base and the result are, then pieces to copy from the base and pieces to insert."""
    at = 0
    for _ in range(2):
        while delta[at] & 0x80:
            at += 1
        at += 1
    result = bytearray()
    while at < len(delta) and len(result) <= _MAX_OBJECT:
        what, at = delta[at], at + 1
        if not what & 0x80:
            result += delta[at : at + what]
            at += what
            continue
        start = size = 0
        for bit in range(7):
            if what & 1 << bit:
                if bit < 4:
                    start |= delta[at] << 8 * bit
                else:
                    size |= delta[at] << 8 * (bit - 4)
                at += 1
        result += base[start : start + (size or 0x10000)]
    return bytes(result)
