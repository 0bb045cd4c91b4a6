"""The page that every report on a terminal is written on: its width, its marks, and what must never get through.

Only the standard colours that read on a light and on a dark background are used, and nothing is told by colour alone.
What a stream's encoding cannot show is drawn in ASCII.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from grader.result import CheckVerdict, Verdict
from grader.text import clean, cut, width, wrap

INDENT = "   "
GAP = "   "
_WIDEST = 110
_NARROWEST = 30
_MAX_MESSAGE_LINES = 36

STYLES = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "red",
    Verdict.BROKEN: "red",
    Verdict.CRASHED: "red",
    Verdict.INCONCLUSIVE: "magenta",
    Verdict.UNTOUCHED: "dim",
}
WORDS = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "failed",
    Verdict.BROKEN: "broken",
    Verdict.CRASHED: "crashed",
    Verdict.INCONCLUSIVE: "not judged",
    Verdict.UNTOUCHED: "not started",
}
# Typography that has a plain spelling; anything else an encoding lacks is spelled \uXXXX.
_PLAIN = str.maketrans({"…": "...", "·": "-", "–": "-", "—": "-", "’": "'", "“": '"', "”": '"', "×": "x"})

Span = tuple[str, str]
"""A piece of a line and its style."""


@dataclass(frozen=True)
class Marks:
    """The symbols of a page."""

    passed: str
    failed: str
    inconclusive: str
    untouched: str
    done: str
    skipped: str
    dot: str
    chosen: str
    ellipsis: str
    unicode: bool

    def of(self, verdict: Verdict | CheckVerdict) -> str:
        named = {"passed": self.passed, "untouched": self.untouched, "inconclusive": self.inconclusive}
        return named.get(verdict.value, self.failed)

    def in_a_row(self, verdict: Verdict) -> str:
        """The mark among a chapter's others: there a full circle says "passed", quieter than a tick."""
        return self.done if verdict is Verdict.PASSED else self.of(verdict)


UNICODE = Marks("✔", "✘", "?", "○", "●", "–", "·", "▸", "…", unicode=True)
_ASCII = Marks("+", "x", "?", ".", "*", "-", "-", ">", "...", unicode=False)


class Page:
    """Lines for one console: it knows the width and which symbols can be shown, and lets no escape through."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = False
        self.width = max(min(console.width, _WIDEST), _NARROWEST)
        self.marks = UNICODE if _can_show(console, "✔✘○●–·▸…█░─") else _ASCII
        self.has_color = console.color_system is not None and not console.no_color
        self.keys_shown: set[str] = set()
        """What a legend on it has said already."""

    def safe(self, text: str) -> str:
        text = clean(text)
        if not _can_show(self._console, text):
            text = text.translate(_PLAIN)
            encoding = self._console.encoding
            text = text.encode(encoding, "backslashreplace").decode(encoding)
        return text

    def one_line(self, text: str) -> str:
        return " ".join(self.safe(text).split())

    def line(self, *spans: Span) -> None:
        # rich's own wrapping would break what has been fitted already, and crop what is meant to be copied.
        self._console.print(Text.assemble(*spans), soft_wrap=True)
        self._started = True

    def blank(self) -> None:
        """An empty line between two parts; none at the top."""
        if self._started:
            self.line()

    def heading(self, chapter: str, name: str, title: str, right: str, mark: Verdict | None = None) -> None:
        """``✘ 02 two_tasks · Two tasks at once   1 of 3 points``: the title gives way to what is on the right."""
        first: list[Span] = [] if mark is None else [(self.marks.of(mark), STYLES[mark]), (" ", "")]
        right = self.one_line(right)
        bold = self.one_line(f"{chapter.partition('_')[0]} {name}")
        room = self.width - sum(width(span) for span, _ in first) - len(GAP) - width(right)
        title = cut(self.one_line(f" {self.marks.dot} {title}"), room - width(bold) - 1, self.marks.ellipsis)
        # A title of three letters tells less than none.
        title = f" {title}" if len(title) > 6 else ""
        fill = " " * max(room - width(bold) - width(title), 0)
        self.line(*first, (bold, "bold"), (title + fill + GAP, ""), (right, ""))

    def paragraph(self, text: str, style: str = "", first: Sequence[Span] = (), indent: str = INDENT) -> None:
        """Text wrapped to the page, under ``indent``; ``first`` stands before it and sets the lines below in."""
        lead = sum(width(span) for span, _ in first)
        room = self.width - width(indent) - lead
        lines = wrap(self.safe(text), room)
        if len(lines) > _MAX_MESSAGE_LINES:
            left = len(lines) - _MAX_MESSAGE_LINES + 1
            lines = [*lines[: _MAX_MESSAGE_LINES - 1], f"{self.marks.ellipsis} {left} more lines"]
        self.line((indent, ""), *first, (lines[0], style))
        for line in lines[1:]:
            self.line((indent + " " * lead, ""), (line, style))


def _can_show(console: Console, text: str) -> bool:
    try:
        text.encode(console.encoding)
    except UnicodeEncodeError:
        return False
    return True


def filled(pieces: Iterable[str], columns: int, between: str) -> Iterator[str]:
    """The pieces in as few lines as they fit in, none broken."""
    line = ""
    for piece in pieces:
        longer = f"{line}{between}{piece}" if line else piece
        if line and width(longer) > columns:
            yield line
            longer = piece
        line = longer
    yield line
