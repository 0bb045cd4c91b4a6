"""Whatever a zip or a tar holds, what can be taken from it is, with bounded memory and a line for the rest."""

from __future__ import annotations

import contextlib
import gzip
import io
import stat
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.collect.intake import archive
from grader.collect.intake.archive import is_archive, list_archive, stem
from grader.collect.intake.items import Listing, Source, Unreadable

GOOD = b"print('good')\n"
LIMIT = 1_000_001


def source(raw: bytes) -> Source:
    return Source(len(raw), lambda at, count: raw[at : at + count])


def listed(raw: bytes, name: str = "a.zip") -> Listing:
    return list_archive(source(raw), name)


def text_of(listing: Listing) -> dict[str, bytes | str]:
    """What can be read, and of the rest why not."""
    found: dict[str, bytes | str] = {}
    for path, item in listing.items.items():
        try:
            found[path] = item.read(LIMIT)
        except Unreadable as error:
            found[path] = str(error)
    return found


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return file.getvalue()


@dataclass
class Forged:
    """An entry of a zip that says what it likes."""

    name: bytes
    content: bytes = GOOD
    local_name: bytes | None = None
    flags: int = 0x800
    method: int = 0
    mode: int = 0
    size: int | None = None
    packed: int | None = None
    crc: int | None = None
    at: int | None = None
    """Where it says to be, instead of where it is."""


def forged(*entries: Forged, before: bytes = b"", length: int | None = None) -> bytes:
    """A zip made byte by byte."""
    data, directory = bytearray(), bytearray()
    for entry in entries:
        crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
        raw = zlib.compress(entry.content, wbits=-15) if entry.method == 8 else entry.content
        size = len(entry.content) if entry.size is None else entry.size
        packed = len(raw) if entry.packed is None else entry.packed
        local = entry.name if entry.local_name is None else entry.local_name
        at = len(data) if entry.at is None else entry.at
        data += struct.pack(
            "<4s5H3L2H", b"PK\3\4", 20, entry.flags, entry.method, 0, 0, crc, packed, size, len(local), 0
        )
        data += local + raw
        directory += struct.pack(
            "<4s6H3L5H2L",
            *(b"PK\1\2", 0x314, 20, entry.flags, entry.method, 0, 0, crc, packed, size, len(entry.name)),
            *(0, 0, 0, 0, entry.mode << 16, at),
        )
        directory += entry.name
    many = min(len(entries), 0xFFFF)
    size = len(directory) if length is None else length
    return bytes(before + data + directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, many, many, size, len(data), 0))


# --- zips as they should be -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_ordinary_zip_is_read(method: int) -> None:
    files = {"exercises/02_together/two_tasks.py": GOOD * 9000, "empty.py": b"", "ümlaut.py": GOOD}
    found = listed(zipped(files, method))
    assert text_of(found) == files
    assert found.problems == ()


def test_no_more_is_read_than_asked_for() -> None:
    (item,) = listed(zipped({"a.py": bytes(5_000_000)})).items.values()
    assert item.read(10) == bytes(10)


def test_a_zip_after_something_else_and_with_a_comment_is_read() -> None:
    file = io.BytesIO(b"#!/bin/sh\n" * 50 + zipped({"a.py": GOOD}))
    with zipfile.ZipFile(file, "a") as made:
        made.comment = b"PK\5\7" * 99
    assert text_of(listed(file.getvalue())) == {"a.py": GOOD}


def test_a_zip_in_the_large_format_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 4)
    raw = zipped({"a.py": GOOD, "b.py": GOOD * 3})
    assert b"PK\6\6" in raw
    assert text_of(listed(raw)) == {"a.py": GOOD, "b.py": GOOD * 3}


@given(
    st.dictionaries(
        st.from_regex(r"[a-zé]{1,9}(/[a-z]{1,4}){0,3}", fullmatch=True), st.binary(max_size=3000), max_size=5
    ),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_what_zipfile_writes_is_read_as_it_was(files: dict[str, bytes], method: int) -> None:
    found = listed(zipped(files, method))
    skipped = {name for name in files if {"venv", "env"} & set(name.split("/")[:-1])}
    assert text_of(found) == {name: content for name, content in files.items() if name not in skipped}
    assert found.problems == ()


# --- hostile zips ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../../a.py",
        "/etc/a.py",
        "x/../../a.py",
        "C:/a.py",
        "c:a.py",
        "..\\a.py",
        "C:\\a.py",
        "\\\\host\\a.py",
        "x/..\\a.py",
    ],
)
def test_names_that_lead_out_are_left_out_with_a_line(name: str) -> None:
    found = listed(forged(Forged(name.encode()), Forged(b"good.py")))
    assert text_of(found) == {"good.py": GOOD}
    assert found.problems == (f"left out, for a name that leads out of the archive: {name}",)


def test_many_such_names_are_one_line() -> None:
    found = listed(forged(*(Forged(f"../{number}".encode()) for number in range(1000))))
    assert found.problems == ("left out 1,000 with names that lead out of the archive, the first of them ../0",)


