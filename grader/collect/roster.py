"""Who is in the class: a table of students, as whatever system exported it.

Columns are known by their names, in any order and whatever their case:

    a table of one's own    id, username, name (or first name and last name), email, handed_in
    GitHub Classroom        identifier, github_username, github_id, name
    Classroom 50            username, first_name, last_name, email, section, github_id
    Canvas                  Student, ID, SIS User ID, SIS Login ID, Section
    Moodle                  Identifier, Full name, Email address
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from grader.class_result import Student
from grader.collect.intake import archive
from grader.collect.submissions import Handed
from grader.errors import UsageError
from grader.load.lateness import to_utc
from grader.text import shown

MAX_BYTES: Final = 32_000_000

# Headers without spaces, case and punctuation; what comes first goes before.
_ID: Final = (
    "id",
    "identifier",
    "studentid",
    "studentnumber",
    "matriculationnumber",
    "idnumber",
    "sid",
    "sisuserid",
    "userid",
)
_USER: Final = ("githubusername", "githublogin", "github", "username", "login", "loginid", "sisloginid", "user")
_NUMBER: Final = ("githubid",)
_EMAIL: Final = ("email", "emailaddress", "mail")
_NAME: Final = ("name", "fullname", "student", "studentname")
_FIRST: Final = ("firstname", "first", "givenname", "forename")
_LAST: Final = ("lastname", "last", "surname", "familyname")
_HANDED_IN: Final = ("handedin",)

_NEEDED: Final = "id, student id, identifier, username, email or name"


@dataclass(frozen=True)
class _Row:
    """A student, with what they are matched by."""

    student: Student
    ids: tuple[str, ...]
    """Ids, user names and addresses, in any system."""
    names: tuple[str, ...]
    handed_in: str


@dataclass(frozen=True)
class Roster:
    """The students of a class."""

    students: tuple[Student, ...]
    """In the order of the file. No two have the same id, whatever its case."""
    problems: tuple[str, ...]
    """What could not be used, a line each, with the line of the file."""
    _rows: tuple[_Row, ...] = field(default=(), repr=False)

    def student(self, handed: Handed) -> Student | None:
        """Whose submission it is; None when nobody's, or not clear whose.

        Ids and addresses are compared first, then names in any order of their parts, and then the end of the place's
        name, as of the clone ``two-tasks-alice``. Case does not count; accents do.
        """
        found = self._match(handed)
        return self.students[found.pop()] if len(found) == 1 else None

    def problem(self, handed: Handed) -> str | None:
        """Why ``student`` is None, in a line; None when it is not."""
        found = self._match(handed)
        if len(found) == 1:
            return None
        who = shown(handed.name or handed.place)
        if not found:
            return f"nobody on the roster is {who}"
        names = ", ".join(shown(self.students[index].id) for index in sorted(found)[:5])
        return f"it is not clear who on the roster is {who}: {names}"

    def handed_in(self, student: Student) -> str:
        """UTC, ``YYYY-MM-DDTHH:MM:SSZ``, where a column ``handed_in`` tells; otherwise empty."""
        return self._handed_in.get(student.id, "")

    @cached_property
    def _handed_in(self) -> Mapping[str, str]:
        return {row.student.id: row.handed_in for row in self._rows if row.handed_in}

    @cached_property
    def _ids(self) -> Mapping[str, frozenset[int]]:
        return _index((key, number) for number, row in enumerate(self._rows) for key in row.ids)

    @cached_property
    def _names(self) -> Mapping[str, frozenset[int]]:
        return _index((key, number) for number, row in enumerate(self._rows) for key in row.names)

    def _match(self, handed: Handed) -> set[int]:
        """The numbers of those who it could be. Several where what is known of it fits different students."""
        said = [key for text in (*handed.known_as, handed.name, archive.stem(handed.place)) if (key := _key(text))]
        none: frozenset[int] = frozenset()
        matches = [match for key in said if (match := self._ids.get(key, none))]
        matches += [match for key in said if (match := self._names.get(_squeezed(key), none))]
        if not matches:
            return set(self._suffix(_key(archive.stem(handed.place))))
        common = frozenset.intersection(*matches)
        return set(common or frozenset.union(*matches))

    def _suffix(self, place: str) -> frozenset[int]:
        """Whose id the place's name ends in, after a hyphen or underscore; the longest such id counts."""
        starts = [at + 1 for at, character in enumerate(place[:200]) if character in "-_"]
        found = (self._ids[place[start:]] for start in starts if place[start:] in self._ids)
        return next(found, frozenset())


