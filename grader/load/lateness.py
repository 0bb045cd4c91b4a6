"""How people write when something is due and what lateness costs, on the command line and in an assignment file."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from grader.assignment import LateRule
from grader.errors import UsageError

_UNITS: Final = {
    **dict.fromkeys(("s", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3_600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("w", "week", "weeks"), 604_800),
}
"""Seconds of each."""

_RULE: Final = re.compile(
    r"(?P<share>\d{1,3}(?:\.\d{1,4})?)\s*(?P<percent>%?)"
    r"(?:\s*(?:/|per)\s*(?P<unit>[a-z]+))?"
    r"(?:\s+after\s+(?P<grace>\d{1,6}(?:\.\d{1,4})?)\s*(?P<grace_unit>[a-z]+))?",
    re.IGNORECASE | re.ASCII,
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def parse_due(text: str) -> datetime:
    """The time of ``--due``, with its zone: ISO 8601, in local time where it names no zone. A date alone means its end.

    Raises ``UsageError``.
    """
    text = text.strip()
    try:
        if _DATE.fullmatch(text):
            text = f"{text}T23:59:59"
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"{text[:40]!r} is no time that it could be due at: write it as 2026-10-01T23:59, in local time, or with "
            "its zone as 2026-10-01T23:59+02:00"
        ) from None


def parse_rule(text: str) -> LateRule:
    """The rule of ``--late``: ``10%/day``, ``25%``, ``0``, ``10%/day after 1h``. Raises ``UsageError``."""
    found = _RULE.fullmatch(text.strip())
    if not found:
        raise _wrong(text)
    share = float(found["share"]) / 100
    if share > 1 or (share and not found["percent"]):
        raise _wrong(text, "what is taken must be between 0% and 100%")
    per_s = _seconds(text, found["unit"]) if found["unit"] else None
    grace_s = float(found["grace"]) * _seconds(text, found["grace_unit"]) if found["grace"] else 0
    return LateRule(share, per_s, grace_s)


def to_utc(text: str) -> str:
    """A time, local where it names no zone, as UTC, ``YYYY-MM-DDTHH:MM:SSZ``; empty for what is none."""
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return ""


def _seconds(rule: str, unit: str) -> int:
    if unit.lower() not in _UNITS:
        raise _wrong(rule, f"there is no unit {unit[:20]!r}; s, min, h, day and week are known")
    return _UNITS[unit.lower()]


def _wrong(text: str, why: str = "") -> UsageError:
    said = f"{text[:40]!r} is no rule for late submissions"
    return UsageError(f"{said}{f' ({why})' if why else ''}; write 10%/day, 25%, 0 or 10%/day after 1h")
