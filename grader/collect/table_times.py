"""Times as learning platforms write them for people, in any language: ``Freitag, 20. November 2026, 21:15``."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Final

from grader.load.lateness import to_utc

_MONTHS: Final = (
    ("jan", "gen", "ene"), ("feb", "fev"), ("mar", "mrt", "maa"), ("apr", "avr", "abr"), ("may", "mai", "mei", "mag"),
    ("juin", "jun", "giu"), ("juil", "jul", "lug"), ("aug", "aou", "ago"), ("sep", "set"), ("okt", "oct", "out", "ott"),
    ("nov",), ("dec", "dez", "dic"),
)  # fmt: skip
"""How their names begin, without accents, in the languages of most of Europe and of the Americas."""

_LINK: Final = r"\.?\s+(?:de\s+)?"
_DAY_FIRST: Final = re.compile(rf"\b(?P<day>\d{{1,2}}){_LINK}(?P<month>[^\W\d_]+){_LINK}(?P<year>20\d\d)\b")
_MONTH_FIRST: Final = re.compile(r"\b(?P<month>[^\W\d_]+)\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>20\d\d)\b")
_CLOCK: Final = re.compile(r"\b(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)\b(?:\s*(?P<half>[ap])\.?m\b)?", re.IGNORECASE)


def time_of_table(text: str) -> str:
    """The time as UTC, ``YYYY-MM-DDTHH:MM:SSZ``, local where it names no zone; empty for what is not understood."""
    if iso := to_utc(text):
        return iso
    plain = "".join(each for each in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(each))
    date = _DAY_FIRST.search(plain) or _MONTH_FIRST.search(plain)
    if not date:
        return ""
    clock = _CLOCK.search(plain, date.end()) or _CLOCK.search(plain[: date.start()])
    month = next((at for at, names in enumerate(_MONTHS, 1) if date["month"].startswith(names)), 0)
    if not clock or not month:
        return ""
    hour = int(clock["hour"])
    if clock["half"]:
        hour = hour % 12 + 12 * (clock["half"] == "p")
    try:
        when = datetime(int(date["year"]), month, int(date["day"]), hour, int(clock["minute"]))
        return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return ""
