"""Zip and tar files that somebody else made: what is in them, by safe names, with bounded memory and time.

``zipfile`` builds all that a zip's directory announces before anybody can stop it, and gives up a whole archive for one
name that it cannot decode; ``tarfile`` reads names as long as a header says. So both formats are read here, as little
of them as it takes. What an archive says of its own sizes is never believed.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from grader.collect.intake.items import LINK, MAX_DEPTH, NO_FILE, Item, Listing, Source, Unreadable, is_skipped, never
from grader.text import shown

SUFFIXES: Final = (".zip", ".tar.gz", ".tgz", ".tar")
"""Names of what can be read here."""
FOREIGN: Final = (".rar", ".7z", ".tar.bz2", ".tar.xz", ".tbz2", ".txz", ".gz", ".bz2", ".xz", ".zst")
"""Names of archives that cannot."""

MAX_ENTRIES: Final = 20_000
MAX_DIRECTORY: Final = 8_000_000
"""Bytes of a zip's directory, which has some 50 to 150 for each entry."""
MAX_EXPORT_ENTRIES: Final = 500_000
MAX_EXPORT_DIRECTORY: Final = 128_000_000
"""The same of an export that holds a whole class."""
MAX_TAR: Final = 64_000_000
"""Bytes that a tar may unpack to: it has to be read from its beginning, and is held in memory."""

_CHUNK: Final = 65_536
_PIECE: Final = 1_000_000
_NAME: Final = 1_000
DAMAGED: Final = "it is damaged"


def is_archive(name: str) -> bool:
    """Whether a file of that name can be looked into."""
    return name.lower().endswith(SUFFIXES)


def stem(name: str) -> str:
    """The name of an archive without what says that it is one."""
    return next((name[: -len(suffix)] for suffix in SUFFIXES if name.lower().endswith(suffix)), name)


def foreign_stem(name: str) -> str:
    """The name of any file without its ending, of an archive without all of that."""
    ending = next((suffix for suffix in (*SUFFIXES, *FOREIGN) if name.lower().endswith(suffix)), "")
    return name[: -len(ending)] if ending else name.rpartition(".")[0] or name


def list_archive(source: Source, name: str, *, export: bool = False) -> Listing:
    """What is in an archive. ``export`` allows for a whole class in it.

    Raises ``Unreadable`` for what is no archive, or too damaged.
    """
    if not name.lower().endswith(".zip"):
        return _list_tar(source)
    most = (MAX_EXPORT_ENTRIES, MAX_EXPORT_DIRECTORY) if export else (MAX_ENTRIES, MAX_DIRECTORY)
    return _list_zip(source, *most)


# --- names ----------------------------------------------------------------------------------------------------------


