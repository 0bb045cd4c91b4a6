"""The output that an exercise's docstring shows, and whether a program prints that, at those times.

The layout: a block of lines indented by four spaces, and on the left of each the second at which it is printed::

    0.30   library 120, sum 120
    0.60   school 310, sum 430

Lines of the same second may come in any order. A block without seconds shows lines only; ``...`` stands for any lines.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_INDENTED = re.compile(r" {4,}\S")
_TIMED = re.compile(r" {4,}(\d+\.\d+) {1,4}(\S.*)")
ANYTHING = "..."


@dataclass(frozen=True)
class ShownLine:
    """A line of the output as it is shown."""

    text: str
    at_s: float | None = None
    """The second on the left, if there is one."""
    digits: int = 2
    """After the point of that."""


def shown_output(docstring: str) -> tuple[ShownLine, ...]:
    """The first block with seconds, or else the first indented block; empty where there is none to be read.

    ``docstring`` is as ``ast.get_docstring`` gives it, without the indentation of the code.
    """
    blocks = list(_blocks(docstring.splitlines()))
    for block in blocks:
        timed = [_TIMED.fullmatch(line.rstrip()) for line in block if line.strip() != ANYTHING]
        if timed and all(timed):
            return tuple(_line(line) for line in block)
    return tuple(ShownLine(line.strip()) for line in blocks[0]) if blocks else ()


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Stretches of indented lines that stand between blank ones."""
    for indented, stretch in itertools.groupby(lines, lambda line: bool(_INDENTED.match(line))):
        if indented:
            yield list(stretch)


def _line(line: str) -> ShownLine:
    found = _TIMED.fullmatch(line.rstrip())
    if found is None:
        return ShownLine(line.strip())
    return ShownLine(found[2], float(found[1]), len(found[1].partition(".")[2]))


def differences(shown: Sequence[ShownLine], lines: Iterable[tuple[float, str]], late_s: float = 0.0) -> list[str]:
    """Where a run printed something else than is shown, or at another time; a line may come ``late_s`` later.

    ``lines`` are those it printed, each with its second.

    Lines that are shown with the same second may change places. Where a line tells a time itself, ``in 0.70 s``, that
    may be later as well.
    """
    printed = [_Printed(text, at_s) for at_s, text in lines]
    if any(line.text == ANYTHING for line in shown):
        return _with_gaps(shown, printed, late_s)
    found, start = [], 0
    for at_s, group in itertools.groupby(shown, lambda line: line.at_s):
        together = list(group)
        left = printed[start : start + len(together)]
        start += len(together)
        for line in together:
            candidates = left if at_s is not None else left[:1]
            same = next((each for each in candidates if _alike(line.text, each.text, late_s)), None)
            if same is None:
                was = f"the program printed {left.pop(0).text!r}" if left else "the program printed nothing more"
                found.append(f"expected {line.text!r}; {was}")
                continue
            left.remove(same)
            if line.at_s is not None and not _near(line.at_s, same.at_s, line.digits, late_s):
                found.append(f"expected {line.text!r} at {line.at_s} s; it came at {same.at_s:.2f} s")
    if len(printed) > len(shown):
        found.append(f"the program printed {printed[len(shown)].text!r} after the last line")
    return found


@dataclass(frozen=True)
class _Printed:
    text: str
    at_s: float


_SECONDS = re.compile(r"(\d+\.\d+)(?= s\b| seconds)")


def _alike(shown: str, printed: str, late_s: float) -> bool:
    """Whether a line is what is shown, but for how long something took."""
    one, other = _SECONDS.split(shown), _SECONDS.split(printed)
    if one[::2] != other[::2]:
        return False
    pairs = zip(one[1::2], other[1::2], strict=True)
    return all(_near(float(a), float(b), len(a.partition(".")[2]), max(late_s, _MEASURED_S)) for a, b in pairs)


_MEASURED_S = 0.03
"""What a program measures with ``time.perf_counter`` takes a little, whatever the clock."""


def _near(shown_s: float, was_s: float, digits: int, late_s: float) -> bool:
    half = 0.51 * 10.0**-digits
    return shown_s - half <= was_s <= shown_s + half + late_s


def _with_gaps(shown: Sequence[ShownLine], printed: Iterable[_Printed], late_s: float) -> list[str]:
    left = iter(printed)
    for line in shown:
        if line.text != ANYTHING and not any(_alike(line.text, each.text, late_s) for each in left):
            return [f"expected {line.text!r}; the program did not print it, or not in this place"]
    return []
