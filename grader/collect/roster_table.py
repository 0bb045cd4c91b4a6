"""The table of a roster: its text in any encoding that systems export, and what each of its columns holds.

Columns are known by their headings, in any order and whatever their case; those of a learning platform also by what
stands in them, whatever the language of the headings.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from grader.class_result import Sheet
from grader.errors import UsageError

MAX_BYTES: Final = 32_000_000

# Headings without spaces, case and punctuation; what comes first goes before.
ID: Final = (
    "id", "identifier", "studentid", "studentnumber", "matriculationnumber", "idnumber", "sid", "sisuserid", "userid",
    "matrikelnummer", "idnummer", "kennung", "numerodidentification", "numeroetudiant", "numerodeid", "matricola",
)  # fmt: skip
USER: Final = (
    "githubusername", "githublogin", "github", "username", "login", "loginid", "sisloginid", "user", "benutzername",
    "nomdutilisateur", "nombredeusuario", "nomeutente", "gebruikersnaam",
)  # fmt: skip
NUMBER: Final = ("githubid",)
EMAIL: Final = (
    "email", "emailaddress", "mail", "emailadresse", "adressedecourriel", "courriel", "direcciondecorreo",
    "correoelectronico", "indirizzoemail", "emailadres",
)  # fmt: skip
NAME: Final = (
    "name", "fullname", "student", "studentname", "vollstandigername", "nomcomplet", "nombrecompleto", "nomecompleto",
    "volledigenaam",
)  # fmt: skip
FIRST: Final = ("firstname", "first", "givenname", "forename", "vorname", "prenom", "nombre", "voornaam")
LAST: Final = ("lastname", "last", "surname", "familyname", "nachname", "nom", "apellidos", "cognome", "achternaam")
HANDED_IN: Final = ("handedin",)
DUE: Final = ("due", "extension", "dueuntil", "extendeduntil")
GROUP: Final = ("group", "team", "groupname", "teamname", "gruppe", "groupe", "grupo", "gruppo", "equipe", "groep")

_PARTICIPANT: Final = re.compile(r"(?P<word>[^\d]*[^\W\d])\s+(?P<number>\d+)")
"""Moodle's ``Identifier``, in any language: ``Participant 1001``, ``Teilnehmer/in 1001``."""
_POINTS: Final = re.compile(r"\d+(?:[.,]\d+)?")
_OWN_COLUMN: Final = re.compile(r"(?P<title>.+) \((?P<id>\d+)\)")
"""An assignment in Canvas's gradebook: ``HW1 (88123)``."""
_MOODLE_COLUMNS: Final = 5
"""A grading worksheet has at least this many."""


def plain(heading: str) -> str:
    """A heading without spaces, case, punctuation and accents."""
    letters = unicodedata.normalize("NFD", heading.casefold())
    return re.sub(r"[\W_]", "", "".join(each for each in letters if not unicodedata.combining(each)))


def participant(text: str) -> str:
    """The number in Moodle's ``Identifier``; empty for anything else."""
    found = _PARTICIPANT.fullmatch(text)
    return found["number"] if found else ""


@dataclass(frozen=True)
class TableLine:
    """A line of the table."""

    number: int
    cells: list[str]
    problem: str = ""
    """Why it cannot be read; then it has no cells."""


def read_lines(path: Path) -> list[TableLine]:
    """Every line that is not empty: UTF-8 or UTF-16, separated by commas, semicolons or tabs. Raises ``UsageError``."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"{path} is not there; give the file with the roster") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    if len(raw) > MAX_BYTES:
        raise UsageError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB, which no roster is")
    return list(_lines(_decoded(path, raw)))


def _decoded(path: Path, raw: bytes) -> str:
    encoding = "utf-8-sig"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in raw[:100]:  # without a mark: the zeros of Latin letters tell the order
        encoding = "utf-16-be" if raw[:1] == b"\0" else "utf-16-le"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path} is not UTF-8 (line {line}); save it as CSV in UTF-8") from None


def _lines(text: str) -> Iterator[TableLine]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield TableLine(reader.line_num, [], str(error))
        else:
            if cells:
                yield TableLine(reader.line_num, cells)


def sheet_of(header: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> Sheet | None:
    """What the table is, if a learning platform gave it out and takes it back; ``title`` is the assignment's."""
    headings = [heading.strip() for heading in header]
    names = [plain(heading) for heading in headings]
    if "student" in names and ({"sisloginid", "sisuserid"} & {*names} or {"id", "section"} <= {*names}):
        return Sheet("canvas", tuple((heading, _canvas_role(heading, title)) for heading in headings))
    first = [row[0].strip() for row in rows if row and row[0].strip()]
    words = {found["word"] if (found := _PARTICIPANT.fullmatch(cell)) else "" for cell in first}
    if len(headings) < _MOODLE_COLUMNS or len(words) != 1 or "" in words:
        return None
    return Sheet("moodle", tuple(zip(headings, _moodle_roles(names, rows), strict=True)))


def _canvas_role(heading: str, title: str) -> str:
    found = _OWN_COLUMN.fullmatch(heading)
    return "grade" if found and found["title"].strip().casefold() == title.strip().casefold() else ""


def _moodle_roles(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """What the columns of a grading worksheet hold. Their order is always the same; some are not always there."""
    columns = [[row[at].strip() if at < len(row) else "" for row in rows] for at in range(len(names))]
    roles = ["id", *[""] * (len(names) - 1)]

    def find(known: Iterable[str], start: int, fits: Callable[[int], bool]) -> int | None:
        called = (at for at in range(start, len(names)) if names[at] in known)
        return next(called, None) or next((at for at in range(start, len(names)) if not roles[at] and fits(at)), None)

    mail = find(EMAIL, 1, lambda at: any(columns[at]) and all("@" in cell for cell in columns[at] if cell))
    if mail:
        roles[mail] = "email"
    if names[1] in NAME or (not roles[1] and len(set(columns[1])) == len(rows) > 1):
        roles[1] = "name"
    most = find(("maximumgrade",), 2, lambda at: _is_maximum(columns, at))
    if most is None:
        return roles
    roles[most] = "max"
    roles[most - 1] = "grade"
    times = [at for at in range(most + 1, len(names)) if _are_times(columns[at])]
    if times:
        roles[times[0]] = "modified"
    if len(names) - 1 > max(times, default=most + 1):
        roles[-1] = "feedback"
    return roles


def _is_maximum(columns: Sequence[Sequence[str]], at: int) -> bool:
    """The same number in every row, after a column of grades, most of which are not there yet."""
    values = set(columns[at])
    before = all(not cell or cell == "-" or _POINTS.fullmatch(cell) for cell in columns[at - 1])
    return len(values) == 1 and bool(_POINTS.fullmatch(min(values))) and before


def _are_times(cells: Sequence[str]) -> bool:
    return any(cells) and all(cell in ("", "-") or re.search(r"\d[:.h]\d\d", cell) for cell in cells)
