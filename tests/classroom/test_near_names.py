"""Files that are no exercises and were meant as such."""

from __future__ import annotations

import time
import zipfile
from io import BytesIO

import pytest

from grader.collect.intake.archive import list_archive
from grader.collect.intake.items import Source
from grader.collect.intake.near_names import refusal

MISSING = ("hello", "two_tasks")
KNOWN = (*MISSING, "hello_again", "two")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("hello_final.py", "looks like hello.py"),
        ("hello (1).py", "looks like hello.py"),
        ("Ivan-hello2.PY", "looks like hello.py"),
        ("hello.py.txt", "looks like hello.py"),
        ("hello.txt", "looks like hello.py"),
        ("work/two tasks.py", "looks like two_tasks.py"),
        ("two_taks.py", "looks like two_tasks.py"),
        ("hello.ipynb", "is a notebook; ask for the program as hello.py"),
        ("lab.ipynb", "is a notebook; ask for the program as NAME.py"),
        ("all.7z", "archives of this kind are not read; ask for a zip"),
        ("all.tar.xz", "archives of this kind are not read; ask for a zip"),
    ],
)
def test_what_was_meant_as_an_exercise_is_told_with_what_to_do(path: str, said: str) -> None:
    assert said in refusal(path, MISSING, KNOWN)


@pytest.mark.parametrize(
    "path",
    ["hello_again.py", "two.py", "notes.txt", "readme.md", "helper.py", "othello.py", "hello_notes.txt", "x.png"],
)
def test_anything_else_is_nobodys_exercise(path: str) -> None:
    assert refusal(path, MISSING, KNOWN) == ""


def test_what_is_there_is_not_missed() -> None:
    assert refusal("hello_final.py", ("two_tasks",), KNOWN) == ""


@pytest.mark.parametrize(
    ("date", "extra", "modified"),
    [
        ((2026, 12, 1, 12, 0, 0), b"", "2026-12-01T12:00:00Z"),
        ((1980, 1, 1, 0, 0, 0), b"", ""),
        # Info-ZIP's extra field is UTC, and goes before the local time.
        ((2026, 12, 1, 14, 0, 0), b"UT\x05\x00\x01" + (1_700_000_000).to_bytes(4, "little"), "2023-11-14T22:13:20Z"),
        ((2026, 12, 1, 12, 0, 0), b"UT\x05\x00", "2026-12-01T12:00:00Z"),
    ],
)
def test_the_date_in_a_zip_is_read(
    monkeypatch: pytest.MonkeyPatch, date: tuple[int, int, int, int, int, int], extra: bytes, modified: str
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        item = zipfile.ZipInfo("hello.py", date)
        item.extra = extra
        made.writestr(item, b"x")
    content = file.getvalue()
    listing = list_archive(Source(len(content), lambda at, size: content[at : at + size]), "a.zip")
    assert listing.items["hello.py"].modified == modified
