"""Text of a program is made safe, and fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.text import clean, cut, width, wrap


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("plain é 日本 🐢", "plain é 日本 🐢"),
        ("two\r\nlines", "two\nlines"),
        ("a\tb", "a    b"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x07", "link"),
        ("\x1bcreset", "reset"),
        ("cut \x1b[", "cut \\x1b["),
        ("bell\x07 back\x08 null\x00", "bell\\x07 back\\x08 null\\x00"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("no\xa0break", "no break"),
        ("\udcff", "\\udcff"),
        ("a\u2028b\x85c\x0bd", "a\\u2028b\\x85c\\x0bd"),
    ],
)
def test_only_printable_text_is_left(raw: str, safe: str) -> None:
    assert clean(raw) == safe


@given(st.text() | st.text("\x1b[]();?0123mAB\x07\\\r\n\t "))
def test_nothing_unprintable_survives(text: str) -> None:
    assert clean(text).replace("\n", "").isprintable()
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("", 10, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 8, ["one two", "three"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("go abcdefgh", 5, ["go", "abcde", "fgh"]),
        ("    indented words", 12, ["    indented", "words"]),
        ("a\n\nb", 10, ["a", "", "b"]),
        ("日本語", 4, ["日本", "語"]),
    ],
)
def test_lines_break_at_spaces(text: str, columns: int, expected: list[str]) -> None:
    assert wrap(text, columns) == expected


@given(st.text(), st.integers(2, 40))
def test_wrapping_fits_and_loses_only_spaces(text: str, columns: int) -> None:
    text = clean(text)
    pieces = wrap(text, columns)
    assert all(width(piece) <= columns for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(st.text(), st.integers(0, 40), st.sampled_from(["…", "..."]))
def test_cutting_fits(text: str, columns: int, ellipsis: str) -> None:
    short = cut(clean(text).replace("\n", " "), columns, ellipsis)
    assert width(short) <= columns
