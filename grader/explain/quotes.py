"""The learner's own source, quoted: what was awaited, and what held the loop."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from grader.explain.seen import MAX_EXPRESSION, HeldPart, Spot, one_line_of
from grader.result import Place

_ASYNC_WITH = "async with "
MAX_QUOTE = 80


class SourceText:
    """What the learner wrote, and where, in words."""

    def __init__(self, lines: Sequence[str], where: Callable[[int], str]) -> None:
        self.lines = lines
        self._where = where
        self._awaited: dict[Spot, str] = {}

    def placed(self, text: str, line: int | None) -> str:
        return f"{text}, {self._where(line)}" if text and line else text

    def awaited(self, spot: Spot) -> str:
        """``asyncio.sleep(1), line 14``; ``async with lock, line 9``."""
        if spot not in self._awaited:
            self._awaited[spot] = self.placed(self._what(spot), spot.line)
        return self._awaited[spot]

    def quoted(self, place: Place) -> Place:
        """The place, with what stands there."""
        line = self.lines[place.line - 1] if place.line <= len(self.lines) else ""
        return replace(place, text=one_line_of(line, MAX_QUOTE))

    def _what(self, spot: Spot) -> str:
        before, line = parted(spot, self.lines)
        # A statement is known by its head. From Python 3.13 on it is the context manager that stands there.
        if line.startswith("async "):
            return one_line_of(re.sub(r"( as [\w.]+)?:(\s.*)?$", "", line), MAX_EXPRESSION)
        text = quote(spot, self.lines).removeprefix("await ")
        return f"{_ASYNC_WITH}{text}" if text and before.endswith(_ASYNC_WITH) else text


def expression(part: HeldPart, lines: Sequence[str]) -> str:
    """``time.sleep(1)``, or the line when what was sampled is no call, or who computed."""
    who = part.function or part.coroutine or "a callback"
    if part.how == "mixed":
        return f"the computation in {who}"
    if part.how not in ("blocked", "computing"):
        return who
    quoted = quote(part, lines)
    if quoted.endswith(")"):
        return quoted
    if part.how == "computing":
        return f"the computation in {who}"
    line = lines[part.line - 1] if part.line and part.line <= len(lines) else ""
    return one_line_of(line, MAX_EXPRESSION).rstrip(":") or who


def parted(spot: Spot, lines: Sequence[str]) -> tuple[str, str]:
    """What stands before it on its line, and the rest of the line."""
    if not spot.line or spot.line > len(lines) or spot.column is None:
        return "", ""
    line = lines[spot.line - 1][:1000].encode("utf-8", "replace")
    return line[: spot.column].decode("utf-8", "ignore"), line[spot.column :].decode("utf-8", "ignore")


def quote(part: Spot, lines: Sequence[str]) -> str:
    """The source of the part, on one line. Columns count bytes of UTF-8."""
    if not part.line or part.column is None or part.end_column is None:
        return ""
    last = part.end_line or part.line
    if not part.line <= last <= min(len(lines), part.line + 20):
        return ""
    taken = [line[:1000].encode("utf-8", "replace") for line in lines[part.line - 1 : last]]
    taken[-1] = taken[-1][: part.end_column]
    taken[0] = taken[0][part.column :]
    text = one_line_of(b" ".join(line.strip() for line in taken).decode("utf-8", "ignore"), 1000)
    text = text.replace("( ", "(").replace(" )", ")").replace(",)", ")")
    if len(text) <= MAX_EXPRESSION:
        return text
    # A long call is known by its name; its arguments are in the file.
    name, bracket, _ = text.partition("(")
    return (
        f"{name}(…)"
        if bracket and len(name) < MAX_EXPRESSION and text.endswith(")")
        else one_line_of(text, MAX_EXPRESSION)
    )