def test_backslashes_that_stay_inside_are_folders() -> None:
    assert text_of(listed(forged(Forged(b"02_together\\two_tasks.py")))) == {"02_together/two_tasks.py": GOOD}


@pytest.mark.parametrize("name", [b"\xff\xfe.py", b"a.py\0.txt", b"a" * 2000])
def test_names_that_are_no_text_are_left_out_with_a_line(name: bytes) -> None:
    found = listed(forged(Forged(name), Forged(b"good.py")))
    assert text_of(found) == {"good.py": GOOD}
    (problem,) = found.problems
    assert problem.startswith("left out, for a name that is not text: ")
    assert problem.isprintable()
    assert len(problem) < 150


def test_an_old_name_that_is_not_utf8_is_read_as_zip_has_it() -> None:
    assert text_of(listed(forged(Forged("ü.py".encode("cp437"), flags=0)))) == {"ü.py": GOOD}


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (Forged(b"a.py", b"/etc/passwd", mode=stat.S_IFLNK | 0o777), "it is a link"),
        (Forged(b"a.py", mode=stat.S_IFIFO | 0o644), "it is a pipe"),
        (Forged(b"a.py", flags=0x801), "it is encrypted"),
        (Forged(b"a.py", method=14), r"packed by a method that is not supported \(14\)"),
        (Forged(b"a.py", size=5), "it is damaged"),
        (Forged(b"a.py", crc=5), "it is damaged"),
        (Forged(b"a.py", b"not deflated", method=8, packed=3), "it is damaged"),
        (Forged(b"a.py", local_name=b"b.py"), "it overlaps another"),
        (Forged(b"a.py", packed=2_000_000), "it is damaged"),
        (Forged(b"a.py", at=5), "it is damaged"),
        (Forged(b"a.py", at=0xFFFFFFF0), "it is damaged"),
    ],
)
def test_what_cannot_be_read_says_why_and_the_rest_is_read(entry: Forged, why: str) -> None:
    found = listed(forged(Forged(b"good.py"), entry, Forged(b"more.py")))
    assert found.items["good.py"].read(LIMIT) == GOOD
    assert found.items["more.py"].read(LIMIT) == GOOD
    with pytest.raises(Unreadable, match=why):
        found.items["a.py"].read(LIMIT)


def test_of_several_with_one_name_the_last_counts() -> None:
    found = listed(forged(Forged(b"a.py", b"first"), Forged(b"a.py", b"last")))
    assert text_of(found) == {"a.py": b"last"}
    assert found.problems == ("there are several of one name in the archive, the last counts: a.py",)


def test_a_bomb_gives_what_was_asked_for_and_takes_no_memory() -> None:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join(squeezer.compress(bytes(1_000_000)) for _ in range(300)) + squeezer.flush()
    raw = forged(Forged(b"a.py", bomb, method=0, size=10))
    raw = raw.replace(struct.pack("<HH", 0x800, 0), struct.pack("<HH", 0x800, 8))  # deflated, it says now
    tracemalloc.start()
    try:
        (item,) = listed(raw).items.values()
        assert item.read(LIMIT) == bytes(LIMIT)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_packed_data_that_unpack_to_nothing_are_not_read_for_ever() -> None:
    """A stored block of no length takes 5 bytes and gives none."""
    asked = []
    raw = forged(Forged(b"a.py", b"\0\0\0\xff\xff" * 3_000_000)).replace(
        struct.pack("<HH", 0x800, 0), struct.pack("<HH", 0x800, 8)
    )

    def read_at(at: int, count: int) -> bytes:
        asked.append(len(raw[at : at + count]))
        return raw[at : at + count]

    (item,) = list_archive(Source(len(raw), read_at), "a.zip").items.values()
    with pytest.raises(Unreadable, match="damaged"):
        item.read(LIMIT)
    assert sum(asked) < 2_000_000


def test_of_a_zip_with_too_many_entries_the_first_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_ENTRIES", 3)
    found = listed(forged(*(Forged(f"{number}.py".encode()) for number in range(5))))
    assert list(found.items) == ["0.py", "1.py", "2.py"]
    assert found.problems == ("there are more than 3 files in the archive; not all of them were looked at",)


def test_of_a_directory_that_is_too_long_the_beginning_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_DIRECTORY", 120)
    found = listed(forged(*(Forged(f"{number}.py".encode()) for number in range(5))))
    assert list(found.items) == ["0.py", "1.py"]
    assert found.problems == ("there are more than 2 files in the archive; not all of them were looked at",)


@pytest.mark.parametrize("length", [5, 1000, 0xFFFFFFFE])
def test_a_directory_that_lies_about_its_length_is_damaged(length: int) -> None:
    with pytest.raises(Unreadable, match="damaged"):
        listed(forged(Forged(b"a.py"), length=length))


@pytest.mark.parametrize(
    "raw",
    [b"", b"PK", b"Rar!\x1a\7\0", b"PK\5\6", zipped({"a.py": GOOD})[:-30]],
    ids=["empty", "two letters", "rar", "two bytes of an end", "cut short"],
)
def test_what_is_no_zip_is_told(raw: bytes) -> None:
    with pytest.raises(Unreadable, match=r"it is no zip, or not all of one|damaged"):
        listed(raw)


