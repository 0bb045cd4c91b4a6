"""Who is in the class: a table of students, as whatever system exported it, and whose a submission is.

a table of one's own    id, username, name (or first name and last name), email, group, handed_in, due
GitHub Classroom        identifier, github_username, github_id, name
Classroom 50            username, first_name, last_name, email, section, github_id
Canvas                  Student, ID, SIS User ID, SIS Login ID, Section
Moodle                  Identifier, Full name, Email address, in any language
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from grader.class_result import Sheet, Student
from grader.collect import roster_table as table
from grader.collect.intake import archive
from grader.collect.submissions import Handed
from grader.collect.table_times import time_of_table
from grader.errors import UsageError
from grader.text import shown

_NEEDED: Final = "id, student id, identifier, username, email or name"


@dataclass(frozen=True)
class _Row:
    """A student, with what they are matched by."""

    student: Student
    ids: tuple[str, ...]
    """Ids, user names and addresses, in any system."""
    names: tuple[str, ...]
    handed_in: str
    time_source: str
    due: str
    group: str


@dataclass(frozen=True)
class Roster:
    """The students of a class."""

    students: tuple[Student, ...]
    """In the order of the file. No two have the same id, whatever its case."""
    problems: tuple[str, ...]
    """What could not be used, a line each, with the line of the file."""
    _rows: tuple[_Row, ...] = field(default=(), repr=False)
    sheet: Sheet | None = None
    """What the table is, if a learning platform takes it back with grades in it."""

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
        # Not which: the line stands on the page of the student who handed it in.
        return f"{len(found)} students on the roster may be {who}; name it after the id of the one who handed it in"

    def knows(self, name: str) -> bool:
        """Whether that is an id, an address or a name of a student, or the name of a group."""
        key = _key(name)
        return bool(self._ids.get(key) or self._names.get(_squeezed(key)) or self._groups.get(key))

    def group(self, handed: Handed) -> tuple[Student, ...]:
        """Everybody in the group that the submission is called after: a team's clone; nobody where it is not."""
        place = _key(archive.stem(handed.place))
        said = (_key(handed.name), place, *(place[at + 1 :] for at, each in enumerate(place[:200]) if each in "-_"))
        found = next((members for key in said if (members := self._groups.get(key))), frozenset())
        return tuple(self.students[number] for number in sorted(found))

    def handed_in(self, student: Student) -> str:
        """UTC, ``YYYY-MM-DDTHH:MM:SSZ``, where a column tells; otherwise empty."""
        return self._times[student.id].handed_in if student.id in self._times else ""

    def time_source(self, student: Student) -> str:
        """What tells ``handed_in``."""
        return self._times[student.id].time_source if student.id in self._times else ""

    @property
    def extensions(self) -> Mapping[str, datetime]:
        """By student id, when it is due for them, where a column ``due`` tells."""
        return {row.student.id: datetime.fromisoformat(row.due) for row in self._rows if row.due}

    @cached_property
    def _times(self) -> Mapping[str, _Row]:
        return {row.student.id: row for row in self._rows if row.handed_in}

    @cached_property
    def _groups(self) -> Mapping[str, frozenset[int]]:
        return _index((_key(row.group), number) for number, row in enumerate(self._rows))

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
            return set(self._suffix(_key(archive.stem(handed.place.rsplit("/", 1)[-1]))))
        common = frozenset.intersection(*matches)
        return set(common or frozenset.union(*matches))

    def _suffix(self, place: str) -> frozenset[int]:
        """Whose id the place's name ends in, after a hyphen or underscore; the longest such id counts."""
        starts = [at + 1 for at, character in enumerate(place[:200]) if character in "-_"]
        found = (self._ids[place[start:]] for start in starts if place[start:] in self._ids)
        return next(found, frozenset())


