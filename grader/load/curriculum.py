"""``exercises/curriculum.toml``: the one list of what exercises there are, and in which order.

Every fault in it is a ``KitError`` that names the file and the line: an author meets these far more often than a
learner does. What it promises about *other* files (suites, banks, pages) is the business of ``grader.authoring.check``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from grader.errors import KitError
from grader.load.toml_tables import TomlSource, TomlTable

CURRICULUM: Final = PurePosixPath("exercises/curriculum.toml")

_CHAPTER_ID = re.compile(r"[0-9]{2}_[a-z][a-z0-9_]*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MISTAKE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RULE = re.compile(r"ASYNC[0-9]{3}")
_WRITES = re.compile(r"test")
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
    page: str = ""
    """The page of ``docs/mistakes`` that describes the file as it is handed out; empty where what was seen says so."""
    writes_a_test: bool = False
    """Whether the learner writes a test of programs that they do not see; ``writes = "test"``."""

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
    return _chapters_of(TomlSource(str(CURRICULUM), text, KitError))


# --- what it says ---------------------------------------------------------------------------------------------------

_CHAPTER_HEADER = re.compile(r"\s*\[\[\s*chapter\s*\]\]")
_EXERCISE_HEADER = re.compile(r"\s*\[\[\s*chapter\s*\.\s*exercise\s*\]\]")


def _chapters_of(source: TomlSource) -> tuple[Chapter, ...]:
    top = source.parse()
    for key in top:
        if key != "chapter":
            raise source.fault(f"unknown key {key!r}; everything stands in a [[chapter]]", source.top_key(key))
    if not top.get("chapter"):
        raise source.fault("there is no chapter; add a [[chapter]]", source.top_key("chapter"))
    chapters = TomlTable(source, top, "the curriculum", source.top_key("chapter"), inline=True).tables(
        "chapter", "[[chapter]]"
    )
    chapter_lines = source.headers(_CHAPTER_HEADER, len(chapters))
    exercises = [entry.get("exercise") for entry in chapters]
    number = sum(len(entry) for entry in exercises if isinstance(entry, list))
    exercise_lines = iter(source.headers(_EXERCISE_HEADER, number))
    seen = _Seen()
    return tuple(
        _read_chapter(TomlTable(source, entry, f"chapter {number}", line), exercise_lines, seen)
        for number, (entry, line) in enumerate(zip(chapters, chapter_lines, strict=True), 1)
    )


class _Seen:
    """Names that must not come twice, and where each came first."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def add(self, table: TomlTable, key: str, name: str, where: str) -> None:
        if name in self._first:
            raise table.fault(key, f"{name!r} is there already, in {self._first[name]}; choose another {key}")
        self._first[name] = where


def _read_chapter(table: TomlTable, lines: Iterator[int | None], seen: _Seen) -> Chapter:
    table.only("id", "title", "exercise")
    folder = table.text("id", _CHAPTER_ID, '"02_together"')
    table = replace(table, what=f"chapter {folder}")
    seen.add(table, "id", folder[:2], f"chapter {folder}")  # two digits pick a chapter on the command line
    title = table.text("title")
    if not table.values.get("exercise"):
        raise table.fault("id", "it has no exercises; add a [[chapter.exercise]] or take the chapter out")
    entries = table.tables("exercise", "[[chapter.exercise]]")
    exercises = [
        _read_exercise(TomlTable(table.source, entry, f"exercise {number} of {folder}", next(lines)), folder, seen)
        for number, entry in enumerate(entries, 1)
    ]
    return Chapter(folder, title, tuple(exercises))


def _read_exercise(table: TomlTable, chapter: str, seen: _Seen) -> Exercise:
    table.only("name", "title", "points", "mistake", "covers", "rules", "python", "packages", "page", "writes", "hints")
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
        page=table.text("page", _MISTAKE, '"blocking-call"') if "page" in table.values else "",
        writes_a_test="writes" in table.values and bool(table.text("writes", _WRITES, '"test"')),
    )


def _read_hints(table: TomlTable) -> Iterator[Hint]:
    start = table.source.key(table.line, "hints")
    for number, entry in enumerate(table.tables("hints", 'hints = [ { text = "...", link = "https://..." } ]'), 1):
        line = table.source.item(start, number)
        hint = TomlTable(table.source, entry, f"{table.what}: hint {number}", line, inline=True)
        hint.only("text", "link")
        yield Hint(hint.text("text"), hint.text("link", re.compile(r"https://\S+"), '"https://docs.python.org/3/..."'))
