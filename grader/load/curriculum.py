"""``exercises/curriculum.toml``: the one list of what exercises there are, and in which order.

Every fault in it is a ``KitError`` that names the file and the line: an author meets these far more often than a
learner does. What it promises about *other* files (suites, banks, pages) is the business of ``grader.authoring.check``.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from grader.errors import KitError

CURRICULUM: Final = PurePosixPath("exercises/curriculum.toml")

_CHAPTER_ID = re.compile(r"[0-9]{2}_[a-z][a-z0-9_]*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MISTAKE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RULE = re.compile(r"ASYNC[0-9]{3}")
PYTHON = re.compile(r"3\.[0-9]{1,3}")


def needs_newer_python(least: str | None) -> str | None:
    """``needs Python 3.13`` when this Python is older than ``least``, otherwise None. Raises ``ValueError``."""
    if least is None:
        return None
    if not PYTHON.fullmatch(least):
        raise ValueError(f"{least} is no version of Python; write 3.13, for example")
    return f"needs Python {least}" if sys.version_info[:2] < tuple(map(int, least.split("."))) else None


@dataclass(frozen=True)
class Hint:
    """One nudge, with the page of the official documentation that it comes from."""

    text: str
    link: str


@dataclass(frozen=True)
class Exercise:
    """One entry of the curriculum."""

    name: str
    title: str
    chapter: str
    """The chapter's id, which is its folder: ``02_together``."""
    points: int
    mistake: str
    """Kebab-case name of the mistake it teaches: ``sequential-await``."""
    covers: tuple[str, ...]
    """API names that the reference uses: ``gather``, ``Task.cancel``."""
    rules: tuple[str, ...] = ()
    """flake8-async rules that it illustrates: ``ASYNC251``."""
    python: str | None = None
    """The least Python that can run it, ``3.13``; None when the kit's own minimum will do."""
    packages: tuple[str, ...] = ()
    """Third-party packages that it imports."""
    hints: tuple[Hint, ...] = ()

    @property
    def file(self) -> PurePosixPath:
        """Where it lies in any tree of exercises: ``02_together/two_tasks.py``."""
        return PurePosixPath(self.chapter, f"{self.name}.py")

    @property
    def needs_newer_python(self) -> str | None:
        """``needs Python 3.13`` when this Python is older than that, otherwise None."""
        return needs_newer_python(self.python)


@dataclass(frozen=True)
class Chapter:
    """A folder of exercises that belong together."""

    id: str
    """``02_together``."""
    title: str
    exercises: tuple[Exercise, ...]

    @property
    def number(self) -> str:
        """``02``."""
        return self.id[:2]


def read_curriculum(root: Path) -> tuple[Chapter, ...]:
    """The chapters of the kit at ``root``. Whatever is wrong is a ``KitError``."""
    path = root / CURRICULUM
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise KitError(
            f"{path} cannot be read: {error.strerror or error}; `git checkout -- {CURRICULUM}` brings it back"
        ) from error
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise KitError(f"{CURRICULUM}:{line}: not UTF-8; save the file as UTF-8") from error
    return _chapters_of(_Source(text))


# --- where it stands ------------------------------------------------------------------------------------------------


