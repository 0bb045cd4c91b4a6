"""Where the submissions of a class lie: the places in a folder, or in the one zip of an export."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from grader.collect.intake import archive
from grader.collect.intake.archive import FOREIGN, is_archive
from grader.collect.intake.export_zip import open_export
from grader.collect.intake.folder import Folder, file_source
from grader.collect.intake.items import LINK, NO_FILE, Unreadable
from grader.collect.intake.owner import (
    MAX_METADATA,
    METADATA,
    ExportedName,
    Submitted,
    assignment_of,
    owner_of,
    part_of,
    read_metadata,
)
from grader.errors import UsageError
from grader.text import printable, shown


@dataclass(frozen=True)
class Found:
    """A place that may hold a submission."""

    place: str
    """Its name below the folder of submissions: ``alice``, ``two-tasks-alice.zip``. It always prints."""
    path: Path
    """The folder or archive; where there are ``members``, what they lie in."""
    members: tuple[str, ...] = ()
    """What belongs to it, by name, in a folder or an export that holds others' as well."""
    name: str = ""
    """Who handed it in, as far as what lies around the place tells."""
    known_as: tuple[str, ...] = ()
    """What else they are known by: ids and addresses of the system that exported it."""
    handed_in: str = ""
    """UTC, ``YYYY-MM-DDTHH:MM:SSZ``, where the system says."""
    problems: tuple[str, ...] = ()
    """What was wrong with it already when it was found."""


_MAX_PLACES: Final = 100_000
_PEEKED: Final = 1_000
_IGNORED: Final = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini", METADATA})
_TABLES: Final = (".csv", ".tsv", ".db", ".db-wal", ".db-shm", ".db-journal")
"""A roster, a gradebook: teachers keep them beside the submissions."""
_CHAPTER: Final = re.compile(r"[0-9]{2}_[a-z][a-z0-9_]*")
_WRAPPER: Final = re.compile(r"submissions|export", re.IGNORECASE)


def find(folder: Path) -> tuple[list[Found], list[str]]:
    """The places in ``folder``, sorted, and a line for each thing there that is no submission.

    ``folder`` may be a zip as well, as Gradescope, Moodle and Classroom 50 export a class. One folder in it that holds
    all the others stands for it. Hidden files and tables are passed over. Raises ``UsageError`` for what holds no
    submissions.
    """
    try:
        where = _look(folder, "")
        wrapper = _wrapper(where)
        if wrapper:
            where = _look(folder, wrapper)
        if _is_submission(where.kinds):
            raise UsageError(f"{folder} is itself a submission: give the folder that it lies in with the others")
        found, lines = _places(where)
        if any(map(_is_plausible, found)):
            return found, [*where.problems, *lines]
    except (OSError, ValueError, Unreadable) as error:
        raise UsageError(f"{folder} cannot be looked into: {getattr(error, 'strerror', None) or error}") from None
    seen = "".join(f"\n  {line}" for line in lines[:5])
    raise UsageError(f"there is no submission in {folder}: in it must be a folder, clone or zip of each student{seen}")


# --- what lies there ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Where:
    """A folder of submissions, on the disk or in an export."""

    path: Path
    """The folder on the disk, or the export."""
    name: str
    """The folder's name."""
    prefix: str
    """What stands before the names in an export: ``assignment_1_export/``."""
    kinds: Mapping[str, str]
    """``folder``, ``file``, or why it is neither, by name."""
    problems: tuple[str, ...] = ()

    @property
    def is_export(self) -> bool:
        return not self.path.is_dir()

    def inside(self, name: str) -> Mapping[str, str]:
        """The same of a folder in it."""
        if self.is_export:
            return open_export(self.path).kinds(name) if not self.prefix else {}
        return _kinds(self.path / name, _PEEKED)

    def metadata(self) -> bytes:
        """What Gradescope says; empty where it says nothing."""
        try:
            if self.is_export:
                item = open_export(self.path).items.get(f"{self.prefix}{METADATA}")
                return item.read(MAX_METADATA) if item else b""
            return file_source(self.path / METADATA).read_at(0, MAX_METADATA)
        except Unreadable:
            return b""


