"""The screen of ``turtles watch``, line by line: what there is to see, what is going on, how far one is, and the keys.

Something useful fits into a terminal of any size: the bars give way first, then the words beside the keys.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Final

from prompt_toolkit.formatted_text import ANSI, StyleAndTextTuples, to_formatted_text

from grader.report.exercise_list import bar
from grader.report.page import Page
from grader.report.terminal import make_console
from grader.text import cut, width
from grader.watch.practice_session import Session
from grader.watch.views import View

Line = StyleAndTextTuples

KEYS: Final = (
    ("n", "next"),
    ("h", "hint"),
    ("l", "list"),
    ("r", "judge"),
    ("f", "full"),
    ("p", "printed"),
    ("v", "run it"),
    ("e", "explain"),
    ("t", "task"),
    ("o", "open"),
    ("s", "solution"),
    ("x", "reset"),
    ("c", "check all"),
    ("q", "quit"),
)
_LIST_KEYS: Final = (("enter", "go there"), ("esc", "back"), ("up/down", "move"), ("type", "to search"))
_QUESTION_KEYS: Final = (("y", "yes"), ("n", "no"))
_ELSEWHERE_KEYS: Final = (
    *((key, "all" if key == "c" else what) for key, what in KEYS if key not in ("r", "f")),
    ("esc", "back"),
)
"""Away from the verdict: the keys without those that are about it."""

_ROOMY: Final = 14
"""Rows from which on the keys may take two lines."""
_SMALL: Final = 8
"""Rows from which on there is a line for how far one is."""
_TINY: Final = 3
"""Rows from which on there is a line for the keys."""
_BAR_CELLS: Final = 10


class Screen:
    """Lays a session out for a terminal of any size; ``encoding`` is what the terminal can show."""

    def __init__(self, session: Session, *, color: bool, encoding: str) -> None:
        self._session = session
        self._color = color
        self._encoding = encoding
        self._scroll = 0
        self._room = 1
        self._drawn: tuple[int, int] | None = None
        self._lines: list[Line] = []
        self._edition = 0
        self._page = Page(make_console(file=io.TextIOWrapper(io.BytesIO(), encoding), columns=80))
        self._marks = self._page.marks

    def scroll(self, lines: int) -> None:
        """Show what is further down, or (negative) up."""
        self._scroll += lines

    def scroll_page(self, pages: int) -> None:
        """The same by what fits on the screen."""
        self._scroll += pages * max(self._room - 1, 1)

    def lines(self, columns: int, rows: int) -> list[Line]:
        """As many lines as there are rows, none wider than the columns."""
        head, foot = self._head(columns, rows), self._below(columns, rows)
        self._room = max(rows - len(head) - len(foot) - (rows >= 2), 0)
        body = self._body(columns)
        shown = body[self._scroll : self._scroll + self._room]
        status = [self._status(columns, len(body))] if rows >= 2 else []
        lines = [*head, *shown, *([] for _ in range(self._room - len(shown))), *status, *foot][:rows]
        return [next(_wrapped(line, columns)) for line in lines]

    # --- the body -----------------------------------------------------------------------------------------------------

    def _body(self, columns: int) -> list[Line]:
        """Every line of what there is to see, and ``_scroll`` set to what fits."""
        session = self._session
        if self._drawn != (session.edition, columns):
            self._drawn = session.edition, columns
            self._lines, place = self._draw(columns)
            if place is not None:
                self._scroll = place - self._room // 2
            elif self._edition != session.edition:
                self._scroll = 0
            self._edition = session.edition
        self._scroll = max(min(self._scroll, len(self._lines) - self._room), 0)
        return self._lines

    def _draw(self, columns: int) -> tuple[list[Line], int | None]:
        """The lines, and which of them has to be seen, if one has to."""
        with io.TextIOWrapper(io.BytesIO(), self._encoding, newline="\n") as file:
            place = self._session.draw(make_console(color=self._color, file=file, columns=columns))
            file.flush()
            file.seek(0)
            text = file.read()
        lines: list[Line] = []
        seen = None
        for number, line in enumerate(text.rstrip("\n").split("\n")):
            if number == place:
                seen = len(lines)
            lines += _wrapped(to_formatted_text(ANSI(line)), columns)
        return lines, seen

    # --- what is around it --------------------------------------------------------------------------------------------

    def _head(self, columns: int, rows: int) -> list[Line]:
        if self._session.view is not View.LIST or rows < _TINY:
            return []
        sought = cut(self._session.chooser.text[-columns:], max(columns - 9, 1), self._marks.ellipsis)
        return [[("bold", "search: "), ("", sought), ("reverse", " ")]]

    def _below(self, columns: int, rows: int) -> list[Line]:
        """The lines under the status."""
        if rows < _TINY:
            return []
        keys = self._keys(columns, 2 if rows >= _ROOMY else 1)
        return [self._progress(columns), *keys] if rows >= _SMALL else keys

    def _status(self, columns: int, total: int) -> Line:
        """What is going on; on the right, which lines of how many are seen."""
        left = self._page.one_line(self._session.status(self._marks.ellipsis))
        right = ""
        if total > self._room:
            right = f" {self._scroll + 1}-{min(self._scroll + self._room, total)} of {total}"
            if columns < 2 * len(right):
                right = f" {self._marks.ellipsis}"
        left = cut(left, columns - width(right), self._marks.ellipsis)
        return [("reverse", left + " " * (columns - width(left) - width(right)) + right)]

    def _progress(self, columns: int) -> Line:
        session = self._session
        cells = bar(session.progress_of_all, _BAR_CELLS, unicode=self._marks.unicode)
        between = f" {self._marks.dot} "
        said = ""
        for piece in session.summary:
            longer = f"{said}{between}{piece}" if said else piece
            if len(cells) + 2 + len(longer) > columns:
                break
            said = longer
        return [("ansigreen", cells), ("", f"  {said}" if said else "")]

    def _keys(self, columns: int, most: int) -> list[Line]:
        """The keys, with what they do where there is room for that."""
        keys = self._keys_now()
        lines = list(_filled(keys, columns))
        if len(lines) <= most:
            return lines
        short = " ".join(key for key, _ in keys)
        return [[("bold", cut(short, columns, ""))]]

    def _keys_now(self) -> Sequence[tuple[str, str]]:
        view = self._session.view
        if view is View.LIST:
            return _LIST_KEYS
        if view is View.QUESTION:
            return _QUESTION_KEYS
        return KEYS if view is View.VERDICT else _ELSEWHERE_KEYS


def _filled(keys: Sequence[tuple[str, str]], columns: int) -> Iterator[Line]:
    """The keys in as few lines as they fit in."""
    line: Line = []
    used = 0
    for key, what in keys:
        piece = len(key) + 1 + len(what)
        if line and used + 2 + piece > columns:
            yield line
            line, used = [], 0
        line += [("", "  " if line else ""), ("bold", key), ("", f" {what}")]
        used += piece + (2 if used else 0)
    yield line


def _wrapped(line: StyleAndTextTuples, columns: int) -> Iterator[Line]:
    """The line in pieces that fit, broken at a space where one is in the right half: an address has none."""
    piece: Line = []
    used = 0
    for style, character in [(style, character) for style, text, *_ in line for character in text]:
        used += width(character)
        if piece and used > columns:
            spaces = [at for at, each in enumerate(piece) if each[1] == " " and at > len(piece) // 2]
            end = spaces[-1] + 1 if spaces and character != " " else len(piece)
            yield piece[:end]
            piece = piece[end:]
            used = width(character) + sum(width(each[1]) for each in piece)
            if character == " ":
                used = 0
                continue
        piece.append((style, character))
    yield piece