class _Source:
    """The text of curriculum.toml, to say on which line a fault lies. tomllib tells that of syntax errors only."""

    _chapter = re.compile(r"\s*\[\[\s*chapter\s*\]\]")
    _exercise = re.compile(r"\s*\[\[\s*chapter\s*\.\s*exercise\s*\]\]")
    _any_header = re.compile(r"\s*\[{1,2}\s*[A-Za-z\"']")
    _place = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

    def __init__(self, text: str) -> None:
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

    def fault(self, message: str, line: int | None) -> KitError:
        if line is None or not 1 <= line <= len(self.lines):
            return KitError(f"{CURRICULUM}: {message}")
        shown = self.lines[line - 1].strip()
        if len(shown) > 100:
            shown = shown[:97] + "..."
        return KitError(f"{CURRICULUM}:{line}: {message}" + (f"\n    {shown}" if shown else ""))

    def headers(self, pattern: re.Pattern[str], expected: int) -> list[int | None]:
        """Lines of the tables in order; all None where tables were written in a way that cannot be counted."""
        found: list[int | None] = [n for n, line in enumerate(self.lines, 1) if pattern.match(line)]
        return found if len(found) == expected else [None] * expected

    def chapters(self, expected: int) -> list[int | None]:
        return self.headers(self._chapter, expected)

    def exercises(self, expected: int) -> list[int | None]:
        return self.headers(self._exercise, expected)

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
class _Table:
    """One table of the curriculum, whose values are read by type; every getter raises ``KitError``."""

    source: _Source
    values: Mapping[str, object]
    what: str
    line: int | None
    inline: bool = False

    def fault(self, key: str, message: str) -> KitError:
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
            raise self.fault(key, f"{key} must be a text in quotes, not {_kind(value)}")
        if not value.strip():
            raise self.fault(key, f"{key} is empty; write something")
        if pattern is not None and not pattern.fullmatch(value):
            raise self.fault(key, f"{key} {_short(value)} will not do; write something like {like}")
        return value

    def texts(self, key: str, pattern: re.Pattern[str] | None = None, like: str = "") -> tuple[str, ...]:
        value = self.required(key)
        if not isinstance(value, list):
            raise self.fault(key, f"{key} must be a list of texts, not {_kind(value)}")
        for item in value:
            if not isinstance(item, str) or not item.strip():
                raise self.fault(key, f"{key} must hold texts in quotes, not {_short(item)}")
            if pattern is not None and not pattern.fullmatch(item):
                raise self.fault(key, f"{key}: {_short(item)} will not do; write something like {like}")
        return tuple(value)

    def whole_number(self, key: str, least: int) -> int:
        value = self.required(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fault(key, f"{key} must be a whole number, not {_kind(value)}")
        if value < least:
            raise self.fault(key, f"{key} must be {least} or more, not {value}")
        return value

    def tables(self, key: str, write: str) -> list[dict[str, object]]:
        value = self.required(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fault(key, f"{key} must be a list of tables; write {write}")
        return value


# --- what it says ---------------------------------------------------------------------------------------------------


def _chapters_of(source: _Source) -> tuple[Chapter, ...]:
    top = source.parse()
    for key in top:
        if key != "chapter":
            raise source.fault(f"unknown key {key!r}; everything stands in a [[chapter]]", source.top_key(key))
    if not top.get("chapter"):
        raise source.fault("there is no chapter; add a [[chapter]]", source.top_key("chapter"))
    chapters = _Table(source, top, "the curriculum", source.top_key("chapter"), inline=True).tables(
        "chapter", "[[chapter]]"
    )
    chapter_lines = source.chapters(len(chapters))
    exercises = [entry.get("exercise") for entry in chapters]
    exercise_lines = iter(source.exercises(sum(len(entry) for entry in exercises if isinstance(entry, list))))
    seen = _Seen()
    return tuple(
        _read_chapter(_Table(source, entry, f"chapter {number}", line), exercise_lines, seen)
        for number, (entry, line) in enumerate(zip(chapters, chapter_lines, strict=True), 1)
    )


class _Seen:
    """Names that must not come twice, and where each came first."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def add(self, table: _Table, key: str, name: str, where: str) -> None:
        if name in self._first:
            raise table.fault(key, f"{name!r} is there already, in {self._first[name]}; choose another {key}")
        self._first[name] = where


def _read_chapter(table: _Table, lines: Iterator[int | None], seen: _Seen) -> Chapter:
    table.only("id", "title", "exercise")
    folder = table.text("id", _CHAPTER_ID, '"02_together"')
    table = replace(table, what=f"chapter {folder}")
    seen.add(table, "id", folder[:2], f"chapter {folder}")  # two digits pick a chapter on the command line
    title = table.text("title")
    if not table.values.get("exercise"):
        raise table.fault("id", "it has no exercises; add a [[chapter.exercise]] or take the chapter out")
    entries = table.tables("exercise", "[[chapter.exercise]]")
    exercises = [
        _read_exercise(_Table(table.source, entry, f"exercise {number} of {folder}", next(lines)), folder, seen)
        for number, entry in enumerate(entries, 1)
    ]
    return Chapter(folder, title, tuple(exercises))


def _read_exercise(table: _Table, chapter: str, seen: _Seen) -> Exercise:
    table.only("name", "title", "points", "mistake", "covers", "rules", "python", "packages", "hints")
    name = table.text("name", _NAME, '"two_tasks"')
    table = replace(table, what=f"exercise {name}")
    seen.add(table, "name", name, chapter)
    return Exercise(
        name=name,
        title=table.text("title"),
        chapter=chapter,
        points=table.whole_number("points", least=1),
        mistake=table.text("mistake", _MISTAKE, '"sequential-await"'),
        covers=table.texts("covers"),
        rules=table.texts("rules", _RULE, '"ASYNC251"') if "rules" in table.values else (),
        python=table.text("python", PYTHON, '"3.13"') if "python" in table.values else None,
        packages=table.texts("packages") if "packages" in table.values else (),
        hints=tuple(_read_hints(table)),
    )


def _read_hints(table: _Table) -> Iterator[Hint]:
    start = table.source.key(table.line, "hints")
    for number, entry in enumerate(table.tables("hints", 'hints = [ { text = "...", link = "https://..." } ]'), 1):
        line = table.source.item(start, number)
        hint = _Table(table.source, entry, f"{table.what}: hint {number}", line, inline=True)
        hint.only("text", "link")
        yield Hint(hint.text("text"), hint.text("link", re.compile(r"https://\S+"), '"https://docs.python.org/3/..."'))


def _kind(value: object) -> str:
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


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
