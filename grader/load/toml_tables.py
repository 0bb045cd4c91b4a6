"""TOML files that people write: values by their types, and the line on which a fault lies."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from grader.errors import TurtlesError


class TomlSource:
    """The text of a TOML file, to say on which line a fault lies. tomllib tells that of syntax errors only.

    ``name`` is what messages call the file, and ``error`` what they are raised as.
    """

    _any_header = re.compile(r"\s*\[{1,2}\s*[A-Za-z\"']")
    _place = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

    def __init__(self, name: str, text: str, error: type[TurtlesError]) -> None:
        self.name = name
        self.error = error
        self.text = text
        self.lines = text.split("\n")

    def parse(self) -> dict[str, object]:
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            message = str(error)
            found = self._place.search(message)
            line = len(self.text.rstrip().split("\n"))
            if found is not None:
                message = message[: found.start()]
                line = int(found[1] or line)
            raise self.fault(f"not valid TOML: {message}", line) from error
        except (ValueError, RecursionError) as error:  # a number of 5000 digits, brackets 1000 deep
            raise self.fault(f"not valid TOML: {error}", None) from error

    def fault(self, message: str, line: int | None) -> TurtlesError:
        if line is None or not 1 <= line <= len(self.lines):
            return self.error(f"{self.name}: {message}")
        shown = self.lines[line - 1].strip()
        if len(shown) > 100:
            shown = shown[:97] + "..."
        return self.error(f"{self.name}:{line}: {message}" + (f"\n    {shown}" if shown else ""))

    def headers(self, pattern: re.Pattern[str], expected: int) -> list[int | None]:
        """Lines of the tables in order; all None where tables were written in a way that cannot be counted."""
        found: list[int | None] = [n for n, line in enumerate(self.lines, 1) if pattern.match(line)]
        return found if len(found) == expected else [None] * expected

    def key(self, header: int | None, key: str) -> int | None:
        """The line of ``key`` in the table that starts at ``header``; the table's own line when it is not there."""
        if header is None:
            return None
        pattern = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]")
        for number, line in enumerate(self.lines[header:], header + 1):
            if pattern.match(line):
                return number
            if self._any_header.match(line):
                break
        return header

    def listed(self, line: int | None, value: str, nth: int) -> int | None:
        """The line on which a text stands for the ``nth`` time, from 1, in the list that begins on ``line``."""
        if line is None:
            return None
        pattern = re.compile(rf"[\"']{re.escape(value)}[\"']")
        for number, text in enumerate(self.lines[line - 1 :], line):
            nth -= len(pattern.findall(text))
            if nth <= 0:
                return number
        return line

    def top_key(self, key: str) -> int | None:
        """The line of a key outside all tables, or of the first table of that name."""
        pattern = re.compile(rf"\s*(\[\[?\s*)?[\"']?{re.escape(key)}\b")
        return next((number for number, line in enumerate(self.lines, 1) if pattern.match(line)), None)

    def item(self, line: int | None, number: int) -> int | None:
        """The line of the inline table ``number`` (from 1) of the list that starts at ``line``, if each has its own."""
        if line is None:
            return None
        items = []
        for n, text in enumerate(self.lines[line:], line + 1):
            if not text.lstrip().startswith(("{", "#")) and text.strip():
                break
            if text.lstrip().startswith("{"):
                items.append(n)
        return items[number - 1] if number <= len(items) else line


@dataclass(frozen=True)
class TomlTable:
    """One table of the file, whose values are read by type; every getter raises the source's error."""

    source: TomlSource
    values: Mapping[str, object]
    what: str
    line: int | None
    inline: bool = False

    def fault(self, key: str, message: str) -> TurtlesError:
        line = self.line if self.inline else self.source.key(self.line, key)
        return self.source.fault(f"{self.what}: {message}", line)

    def only(self, *known: str) -> None:
        for key in self.values:
            if key not in known:
                from difflib import get_close_matches  # only for a message

                nearest = get_close_matches(key, known, 1)
                advice = f"did you mean {nearest[0]!r}?" if nearest else f"known keys are {', '.join(known)}"
                raise self.fault(key, f"unknown key {key!r}; {advice}")

    def required(self, key: str) -> object:
        if key not in self.values:
            raise self.fault(key, f"{key!r} is missing; add it")
        return self.values[key]

    def text(self, key: str, pattern: re.Pattern[str] | None = None, like: str = "") -> str:
        value = self.required(key)
        if not isinstance(value, str):
            raise self.fault(key, f"{key} must be a text in quotes, not {value_kind(value)}")
        if not value.strip():
            raise self.fault(key, f"{key} is empty; write something")
        if pattern is not None and not pattern.fullmatch(value):
            raise self.fault(key, f"{key} {short_value(value)} will not do; write something like {like}")
        return value

    def texts(self, key: str, pattern: re.Pattern[str] | None = None, like: str = "") -> tuple[str, ...]:
        value = self.required(key)
        if not isinstance(value, list):
            raise self.fault(key, f"{key} must be a list of texts, not {value_kind(value)}")
        for item in value:
            if not isinstance(item, str) or not item.strip():
                raise self.fault(key, f"{key} must hold texts in quotes, not {short_value(item)}")
            if pattern is not None and not pattern.fullmatch(item):
                raise self.fault(key, f"{key}: {short_value(item)} will not do; write something like {like}")
        return tuple(value)

    def whole_number(self, key: str, least: int) -> int:
        value = self.required(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fault(key, f"{key} must be a whole number, not {value_kind(value)}")
        if value < least:
            raise self.fault(key, f"{key} must be {least} or more, not {value}")
        return value

    def number(self, key: str, above: float, most: float) -> float:
        value = self.required(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.fault(key, f"{key} must be a number, not {value_kind(value)}")
        if not above < value <= most:  # also what is no number at all: nan
            raise self.fault(key, f"{key} must be more than {above:g} and at most {most:,.0f}, not {value}")
        if round(value, 2) != value:
            raise self.fault(key, f"{key} must have at most two decimals, not {value}")
        return float(value)

    def time(self, key: str, like: str) -> datetime:
        """A time with its zone; ``like`` shows in messages how to write one."""
        value = self.required(key)
        if not isinstance(value, datetime):
            has = "has no time of day" if isinstance(value, date) else f"must be a time, not {value_kind(value)}"
            raise self.fault(key, f"{key} {has}; write {like}")
        if value.tzinfo is None:
            raise self.fault(key, f"{key} has no time zone; write {like}")
        return value

    def tables(self, key: str, write: str) -> list[dict[str, object]]:
        value = self.required(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fault(key, f"{key} must be a list of tables; write {write}")
        return value


def value_kind(value: object) -> str:
    """What a TOML value is, in words."""
    if isinstance(value, bool):
        return f"{str(value).lower()}"
    for kind, words in (
        (str, "a text"),
        (int, "a whole number"),
        (float, "a number without quotes"),
        (list, "a list"),
        (dict, "a table"),
    ):
        if isinstance(value, kind):
            return words
    return "a date or time"


def short_value(value: object) -> str:
    """The value as it may stand in a message."""
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
