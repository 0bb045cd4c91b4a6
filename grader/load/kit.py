"""The kit: what exercises there are, in which order, and where their files lie.

``exercises/curriculum.toml`` is the one list of them. Every fault in it is a ``KitError`` that names the file and the
line, because an author meets these far more often than a learner does. What the curriculum promises about *other* files
(suites, banks, pages) is ``grader.check``'s business.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

from grader.errors import KitError, TurtlesError, UsageError
from grader.load import sealed_suites

CURRICULUM: Final = PurePosixPath("exercises/curriculum.toml")
PUBLIC_POINTS: Final = PurePosixPath("tests/public/points.json")
"""Points of the public checks, by exercise: what the curriculum's points are where there is nothing but those."""

STATE: Final = ".turtles"
"""The one folder, below the kit's root, where the grader remembers. Anyone may delete it, but for the backup in it."""
BACKUP: Final = f"{STATE}/backup"
"""Below the kit's root: what learners wrote before it was replaced. Nothing in it is ever overwritten."""
REFERENCE: Final = f"{STATE}/reference"
"""Below the kit's root: the results of the solutions, apart from the learner's, of which only the last few are kept."""

_CHAPTER_ID = re.compile(r"[0-9]{2}_[a-z][a-z0-9_]*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MISTAKE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RULE = re.compile(r"ASYNC[0-9]{3}")
_PYTHON = re.compile(r"3\.[0-9]{1,3}")


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
        if self.python is None:
            return None
        least = tuple(int(part) for part in self.python.split("."))
        return f"needs Python {self.python}" if sys.version_info[:2] < least else None


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


@dataclass(frozen=True)
class BankAnswer:
    """A file of the answer bank: a whole program, right or wrong, as a learner would hand it in."""

    path: Path
    right: bool
    caught_by: str | None
    """Title of the check that has to fail; None for a right answer, and where the file does not say."""
    note: str
    """How a right answer differs from the reference, or what was done wrong. Empty where the file does not say."""
    shows: tuple[str, ...] = ()
    """Of a wrong answer, the kinds of mistake that it has to be recognised as; most are none of those with a name."""


class Suites(StrEnum):
    """In which form a kit holds its suites."""

    OPEN = "open"
    """``tests/hidden``: as they are written."""
    SEALED = "sealed"
    """``tests/sealed``: each in a file that the key in ``TURTLES_KEY`` opens, and opened in memory only."""
    PUBLIC = "public"
    """``tests/public``: the public checks, for whoever has no key."""


_FOLDERS: Final = {Suites.OPEN: "hidden", Suites.SEALED: "sealed", Suites.PUBLIC: "public"}


@dataclass(frozen=True)
class Kit:
    """The whole curriculum, and where its files lie below ``root``."""

    root: Path
    chapters: tuple[Chapter, ...]
    suites: Suites = Suites.OPEN
    """The form that is in use."""
    key: str = field(default="", repr=False)
    """The secret key of sealed suites; empty for the other forms."""

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """Every exercise, in the order of the curriculum."""
        return tuple(exercise for chapter in self.chapters for exercise in chapter.exercises)

    @cached_property
    def _by_name(self) -> dict[str, Exercise]:
        return {exercise.name: exercise for exercise in self.exercises}

    def exercise(self, name: str) -> Exercise:
        """The exercise of exactly that name; raises ``UsageError`` when there is none."""
        try:
            return self._by_name[name]
        except KeyError:
            raise UsageError(f"there is no exercise {name!r}; `turtles list` shows them all") from None

    @property
    def state_folder(self) -> Path:
        """Where the grader remembers; it need not be there."""
        return self.root / STATE

    def exercise_file(self, exercise: Exercise) -> Path:
        """The learner's file."""
        return self.root / "exercises" / exercise.file

    def handed_out_file(self, exercise: Exercise) -> Path:
        """The same as it was handed out, byte for byte."""
        return self.root / "grader" / "handout" / exercise.file

    def solution_file(self, exercise: Exercise) -> Path:
        """The reference answer."""
        return self.root / "solutions" / exercise.file

    @property
    def suites_folder(self) -> Path:
        """The folder of all suites, in the form that is in use."""
        return self.root / "tests" / _FOLDERS[self.suites]

    def suite_file(self, exercise: Exercise) -> Path:
        """The suite, in the form that is in use."""
        name = f"test_{exercise.name}.py{'.age' if self.suites is Suites.SEALED else ''}"
        return self.suites_folder / exercise.chapter / name

    def scenario_file(self, exercise: Exercise) -> Path:
        """How the program is driven; most exercises have none, and sealed ones have it in the suite's file."""
        return self.suites_folder / exercise.chapter / f"{exercise.name}_scenario.py"

    def suite(self, exercise: Exercise) -> str:
        """The text of the suite. Raises ``KitError`` when it is missing, cannot be read or cannot be opened."""
        return self._opened(exercise).suite if self.suites is Suites.SEALED else self._text(self.suite_file(exercise))

    def scenario(self, exercise: Exercise) -> str | None:
        """The text of the scenario; None where there is none. Raises as ``suite`` does."""
        if self.suites is Suites.SEALED:
            return self._opened(exercise).scenario
        file = self.scenario_file(exercise)
        return self._text(file) if file.is_file() else None

    def _opened(self, exercise: Exercise) -> sealed_suites.Opened:
        file = self.suite_file(exercise)
        try:
            return sealed_suites.open_sealed(self._bytes(file), self.key)
        except KitError as error:
            raise KitError(f"{file.relative_to(self.root)} cannot be opened: {error}") from None

    def _text(self, file: Path) -> str:
        try:
            return self._bytes(file).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise KitError(f"{file.relative_to(self.root)} is not UTF-8; save it as UTF-8") from None

    def _bytes(self, file: Path) -> bytes:
        try:
            return file.read_bytes()
        except FileNotFoundError:
            raise KitError(f"the suite {file.relative_to(self.root)} is missing: the kit is not complete") from None
        except OSError as error:
            raise KitError(f"{file.relative_to(self.root)} cannot be read: {error.strerror or error}") from error

    def answers_folder(self, exercise: Exercise) -> Path:
        """The answer bank."""
        return self.root / "tests" / "answers" / exercise.chapter / exercise.name

    def answers(self, exercise: Exercise) -> tuple[BankAnswer, ...]:
        """The answer bank, right answers first, each kind by file name. Empty when there is no bank.

        Raises ``KitError`` for an answer that cannot be read.
        """
        folder = self.answers_folder(exercise)
        right = [_read_answer(path, self.root, right=True) for path in sorted(folder.glob("right_*.py"))]
        wrong = [_read_answer(path, self.root, right=False) for path in sorted(folder.glob("wrong_*.py"))]
        return (*right, *wrong)


def find_root(start: Path) -> Path:
    """The folder of the kit that ``start`` lies in; raises ``KitError`` when it lies in none."""
    here = start.resolve()
    for folder in (here, *here.parents):
        try:
            if (folder / CURRICULUM).is_file():
                return folder
        except OSError:  # a folder that may not be looked into is not ours
            continue
    raise KitError(
        f"{start} is not a Turtles kit: there is no {CURRICULUM} in it or in a folder above it; "
        "change to the kit's folder and try again"
    )


def load_kit(root: Path) -> Kit:
    """Read the curriculum of the kit at ``root``, and find out in which form its suites are to be used.

    Sealed suites are used where ``TURTLES_KEY`` says so, open ones wherever they are, public ones where there is
    nothing else; then an exercise has the points of its public checks. Whatever is wrong is a ``KitError``.
    """
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
    return _with_suites(Kit(root, _read_curriculum(_Source(text))))


# --- the suites -----------------------------------------------------------------------------------------------------


def _with_suites(kit: Kit) -> Kit:
    """The kit with the form of its suites, its key or its public points."""
    tests = kit.root / "tests"
    has = {form: any((tests / folder).glob("*/test_*.py*")) for form, folder in _FOLDERS.items()}
    said = os.environ.get(sealed_suites.VARIABLE, "").strip()  # where a secret is not given, workflows make it empty
    if has[Suites.SEALED] and said:
        return _unlocked(kit, said)
    if has[Suites.OPEN]:
        return kit
    if has[Suites.PUBLIC]:
        chapters = tuple(_with_public_points(kit.chapters, _read_public_points(kit.root)))
        return replace(kit, chapters=chapters, suites=Suites.PUBLIC)
    if has[Suites.SEALED]:
        raise KitError(f"the suites are sealed: set {sealed_suites.VARIABLE} to the key that opens them")
    return kit


def _unlocked(kit: Kit, said: str) -> Kit:
    """The kit with the key, which opens its suites: the first of them is tried."""
    try:
        kit = replace(kit, suites=Suites.SEALED, key=sealed_suites.identity_of(said))
        present = [exercise for exercise in kit.exercises if kit.suite_file(exercise).is_file()]
        for exercise in present[:1]:
            kit.suite(exercise)
    except TurtlesError as error:
        raise KitError(
            f"{sealed_suites.VARIABLE} does not open the suites ({error}); set it to the key that they were sealed "
            "for, or unset it to make the public checks only"
        ) from None
    return kit


def _with_public_points(chapters: Iterable[Chapter], points: Mapping[str, int]) -> Iterator[Chapter]:
    for chapter in chapters:
        missing = [each.name for each in chapter.exercises if each.name not in points]
        if missing:
            raise KitError(f"{PUBLIC_POINTS} does not say what the public checks of {missing[0]} are worth; add it")
        exercises = tuple(replace(each, points=points[each.name]) for each in chapter.exercises)
        yield replace(chapter, exercises=exercises)


def _read_public_points(root: Path) -> dict[str, int]:
    try:
        values = json.loads((root / PUBLIC_POINTS).read_bytes())
    except OSError as error:
        raise KitError(
            f"{PUBLIC_POINTS} cannot be read: {error.strerror or error}; `git checkout -- {PUBLIC_POINTS}` "
            "brings it back"
        ) from error
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or not all(type(each) is int and each >= 1 for each in values.values()):
        raise KitError(
            f"{PUBLIC_POINTS} must be an object of points, 1 or more, by exercise; `git checkout -- {PUBLIC_POINTS}` "
            "brings it back"
        )
    return values


# --- curriculum.toml ------------------------------------------------------------------------------------------------


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


def _read_curriculum(source: _Source) -> tuple[Chapter, ...]:
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
        python=table.text("python", _PYTHON, '"3.13"') if "python" in table.values else None,
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


# --- the answer bank ------------------------------------------------------------------------------------------------

_HEAD_BYTES: Final = 4096
"""The comments stand at the top; no more than this is read to find them."""


def _read_answer(path: Path, root: Path, *, right: bool) -> BankAnswer:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES).decode("utf-8-sig", "replace")
    except OSError as error:
        raise KitError(f"{path.relative_to(root)} cannot be read: {error.strerror or error}") from error
    said = _head_comments(head)
    if right:
        return BankAnswer(path, True, None, said("Style"))
    shows = tuple(name.strip() for name in said("Shows").split(",") if name.strip())
    return BankAnswer(path, False, said("Caught by") or None, said("Mistake"), shows)


def _head_comments(head: str) -> Callable[[str], str]:
    """The ``# Key: value`` lines before the program starts, as a function from a key to its first value, or ''."""
    values: dict[str, str] = {}
    for line in head.splitlines():
        if line.strip() and not line.startswith("#"):
            break
        key, colon, value = line.lstrip("# ").partition(":")
        if colon:
            values.setdefault(key.strip().lower(), value.strip())
    return lambda key: values.get(key.lower(), "")