def _look(folder: Path, wrapper: str) -> _Where:
    if stat.S_ISDIR(folder.stat().st_mode):
        path = folder.resolve() / wrapper
        return _Where(path, path.name, "", _kinds(path, _MAX_PLACES))
    if not is_archive(folder.name):
        raise UsageError(f"{folder} is no folder of submissions, nor a zip of them: give the folder that they are in")
    export = open_export(folder)
    prefix = f"{wrapper}/" if wrapper else ""
    return _Where(folder, wrapper or archive.stem(folder.name), prefix, export.kinds(wrapper), export.problems)


def _kinds(folder: Path, most: int) -> dict[str, str]:
    with os.scandir(folder) as entries:
        return {entry.name: _kind(entry) for entry in islice(entries, most)}


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return LINK
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else NO_FILE


def _wrapper(where: _Where) -> str:
    """The one folder that holds all submissions; empty where they lie side by side already."""
    names = [name for name in where.kinds if not _is_ignored(name)]
    if len(names) != 1 or where.kinds[names[0]] != "folder" or METADATA in where.kinds:
        return ""
    try:
        inside = where.inside(names[0])
    except OSError:
        return ""
    is_wrapper = METADATA in inside or (_WRAPPER.search(names[0]) and not _is_submission(inside))
    return names[0] if is_wrapper else ""


def _is_submission(kinds: Mapping[str, str]) -> bool:
    """Whether it looks like what one student hands in."""
    folders = {name for name, kind in kinds.items() if kind == "folder"}
    return "exercises" in folders or any(map(_CHAPTER.fullmatch, folders))


def _is_ignored(name: str) -> bool:
    return name in _IGNORED or name.startswith(".") or name.lower().endswith(_TABLES)


def _is_plausible(found: Found) -> bool:
    """Whether there is anything in it that could be a program."""
    if found.members or is_archive(found.path.name):
        return True
    try:
        with Folder(found.path) as folder:
            return any(path.endswith(".py") or is_archive(path) for path in folder.listing().items)
    except Unreadable:
        return False


# --- places ---------------------------------------------------------------------------------------------------------


def _places(where: _Where) -> tuple[list[Found], list[str]]:
    found: dict[str, Found] = {}
    lines: list[str] = []
    parts: dict[str, list[tuple[ExportedName, str]]] = {}
    submitted = read_metadata(where.metadata())
    assignment = assignment_of(where.name)
    for name, kind in sorted(where.kinds.items()):
        part = part_of(name)
        if _is_ignored(name):
            continue
        if reason := _no_place(name, kind, part):
            lines.append(f"{shown(name)} is no submission: {reason}")
        elif part:
            parts.setdefault(part.place, []).append((part, name))
        else:
            place = _place(where, name)
            if name in submitted:
                found[place.place] = _of_gradescope(place, submitted[name])
            else:
                found[place.place] = replace(place, name=printable(owner_of(archive.stem(name), assignment)))
    for place_name, group in parts.items():
        first = group[0][0]
        members = tuple(f"{where.prefix}{name}" for _, name in group)
        place_name = printable(place_name)
        found[place_name] = Found(place_name, where.path, members, printable(first.name), (first.id,))
    return [found[place_name] for place_name in sorted(found)], lines


def _no_place(name: str, kind: str, part: ExportedName | None) -> str:
    """Why that is no submission; empty when it is one."""
    if kind not in ("folder", "file"):
        return kind
    if kind == "folder" or is_archive(name):
        return ""
    if name.lower().endswith(FOREIGN):
        return "archives of this kind are not read; unpack it into a folder of the same name"
    if not name.endswith(".py"):
        return "it is neither a folder nor a zip"
    return "" if part else "nothing tells whose file it is; put it into a folder with the student's name"


def _place(where: _Where, name: str) -> Found:
    if where.is_export:
        return Found(printable(name), where.path, (f"{where.prefix}{name}",))
    return Found(printable(name), where.path / name)


def _of_gradescope(place: Found, submitted: Submitted) -> Found:
    first, *others = submitted.submitters or [{}]
    known_as = tuple(printable(first[key]) for key in ("sid", "email") if first.get(key))
    name = printable(first.get("name", "")) or place.place
    problems: tuple[str, ...] = ()
    if others:
        known = [student.get("name") or student.get("email") or "?" for student in submitted.submitters[:10]]
        names = ", ".join(map(shown, known))
        problems = (f"handed in by {len(submitted.submitters)} students together, and entered for the first: {names}",)
    return replace(place, name=name, known_as=known_as, handed_in=submitted.created_at, problems=problems)