class _Taken:
    """What is taken of an archive so far, by safe names."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self._outside: list[str] = []
        self._odd: list[str] = []
        self._twice: list[str] = []

    def add(self, name: str | None, raw: bytes, item: Callable[[], Item]) -> None:
        """Add what has that name, None for one that is not text, unless it is nothing to look at."""
        if name is None or "\0" in name or len(name) > _NAME:
            self._odd.append(raw[:_NAME].decode("utf-8", "backslashreplace"))
            return
        # Some programs for Windows write backslashes.
        parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
        if name.startswith(("/", "\\")) or ".." in parts or (parts and parts[0][1:2] == ":"):
            self._outside.append(name)
            return
        if not parts or len(parts) > MAX_DEPTH + 2 or any(is_skipped(part) for part in parts[:-1]):
            return
        path = "/".join(parts)
        if path in self.items:
            self._twice.append(path)
        self.items[path] = item()

    def problems(self) -> Iterator[str]:
        """What was left out, in a line for each kind."""
        yield from _told(self._outside, "a name that leads out of the archive", "names that lead out of the archive")
        yield from _told(self._odd, "a name that is not text", "names that are not text")
        if self._twice:
            yield f"there are several of one name in the archive, the last counts: {shown(self._twice[0])}"


def _told(names: list[str], one: str, many: str) -> Iterator[str]:
    if len(names) == 1:
        yield f"left out, for {one}: {shown(names[0])}"
    elif names:
        yield f"left out {len(names):,} with {many}, the first of them {shown(names[0])}"


# --- zip ------------------------------------------------------------------------------------------------------------

_END: Final = struct.Struct("<4s4H2LH")
_LOCATOR64: Final = struct.Struct("<4sLQL")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_CENTRAL: Final = struct.Struct("<4s4x4H3L3H4x2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")

_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_UTF8: Final = 0x800
_STORED, _DEFLATED = 0, 8
_HUGE: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class _Member:
    """One entry of a zip's directory, as it says."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    mode: int
    offset: int
    dos_time: int
    """Its date and time, as DOS packs them into 32 bits: local time, of which nobody knows where."""
    unix_time: int | None
    """Seconds since 1970, where the extra field tells them."""

    @property
    def modified(self) -> str:
        """UTC, ``YYYY-MM-DDTHH:MM:SSZ``; empty for what is no time that anything can have been handed in at."""
        try:
            if self.unix_time is not None:
                when = datetime.fromtimestamp(self.unix_time, UTC)
            else:
                date, time = self.dos_time >> 16, self.dos_time & 0xFFFF
                when = datetime(
                    1980 + (date >> 9), date >> 5 & 15, date & 31, time >> 11, time >> 5 & 63, 2 * (time & 31)
                ).astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            return ""
        # Zips that are to be the same each time say 1980.
        return when.strftime("%Y-%m-%dT%H:%M:%SZ") if 2000 <= when.year <= datetime.now(UTC).year else ""

    @property
    def name(self) -> str | None:
        """The name, None for one that is not text."""
        try:
            return self.raw_name.decode("utf-8")
        except UnicodeDecodeError:
            return None if self.flags & _UTF8 else self.raw_name.decode("cp437")

    @property
    def fault(self) -> str | None:
        """Why it is not read."""
        if stat.S_ISLNK(self.mode):
            return LINK
        if stat.S_IFMT(self.mode) not in (0, stat.S_IFREG):
            return NO_FILE
        if self.flags & _ENCRYPTED:
            return "it is encrypted"
        if self.method not in (_STORED, _DEFLATED):
            return f"it is packed by a method that is not supported ({self.method}); an ordinary zip is needed"
        return None