def read_roster(path: Path, title: str = "") -> Roster:
    """Read a table of students: CSV in UTF-8 or UTF-16, separated by commas, semicolons or tabs.

    ``title`` is the assignment's, after which Canvas calls its column. Raises ``UsageError`` for what cannot be read
    or is no such table.
    """
    lines = table.read_lines(path)
    header = lines[0].cells if lines else []
    if not any(header):
        raise UsageError(f"{path} is empty: the first line must name the columns, such as id,name,email")
    sheet = table.sheet_of(header, [line.cells for line in lines[1:]], title)
    columns = _Columns(header, sheet)
    if not columns.tells_who:
        told = ", ".join(shown(name.strip()) for name in header[:12])
        raise UsageError(f"{path} has no column that tells students apart ({_NEEDED}); it has {told}")
    rows: list[_Row] = []
    seen: dict[str, int] = {}
    problems: list[str] = []
    for line in lines[1:]:
        where, cells = f"line {line.number} of the roster", line.cells
        if line.problem:
            problems.append(f"{where} cannot be read: {line.problem}")
        elif not any(cell.strip() for cell in cells) or cells[0].strip() == "Points Possible":
            continue  # the latter is Canvas's second line
        elif any(cell.strip() for cell in cells[len(header) :]):
            problems.append(f"{where} has {len(cells)} columns, and the first line names {len(header)}; not used")
        else:
            row, wrong = columns.row(cells)
            problems += [f"{where}: {problem}" for problem in wrong]
            if row is None:
                problems.append(f"{where} has no {columns.id_name}; not used")
            elif (key := _key(row.student.id)) in seen:
                problems.append(f"{where}: {shown(row.student.id)} is on line {seen[key]} already; not used")
            else:
                seen[key] = line.number
                rows.append(row)
    if not rows:
        raise UsageError(f"{path} has no student" + "".join(f"\n  {line}" for line in problems[:5]))
    return Roster(tuple(row.student for row in rows), tuple(problems), tuple(rows), sheet)


def group_of(student: Student) -> str:
    """The group that the roster puts a student in; empty for none."""
    groups = (value for heading, value in student.roster.items() if table.plain(heading) in table.GROUP)
    return _key(next(groups, ""))


# --- the table ------------------------------------------------------------------------------------------------------


class _Columns:
    """Which column is which."""

    def __init__(self, header: Sequence[str], sheet: Sheet | None) -> None:
        self._header = [name.strip() for name in header]
        self._at: dict[str, int] = {}
        for at, name in enumerate(header):
            self._at.setdefault(table.plain(name), at)
        held: dict[str, int | None] = (
            {role: at for at, (_, role) in reversed([*enumerate(sheet.columns)])} if sheet else {}
        )
        self._is_moodle = bool(sheet and sheet.system == "moodle")
        known = map(self._first, (table.ID, table.USER, table.EMAIL, table.NAME))
        self._id = held.get("id", next((at for at in known if at is not None), None))
        self._name = held.get("name", self._first(table.NAME))
        self._email = held.get("email", self._first(table.EMAIL))
        self._modified = held.get("modified")
        # Canvas needs its own columns again, and they are no others.
        kept = {self._at.get(name) for name in ("sisuserid", "sisloginid")}
        self._taken = {self._id if self._id not in kept else None, self._name, self._email}

    @property
    def tells_who(self) -> bool:
        return self._id is not None or self._first(table.LAST) is not None

    @property
    def id_name(self) -> str:
        """What the column is called that tells students apart."""
        return shown(self._header[self._id]) if self._id is not None else "name"

    def row(self, cells: Sequence[str]) -> tuple[_Row | None, list[str]]:
        """The student of a line, None for one without an id, and what is wrong with the line apart from that."""
        cells = [*(cell.strip() for cell in cells), *[""] * (len(self._header) - len(cells))]

        def values(names: Iterable[str]) -> list[str]:
            return [cells[self._at[name]] for name in names if name in self._at and cells[self._at[name]]]

        first, last = (" ".join(values(names)[:1]) for names in (table.FIRST, table.LAST))
        name = cells[self._name] if self._name is not None else f"{first} {last}".strip()
        own = cells[self._id] if self._id is not None else name
        if not own:
            return None, []
        problems: list[str] = []

        def time(heading: str, names: Iterable[str]) -> str:
            told = " ".join(values(names)[:1])
            when = time_of_table(told) if told else ""
            if told and not when:
                problems.append(f"{heading} is no time: {shown(told)}")
            return when

        handed_in, source = time("handed_in", table.HANDED_IN), "the roster"
        if not handed_in and self._modified is not None:
            handed_in, source = time_of_table(cells[self._modified]), "Moodle"
        roster = {
            header: cells[at]
            for at, header in enumerate(self._header)
            if header and at not in self._taken and self._header.index(header) == at
        }
        ids = [own, *values((*table.ID, *table.USER, *table.NUMBER, *table.EMAIL))]
        if self._is_moodle and (number := table.participant(own)):
            ids.append(number)
        email = cells[self._email] if self._email is not None else ""
        student = Student(own, name, email, roster)
        row = _Row(
            student,
            tuple(map(_key, (*ids, email))),
            tuple(set(_orders([name, f"{first} {last}"]))),
            handed_in,
            source if handed_in else "",
            time("due", table.DUE),
            " ".join(values(table.GROUP)[:1]),
        )
        return row, problems

    def _first(self, names: Iterable[str]) -> int | None:
        return next((self._at[name] for name in names if name in self._at), None)


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