def read_roster(path: Path) -> Roster:
    """Read a table of students: CSV in UTF-8, separated by commas, semicolons or tabs.

    Raises ``UsageError`` for what cannot be read or is no such table.
    """
    lines = _lines(path)
    _, header = next(lines, (0, []))
    if isinstance(header, str) or not any(header):
        raise UsageError(f"{path} is empty: the first line must name the columns, such as id,name,email")
    columns = _Columns(header)
    if not columns.tells_who:
        told = ", ".join(shown(name.strip()) for name in header[:12])
        raise UsageError(f"{path} has no column that tells students apart ({_NEEDED}); it has {told}")
    rows: list[_Row] = []
    seen: dict[str, int] = {}
    problems: list[str] = []
    for number, cells in lines:
        where = f"line {number} of the roster"
        if isinstance(cells, str):
            problems.append(f"{where} cannot be read: {cells}")
        elif not any(cell.strip() for cell in cells) or cells[0].strip() == "Points Possible":
            continue  # the latter is Canvas's second line
        elif any(cell.strip() for cell in cells[len(header) :]):
            problems.append(f"{where} has {len(cells)} columns, and the first line names {len(header)}; not used")
        else:
            row, problem = columns.row(cells)
            if problem:
                problems.append(f"{where}: {problem}")
            if row is None:
                problems.append(f"{where} has no {columns.id_name}; not used")
            elif (key := _key(row.student.id)) in seen:
                problems.append(f"{where}: {shown(row.student.id)} is on line {seen[key]} already; not used")
            else:
                seen[key] = number
                rows.append(row)
    if not rows:
        raise UsageError(f"{path} has no student" + "".join(f"\n  {line}" for line in problems[:5]))
    return Roster(tuple(row.student for row in rows), tuple(problems), tuple(rows))


# --- the table ------------------------------------------------------------------------------------------------------


class _Columns:
    """Which column is which."""

    def __init__(self, header: Sequence[str]) -> None:
        self._header = [name.strip() for name in header]
        plain = [re.sub(r"[\W_]", "", name.casefold()) for name in header]
        self._at: dict[str, int] = {}
        for at, name in enumerate(plain):
            self._at.setdefault(name, at)
        who = [place for names in (_ID, _USER, _EMAIL, _NAME) if (place := self._first(names)) is not None]
        self._id: int | None = who[0] if who else None
        self._name, self._email = self._first(_NAME), self._first(_EMAIL)
        # Canvas needs its own columns again, and they are no others.
        kept = {self._at.get(name) for name in ("sisuserid", "sisloginid")}
        self._taken = {self._id if self._id not in kept else None, self._name, self._email}

    @property
    def tells_who(self) -> bool:
        return self._id is not None or self._first(_LAST) is not None

    @property
    def id_name(self) -> str:
        """What the column is called that tells students apart."""
        return shown(self._header[self._id]) if self._id is not None else "name"

    def row(self, cells: Sequence[str]) -> tuple[_Row | None, str]:
        """The student of a line, None for one without an id, and what is wrong with the line apart from that."""
        cells = [*(cell.strip() for cell in cells), *[""] * (len(self._header) - len(cells))]

        def values(names: Iterable[str]) -> list[str]:
            return [cells[self._at[name]] for name in names if name in self._at and cells[self._at[name]]]

        first, last = (" ".join(values(names)[:1]) for names in (_FIRST, _LAST))
        name = cells[self._name] if self._name is not None else f"{first} {last}".strip()
        own = cells[self._id] if self._id is not None else name
        if not own:
            return None, ""
        told = values(_HANDED_IN)[:1]
        handed_in = to_utc(told[0]) if told else ""
        problem = f"handed_in is no time: {shown(told[0])}" if told and not handed_in else ""
        roster = {
            header: cells[at]
            for at, header in enumerate(self._header)
            if header and at not in self._taken and self._header.index(header) == at
        }
        ids = [own, *values((*_ID, *_USER, *_NUMBER, *_EMAIL))]
        ids += [
            found[1] for value in ids if (found := re.fullmatch(r"Participant (\d+)", value))
        ]  # Moodle's Identifier
        names = [name, f"{first} {last}"]
        student = Student(own, name, cells[self._email] if self._email is not None else "", roster)
        return _Row(student, tuple(map(_key, ids)), tuple(set(_orders(names))), handed_in), problem

    def _first(self, names: Iterable[str]) -> int | None:
        return next((self._at[name] for name in names if name in self._at), None)


def _lines(path: Path) -> Iterator[tuple[int, list[str] | str]]:
    """The cells of each line with its number; of one that cannot be read, why."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"{path} is not there; give the file with the roster") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    if len(raw) > MAX_BYTES:
        raise UsageError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB, which no roster is")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path} is not UTF-8 (line {line}); save it as CSV in UTF-8") from None
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, str(error)
        else:
            if cells:
                yield reader.line_num, cells


# --- matching -------------------------------------------------------------------------------------------------------


def _key(text: str) -> str:
    """The same for what only differs in case, spaces, and in how accents are encoded."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _squeezed(key: str) -> str:
    """Nothing but letters and digits, as Canvas writes names in the names of files."""
    return "".join(character for character in key if character.isalnum())


def _orders(names: Iterable[str]) -> Iterator[str]:
    """Each name squeezed, with its parts in every order that keeps who follows whom: ``Bob Smith``, ``Smith, Bob``."""
    for name in names:
        parts = _key(name.replace(",", " ")).split()[:10]
        for at in range(len(parts)):
            yield _squeezed("".join((*parts[at:], *parts[:at])))


def _index(pairs: Iterable[tuple[str, int]]) -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for key, number in pairs:
        if key:
            found.setdefault(key, set()).add(number)
    return {key: frozenset(numbers) for key, numbers in found.items()}