def test_a_directory_with_rubbish_in_it_gives_what_comes_before() -> None:
    raw = bytearray(forged(Forged(b"a.py"), Forged(b"b.py")))
    raw[raw.rindex(b"PK\1\2")] = 0
    found = listed(bytes(raw))
    assert text_of(found) == {"a.py": GOOD}
    assert "what comes after was not looked at" in found.problems[0]


def test_folders_that_nobody_hands_in_are_passed_over() -> None:
    names = [b".git/a.py", b"x/node_modules/a.py", b"__MACOSX/._a.py", b"1/2/3/4/5/6/7/8/9/a.py", b"folder/"]
    assert listed(forged(*(Forged(name) for name in names))) == Listing()


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_zip_with_changed_bytes_neither_crashes_nor_grows(data: st.DataObject) -> None:
    raw = bytearray(zipped({"a.py": GOOD * 50, "02_together/b.py": bytes(5000)}))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)) | st.just(len(raw)))
    try:
        found = listed(bytes(raw[:cut]))
    except Unreadable:
        return
    for item in found.items.values():
        try:
            assert len(item.read(1000)) <= 1000
        except Unreadable:
            continue


@given(st.binary(max_size=600), st.sampled_from(["a.zip", "a.tar", "a.tgz"]))
def test_rubbish_is_no_archive(raw: bytes, name: str) -> None:
    with contextlib.suppress(Unreadable):
        assert len(listed(raw, name).items) < 20


# --- tars -----------------------------------------------------------------------------------------------------------


def tarred(files: Mapping[str, bytes], style: int = tarfile.PAX_FORMAT, *extra: tarfile.TarInfo) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=style) as made:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            made.addfile(info, io.BytesIO(content))
        for info in extra:
            made.addfile(info)
    return file.getvalue()


@pytest.mark.parametrize("style", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("name", ["a.tar.gz", "a.tgz", "a.tar"])
def test_a_tar_is_read(style: int, name: str) -> None:
    files = {"a.py": GOOD * 1000, "empty.py": b"", "l" * 90 + "/" + "o" * 90 + ".py": GOOD, "ümlaut.py": GOOD}
    raw = tarred(files, style)
    found = listed(raw if name.endswith("tar") else gzip.compress(raw), name)
    assert text_of(found) == files
    assert found.problems == ()


def test_links_and_names_that_lead_out_of_a_tar_are_told() -> None:
    link, pipe = tarfile.TarInfo("l.py"), tarfile.TarInfo("p.py")
    link.type, link.linkname, pipe.type = tarfile.SYMTYPE, "/etc/passwd", tarfile.FIFOTYPE
    found = listed(tarred({"../a.py": GOOD, "/b.py": GOOD, "c.py": GOOD}, tarfile.PAX_FORMAT, link, pipe), "a.tar")
    assert text_of(found) == {
        "c.py": GOOD,
        "l.py": "it is a link, and links are not followed",
        "p.py": "it is a pipe, socket or device, not a file",
    }
    assert found.problems == ("left out 2 with names that lead out of the archive, the first of them ../a.py",)


def test_a_tar_that_unpacks_to_too_much_gives_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TAR", 20_000)
    found = listed(gzip.compress(tarred({"a.py": GOOD, "big": bytes(50_000_000), "b.py": GOOD})), "a.tgz")
    assert found.items["a.py"].read(LIMIT) == GOOD
    assert "b.py" not in found.items
    assert "the rest was not read" in found.problems[0]


def test_a_tar_that_is_cut_or_damaged_gives_its_beginning() -> None:
    raw = tarred({"a.py": GOOD, "b.py": GOOD})
    damaged = bytearray(raw)
    damaged[1024] ^= 1
    found = listed(bytes(damaged), "a.tar")
    assert text_of(found) == {"a.py": GOOD}
    assert found.problems == ("the archive after 1 files: it is damaged; what comes after was not looked at",)
    cut = listed(raw[:1540], "a.tar")
    assert text_of(cut)["b.py"] == "the archive ends in it"


def test_a_header_that_announces_an_endless_name_takes_no_memory() -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = b"L", 8_000_000_000
    header = info.tobuf(tarfile.GNU_FORMAT)
    found = listed(header + bytes(1024), "a.tar")
    assert found.items == {}


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_tar_with_changed_bytes_neither_crashes_nor_grows(data: st.DataObject) -> None:
    raw = bytearray(tarred({"a.py": GOOD, "l" * 90 + "/" + "l" * 60: b"x"}, data.draw(st.sampled_from([0, 1, 2]))))
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        text_of(listed(bytes(raw), "a.tar"))
    except Unreadable:
        return


def test_names_of_archives_are_known() -> None:
    assert [name for name in ("a.zip", "A.ZIP", "a.tar.gz", "a.tgz", "a.rar", "zip") if is_archive(name)] == [
        "a.zip",
        "A.ZIP",
        "a.tar.gz",
        "a.tgz",
    ]
    assert (stem("x.tar.gz"), stem("x.y"), stem("x.ZIP")) == ("x", "x.y", "x")