class _Zip:
    """A zip's directory. Raises ``Unreadable`` when there is none to be found."""

    def __init__(self, source: Source, most_bytes: int) -> None:
        self._bytes = source.read_at
        size = source.size
        tail_at = max(0, size - _END.size - 0xFFFF)
        tail = self._bytes(tail_at, size - tail_at)
        at = tail.rfind(b"PK\5\6")
        if at < 0 or at + _END.size > len(tail):
            raise Unreadable("it is no zip, or not all of one")
        *_, length, offset, _ = _END.unpack_from(tail, at)
        end = tail_at + at
        end, length, offset = self._end64(end) or (end, length, offset)
        self._shift = end - length - offset  # the bytes that were put before the zip
        self.start = end - length
        if self.start < 0 or self._shift < 0:
            raise Unreadable(DAMAGED)
        self.cut = length > most_bytes
        self._directory = self._bytes(self.start, min(length, most_bytes))

    def _end64(self, end: int) -> tuple[int, int, int] | None:
        """The end, the length and the offset of a directory that is too large for 32 bits."""
        raw = self._bytes(max(0, end - _LOCATOR64.size), _LOCATOR64.size)
        if len(raw) < _LOCATOR64.size or not raw.startswith(b"PK\6\7"):
            return None
        at = end - _LOCATOR64.size - _END64.size
        raw = self._bytes(max(0, at), _END64.size)
        if at < 0 or len(raw) < _END64.size or not raw.startswith(b"PK\6\6"):
            raise Unreadable(DAMAGED)
        *_, length, offset = _END64.unpack(raw)
        return at, length, offset

    def members(self) -> Iterator[_Member]:
        """What the directory lists, in its order. Raises ``Unreadable`` where it makes no sense any more."""
        directory, at = self._directory, 0
        while at < len(directory):
            if at + _CENTRAL.size > len(directory):
                if self.cut:
                    return
                raise Unreadable(DAMAGED)
            mark, flags, method, time, date, crc, *numbers = _CENTRAL.unpack_from(directory, at)
            packed, size, name_len, extra_len, comment_len, mode, offset = numbers
            if mark != b"PK\1\2":
                raise Unreadable(DAMAGED)
            at += _CENTRAL.size
            name = directory[at : at + name_len]
            extra = directory[at + name_len : at + name_len + extra_len]
            at += name_len + extra_len + comment_len
            size, packed, offset = _wide(extra, size, packed, offset)
            dos_time, unix_time = date << 16 | time, _unix_time(extra)
            yield _Member(name, flags, method, crc, packed, size, mode >> 16, offset + self._shift, dos_time, unix_time)

    def read(self, member: _Member, limit: int) -> bytes:
        """The first bytes of a member. Raises ``Unreadable``."""
        local = self._bytes(member.offset, _LOCAL.size)
        if len(local) < _LOCAL.size or not local.startswith(b"PK\3\4"):
            raise Unreadable(DAMAGED)
        *_, name_len, extra_len = _LOCAL.unpack(local)
        at = member.offset + _LOCAL.size
        if self._bytes(at, name_len) != member.raw_name:
            raise Unreadable("it overlaps another file of the archive, or is damaged")
        at += name_len + extra_len
        if member.method == _STORED:
            content = self._bytes(at, min(member.packed, limit))
        else:
            content = self._inflate(at, member.packed, limit)
        if len(content) < limit and (len(content) != member.size or zlib.crc32(content) != member.crc):
            raise Unreadable(DAMAGED)
        return content

    def _inflate(self, at: int, packed: int, limit: int) -> bytes:
        # Deflated data are hardly ever longer than what they unpack to: more is nothing but a way to take time.
        end = at + min(packed, limit + limit // 8 + _CHUNK)
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        content = bytearray()
        while at < end and len(content) < limit and not unpacker.eof:
            chunk = self._bytes(at, min(end - at, _PIECE))
            if not chunk:
                break
            at += len(chunk)
            while chunk and len(content) < limit and not unpacker.eof:
                content += _unpack(unpacker, chunk, limit - len(content))
                chunk = unpacker.unconsumed_tail
        return bytes(content)


def _unix_time(extra: bytes) -> int | None:
    """The time of the last change that Info-ZIP's extra field tells; None where there is none."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 0x5455 and length >= 5 and at + 9 <= len(extra) and extra[at + 4] & 1:
            (seconds,) = struct.unpack_from("<l", extra, at + 5)
            return int(seconds)
        at += 4 + length
    return None


def _wide(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """The three numbers, of which those that are too large for 32 bits are in the extra field."""
    at = 0
    while _HUGE in (size, packed, offset) and at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            field = extra[at + 4 : at + 4 + length]
            numbers = iter(struct.unpack_from(f"<{len(field) // 8}Q", field))
            size = next(numbers, size) if size == _HUGE else size
            packed = next(numbers, packed) if packed == _HUGE else packed
            offset = next(numbers, offset) if offset == _HUGE else offset
            break
        at += 4 + length
    # Never past what a file can be as large as: seeking there would fail.
    return size, packed, min(offset, 1 << 60)


def _list_zip(source: Source, most: int, most_bytes: int) -> Listing:
    archive = _Zip(source, most_bytes)
    found = _Taken()
    problems = []
    count = 0
    try:
        for member in archive.members():
            if count == most:
                archive.cut = True
                break
            count += 1
            name = member.name
            if name is None or not name.endswith(("/", "\\")):
                found.add(name, member.raw_name, partial(_zip_item, archive, member))
    except Unreadable as error:
        if not count:
            raise
        problems.append(f"the archive's directory: {error}; what comes after was not looked at")
    if archive.cut:
        problems.append(f"there are more than {count:,} files in the archive; not all of them were looked at")
    return Listing(found.items, (*problems, *found.problems()))


def _zip_item(archive: _Zip, member: _Member) -> Item:
    return never(member.fault) if member.fault else Item(partial(archive.read, member), modified=member.modified)


# --- tar ------------------------------------------------------------------------------------------------------------

_BLOCK: Final = 512
_REGULAR: Final = (b"0", b"\0", b"7")


def _list_tar(source: Source) -> Listing:
    data, whole = _unpacked(source)
    found = _Taken()
    view = memoryview(data)
    problems = []
    if not whole:
        problems.append(
            f"the archive unpacks to more than {MAX_TAR // 1_000_000} MB, or ends early; the rest was not read"
        )
    at = count = 0
    long_name: bytes | None = None
    while at + _BLOCK <= len(data):
        header = data[at : at + _BLOCK]
        at += _BLOCK
        if not header.strip(b"\0"):
            break
        size = _octal(header[124:136])
        if size is None or not _checks(header):
            if count == 0:
                raise Unreadable("it is no archive, or not all of one")
            problems.append(f"the archive after {count:,} files: {DAMAGED}; what comes after was not looked at")
            break
        start, at = at, at + -(-size // _BLOCK) * _BLOCK
        kind = header[156:157]
        if kind in (b"L", b"x"):
            text = bytes(view[start : start + min(size, 4 * _NAME)])
            long_name = text.rstrip(b"\0") if kind == b"L" else _pax_path(text) or long_name
            continue
        if kind in (b"g", b"5", b"K"):
            long_name = None if kind == b"5" else long_name
            continue
        count += 1
        if count > MAX_ENTRIES:
            problems.append(f"there are more than {MAX_ENTRIES:,} files in the archive; not all of them were looked at")
            break
        raw = long_name if long_name is not None else _tar_name(header)
        long_name = None
        found.add(_text(raw), raw, partial(_tar_item, view, kind, start, size))
    if not data:
        raise Unreadable("it is no archive, or not all of one")
    return Listing(found.items, (*problems, *found.problems()))


def _unpacked(source: Source) -> tuple[bytes, bool]:
    """A tar's bytes, no more than ``MAX_TAR``, and whether those are all."""
    if source.read_at(0, 2) != b"\x1f\x8b":
        return source.read_at(0, MAX_TAR), source.size <= MAX_TAR
    content = bytearray()
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    at = 0
    while at < MAX_TAR and len(content) < MAX_TAR and not unpacker.eof and (packed := source.read_at(at, _PIECE)):
        at += len(packed)
        while packed and len(content) < MAX_TAR and not unpacker.eof:
            content += _unpack(unpacker, packed, MAX_TAR - len(content))
            packed = unpacker.unconsumed_tail
    return bytes(content), unpacker.eof


def _tar_item(data: memoryview, kind: bytes, start: int, size: int) -> Item:
    if kind in (b"1", b"2"):
        return never(LINK)
    if kind not in _REGULAR:
        return never(NO_FILE)
    if start + size > len(data):
        return never("the archive ends in it")
    return Item(lambda limit: bytes(data[start : start + min(size, limit)]))


def _tar_name(header: bytes) -> bytes:
    name = header[:100].split(b"\0")[0]
    prefix = header[345:500].split(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _pax_path(records: bytes) -> bytes | None:
    """The path in a pax header: records of ``LENGTH KEY=VALUE``, each ended by a line feed."""
    while records:
        digits, _, _ = records.partition(b" ")
        length = int(digits) if digits.isdigit() and len(digits) < 8 else 0
        if length <= len(digits) + 1:
            return None
        key, _, value = records[len(digits) + 1 : length].partition(b"=")
        if key == b"path":
            return value.removesuffix(b"\n")
        records = records[length:]
    return None


def _octal(field: bytes) -> int | None:
    text = field.strip(b" \0")
    try:
        return int(text or b"0", 8) if text[:1] != b"-" else None
    except ValueError:
        return None  # also sizes of 8 GB and more, which are written otherwise


def _checks(header: bytes) -> bool:
    """Whether the header's sum is right: otherwise it is none."""
    return _octal(header[148:156]) == sum(header) - sum(header[148:156]) + 8 * 32


def _text(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _unpack(unpacker: zlib._Decompress, packed: bytes, most: int) -> bytes:
    try:
        return unpacker.decompress(packed, most)
    except zlib.error:
        raise Unreadable(DAMAGED) from None
