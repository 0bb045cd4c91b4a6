"""Text to show, above all a learner's, made safe: no escapes, no invisible characters, no line too long.

Messages quote what a program printed. Written to a terminal as they are, they could move the cursor, recolour the
screen, or, with bidirectional controls, read differently from what they say ("Trojan Source").
"""

from __future__ import annotations

import re
import unicodedata

# CSI sequences (colours, cursor), OSC sequences (titles, links) and the two-byte rest, as ECMA-48 spells them.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-Z\\-~])")
_TAB = "    "
_LONGEST_NAME = 80


def clean(text: str) -> str:
    """The text with nothing in it but printable characters, spaces and line feeds.

    Terminal escapes go, other unprintable characters are spelled out (``\\x00``, ``\\u202e``), so that a learner can
    see what their program printed.
    """
    text = _ESCAPES.sub("", text).replace("\r\n", "\n").replace("\t", _TAB)
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(_visible(character) for character in text)


def count(number: int, noun: str) -> str:
    """``1 point``, ``2 points``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def decimal(value: float) -> str:
    """``12``, ``12.5``, ``3.33``: points of a class, to the hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def one_line(text: str, columns: int | None = None) -> str:
    """The same on one line, with one space for any white space in it, and in at most ``columns`` columns."""
    line = " ".join(clean(text).split())
    return line if columns is None else cut(line, columns)


def printable(name: str) -> str:
    """A name that somebody else gave, with unprintable characters spelled out: no two names become the same."""
    if name.isprintable():
        return name
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in name)


def shown(name: str) -> str:
    """The same for a line of text: what is long is cut."""
    name = printable(name)
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _visible(character: str) -> str:
    if character == "\n" or character.isprintable():
        return character
    if unicodedata.category(character) == "Zs":
        return " "
    return character.encode("unicode_escape").decode("ascii")


def width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return len(text) if text.isascii() else sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, columns: int, ellipsis: str = "…") -> str:
    """The text in at most ``columns`` columns; what does not fit is replaced by the ellipsis."""
    if width(text) <= columns:
        return text
    return _head(text, columns - width(ellipsis)) + ellipsis if columns >= width(ellipsis) else ""


def _head(text: str, columns: int) -> str:
    used = 0
    for index, character in enumerate(text):
        used += _columns(character)
        if used > columns:
            return text[:index]
    return text


def wrap(text: str, columns: int) -> list[str]:
    """The text's lines, broken at spaces to fit ``columns`` (at least 2); a longer word is broken inside.

    A line's own indentation is kept on its first piece: it may be source or output.
    """
    return [piece for line in text.split("\n") for piece in _wrap_line(line.rstrip(), max(columns, 2))]


def _wrap_line(line: str, columns: int) -> list[str]:
    pieces = []
    while width(line) > columns:
        head = _head(line, columns)
        # A space right after the head counts too: then the head is whole words already.
        at = line.rfind(" ", 0, len(head) + 1)
        if not line[: max(at, 0)].strip():
            at = len(head)
        pieces.append(line[:at].rstrip())
        line = line[at:].lstrip(" ")
    return [*pieces, line]
