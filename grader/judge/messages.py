"""What a failed check says to the learner: from an exception to one line of plain words."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from grader.kinds import CallOutcome
from grader.record.seconds import Seconds
from grader.record.trace import Lines, Trace

_OPERATORS = {
    "<": "under", "<=": "at most", ">": "more than", ">=": "at least", "==": "exactly", "!=": "anything but",
}  # fmt: skip
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_MARK = "\u2063"
"""Invisible separator: tells our own explanations from pytest's."""

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
MAX_MESSAGE = 400
MAX_LISTING = 30
"""Lines of a program that a message shows."""


def explain_comparison(operator: str, left: object, right: object) -> list[str] | None:
    """Words for a failed comparison of evidence, for ``pytest_assertrepr_compare``; None to leave it to pytest."""
    text: str | None = None
    if operator not in _OPERATORS:
        return None
    if isinstance(left, Seconds):
        text = _seconds(left, operator, right)
    elif isinstance(right, Seconds):
        text = _seconds(right, _MIRRORED[operator], left)
    elif isinstance(left, Lines) and isinstance(right, list) and operator == "==":
        text = lines_differ(left, right, "line")
    elif isinstance(right, Lines) and isinstance(left, list) and operator == "==":
        text = lines_differ(right, left, "line")
    elif isinstance(left, list) and isinstance(right, list) and operator == "==":
        text = lines_differ(left, right, "item")
    elif isinstance(left, (str, int, float, bool, list, dict, type(None))):
        text = f"got {_show(left)}; expected {_plain_bound(operator, right)}"
    return [f"{_MARK}{text}{_MARK}"] if text else None


def _seconds(value: Seconds, operator: str, bound: object) -> str:
    shown = f"{round(float(bound), 2):g}" if isinstance(bound, (int, float)) else _show(bound)
    return f"{without_addresses(str(value))}; expected {_OPERATORS[operator]} {shown} s"


def _plain_bound(operator: str, bound: object) -> str:
    return _show(bound) if operator == "==" else f"{_OPERATORS[operator]} {_show(bound)}"


def lines_differ(seen: list[Any], wanted: list[Any], what: str) -> str:
    """Where two lists part, in words."""
    for number, (left, right) in enumerate(zip(seen, wanted, strict=False), start=1):
        if left != right:
            return f"{what} {number} is {_show(left)}; expected {_show(right)}"
    if len(seen) < len(wanted):
        after = f"after {_show(seen[-1])}" if seen else "at all"
        return f"nothing came {after}; expected {what} {len(seen) + 1} to be {_show(wanted[len(seen)])}"
    return f"{what} {len(wanted) + 1} is {_show(seen[len(wanted)])}; nothing more was expected"


def _show(value: object) -> str:
    text = without_addresses(repr(value))
    return text if len(text) <= 120 else text[:117] + "..."


def of_assertion(error: BaseException) -> str | None:
    """The message of a failed ``assert``; None when it has none for a learner."""
    text = str(error)
    if _MARK in text and text.startswith("assert "):
        return text.split(_MARK)[1]
    if text.startswith("assert ") or not text.strip():
        return None
    text, _, listing = text.split("\nassert ")[0].partition("\n\n")
    return "\n".join([_shortened(text), *_lines_of(listing)])


def with_counterexample(message: str, trace: Trace) -> str:
    """The message with the schedule behind it: what each call took, and which failed, in the smallest case."""
    if message.startswith("when "):
        return message  # the suite tells the schedule itself
    how = {
        CallOutcome.REPLIED: "{} takes {:g} s",
        CallOutcome.RAISED: "{} fails after {:g} s",
        CallOutcome.CANCELLED: "{} is cancelled after {:g} s",
    }
    calls = [
        how[span.outcome].format(span, round(float(span.seconds), 3)) for span in trace.spans if span.outcome in how
    ]
    if not calls:
        return message
    shown = ", ".join(calls[:5]) + (f" and {len(calls) - 5} more" if len(calls) > 5 else "")
    return f"{message} (when {shown})"


def plain(text: str) -> str:
    """A message without what a screen or a log would take for a command: control characters, marks of direction."""
    return "".join(each for each in text if each == "\n" or unicodedata.category(each) not in ("Cc", "Cf", "Cs"))


def without_addresses(text: str) -> str:
    """Text without the `` at 0x7f…`` of a ``repr``, which tells a learner nothing and differs from run to run."""
    return _ADDRESS.sub("", text)


def _lines_of(listing: str) -> list[str]:
    """What stands after the first blank line of a message is a program, whose lines stay as they are."""
    lines = [line[:MAX_MESSAGE].rstrip() for line in listing.replace(_MARK, "").strip("\n").split("\n")]
    return ["", *lines[:MAX_LISTING]] if listing.strip() else []


def _shortened(text: str) -> str:
    text = " ".join(without_addresses(text).replace(_MARK, "").split())
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 1] + "…"
