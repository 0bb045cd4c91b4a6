"""Whose a submission is, as far as names tell that systems give to what they export.

Canvas          smithbob_340934_208490284_two_tasks.py, smithbob_LATE_340934_208490284_work.zip
Moodle          Bob Smith_12345_assignsubmission_file_ (a folder, or before the name of a file)
GitHub          two-tasks-bob in the folder two-tasks-submissions
Classroom 50    cs1-two-tasks-bob in the folder cs1-two-tasks_submissions_2026_09_01_T_12_00_00
Gradescope      submission_4711, of which submission_metadata.yml beside it tells
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

METADATA: Final = "submission_metadata.yml"
MAX_METADATA: Final = 64_000_000
"""Bytes of Gradescope's file, in which all results of a class are as well."""

_CANVAS: Final = re.compile(
    r"(?P<start>(?P<name>[^_]+)_(?P<late>late_)?(?P<id>[0-9]+)_[0-9]+_)(?P<file>.+)", re.IGNORECASE | re.DOTALL
)
_MOODLE: Final = re.compile(
    r"(?P<name>.+?)_(?P<id>[0-9]+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?", re.DOTALL
)
_ATTEMPT: Final = re.compile(r"-([0-9]+)(?=\.py$)")
_CLASS: Final = re.compile(r"(?P<assignment>.+?)(?:-submissions|_submissions_[0-9].*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Owner:
    """The person who handed something in, as far as the files around it tell."""

    name: str
    known_as: tuple[str, ...] = ()
    """Ids and addresses in the system that exported it."""


@dataclass(frozen=True)
class ExportedName:
    """What a system's name says of something it exported."""

    place: str
    """The same for all parts of a student's submission."""
    name: str
    id: str
    """What the system itself knows the student by."""
    file: str
    """The name under which the student handed it in; empty for a folder."""
    start: str
    """What the name begins with in everything that the system exports of the student's submission."""
    is_late: bool = False
    """Whether the system says so."""
    attempt: int = 0
    """Which one it is of several that were handed in one after the other, from 0."""


def part_of(name: str) -> ExportedName | None:
    """What a name by Canvas or Moodle says; None for any other."""
    if found := _MOODLE.fullmatch(name):
        name, number = found["name"], found["id"]
        start = f"{name}_{number}_assignsubmission_file_"
        return ExportedName(f"{name}_{number}", name, number, found["file"] or "", start)
    if found := _CANVAS.fullmatch(name):
        # Canvas numbers what is handed in again: two_tasks-1.py.
        again = _ATTEMPT.search(found["file"])
        return ExportedName(
            f"{found['name']}_{found['id']}",
            found["name"],
            found["id"],
            _ATTEMPT.sub("", found["file"]),
            found["start"],
            found["late"] is not None,
            int(again[1]) if again else 0,
        )
    return None


def assignment_of(folder: str) -> str:
    """The assignment after which a folder of clones is named; empty for any other folder."""
    found = _CLASS.fullmatch(folder)
    return found["assignment"] if found else ""


def owner_of(place: str, assignment: str) -> str:
    """Whose clone it is: what follows on the assignment, where the clone's name begins with that."""
    owner = place[len(assignment) + 1 :] if place.casefold().startswith(f"{assignment}-".casefold()) else ""
    return owner if assignment and owner else place


# --- Gradescope -----------------------------------------------------------------------------------------------------


@dataclass
class Submitted:
    """What Gradescope says of one submission."""

    submitters: list[dict[str, str]]
    """Each with ``name``, ``sid`` and ``email``, as far as they are there."""
    created_at: str = ""
    """UTC, ``YYYY-MM-DDTHH:MM:SSZ``; empty where it does not say."""


_SUBMISSION: Final = re.compile(r"(submission_\w+):\s*")
_SUBMITTER: Final = re.compile(r"  (?:- |  ):(name|sid|email):\s+(.*)")
_CREATED: Final = re.compile(r"  :created_at:\s+(.*)")
_SECTION: Final = re.compile(r"  :(\w+):")
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)? ?(Z|UTC|[+-]\d\d:?\d\d)")


def read_metadata(raw: bytes) -> dict[str, Submitted]:
    """What Gradescope says of its submissions, by the names of their folders.

    Only the few lines of its YAML that tell who and when are understood, and whatever else there is is passed over.
    """
    found: dict[str, Submitted] = {}
    now: Submitted | None = None
    section = ""
    for line in _lines(raw):
        if top := _SUBMISSION.fullmatch(line):
            now, section = found.setdefault(top[1], Submitted([])), ""
            continue
        if now is None:
            continue
        if at := _SECTION.match(line):
            section = at[1]
            if created := _CREATED.fullmatch(line):
                now.created_at = utc(_scalar(created[1]))
        elif section == "submitters" and (of := _SUBMITTER.fullmatch(line)):
            if line.startswith("  - ") or not now.submitters:
                now.submitters.append({})
            now.submitters[-1][of[1]] = _scalar(of[2])
    return found


def utc(text: str) -> str:
    """A time with its zone as ``YYYY-MM-DDTHH:MM:SSZ`` in UTC; empty for what is none."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        return ""
    zone = "+00:00" if found[3] in ("Z", "UTC") else found[3]
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}{zone}").astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return ""


def _lines(raw: bytes) -> Iterable[str]:
    start = 0
    while start < len(raw):
        end = raw.find(b"\n", start)
        end = len(raw) if end < 0 else end
        # A line that tells who or when is short; the others may hold all that a program printed.
        if end - start <= 1_000:
            yield raw[start:end].decode("utf-8", "replace").rstrip("\r")
        start = end + 1


def _scalar(text: str) -> str:
    """A value of YAML on one line."""
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if text.startswith('"'):
        try:
            value = json.loads(text)
        except ValueError:
            return text.strip('"')
        return value if isinstance(value, str) else ""
    return "" if text in ("~", "null") else text
