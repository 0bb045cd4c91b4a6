"""Where the submissions of a class lie: the places in a folder, in exports inside it, or in the one zip of an export.

Who handed in is decided by the entries, at every level. A folder or zip in which they have the names that a learning
platform gives, or are called after several students of the roster, is a class and no submission.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from grader.collect.intake import archive
from grader.collect.intake.archive import FOREIGN, foreign_stem, is_archive
from grader.collect.intake.export_zip import Export, open_export, peek
from grader.collect.intake.folder import Folder, file_source
from grader.collect.intake.items import LINK, NO_FILE, Unreadable
from grader.collect.intake.owner import (
    MAX_METADATA,
    METADATA,
    ExportedName,
    Owner,
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
    time_source: str = ""
    """What says so."""
    others: tuple[Owner, ...] = ()
    """With whom it was handed in."""
    marked_late: bool = False
    """Whether the system's own mark says that it was late."""
    sent_as: str = ""
    """What the system's names of it begin with."""
    inner: str = ""
    """The path of the archive in ``path`` in which the members lie, where that is not ``path`` itself."""

    @property
    def is_loose(self) -> bool:
        """Whether it is a single file that lay among the submissions."""
        return len(self.members) == 1 and not self.sent_as and not is_archive(self.members[0])


Knows = Callable[[str], bool]
"""Whether a name is that of somebody on the roster."""


def _nobody(_: str) -> bool:
    return False


_MAX_PLACES: Final = 100_000
_MAX_CLASSES: Final = 3
"""Classes inside of each other that are looked into."""
_DEEPEST_PEEK: Final = 2
_PEEKED: Final = 100
"""Folders and zips of a folder that are looked into to see whether it is a class: it may be one student's."""
_PROGRAMS: Final = (".py", ".pyw", ".ipynb", ".txt")
"""Names of loose files in which a student may have handed in a program."""
_IGNORED: Final = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini", METADATA})
_TABLES: Final = (".csv", ".tsv", ".db", ".db-wal", ".db-shm", ".db-journal")
"""A roster, a gradebook: teachers keep them beside the submissions."""
_CHAPTER: Final = re.compile(r"[0-9]{2}_[a-z][a-z0-9_]*")
_WRAPPER: Final = re.compile(r"submissions|export", re.IGNORECASE)


def find(folder: Path, knows: Knows = _nobody) -> tuple[list[Found], list[str]]:
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
        found, lines = _places(where, knows)
        if any(map(_is_plausible, found)):
            return _told_apart(found), [*where.problems, *lines]
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
    inner: str
    """The path of the archive inside the export that is looked into; empty for the export itself."""
    kinds: Mapping[str, str]
    """``folder``, ``file``, or why it is neither, by name."""
    problems: tuple[str, ...] = ()

    @property
    def is_export(self) -> bool:
        return not self.path.is_dir()

    def inside(self, name: str, opened: Callable[[Path, str], Export] = peek) -> _Where:
        """The same of a folder or a zip in it, which may be one student's. Raises ``OSError`` or ``Unreadable``.

        ``opened`` reads an archive: ``open_export`` reads all of one that is known to hold a class.
        """
        if not self.is_export and self.kinds[name] == "folder":
            path = self.path / name
            return _Where(path, name, "", "", _kinds(path, _MAX_PLACES))
        if not self.is_export:
            path = self.path / name
            listing = opened(path, "")
            return _Where(path, archive.stem(name), "", "", listing.kinds(), listing.problems)
        if self.kinds[name] == "folder":
            below = f"{self.prefix}{name}"
            kinds = open_export(self.path, self.inner).kinds(below)
            return _Where(self.path, name, f"{below}/", self.inner, kinds)
        if self.inner:  # no deeper than that
            raise Unreadable("it is an archive in an archive in an archive")
        inner = f"{self.prefix}{name}"
        listing = opened(self.path, inner)
        return _Where(self.path, archive.stem(name), "", inner, listing.kinds(), listing.problems)

    def metadata(self) -> bytes:
        """What Gradescope says; empty where it says nothing."""
        try:
            if self.is_export:
                item = open_export(self.path, self.inner).items.get(f"{self.prefix}{METADATA}")
                return item.read(MAX_METADATA) if item else b""
            return file_source(self.path / METADATA).read_at(0, MAX_METADATA)
        except Unreadable:
            return b""


def _look(folder: Path, wrapper: str) -> _Where:
    if stat.S_ISDIR(folder.stat().st_mode):
        path = folder.resolve() / wrapper
        return _Where(path, path.name, "", "", _kinds(path, _MAX_PLACES))
    if not is_archive(folder.name):
        raise UsageError(f"{folder} is no folder of submissions, nor a zip of them: give the folder that they are in")
    export = open_export(folder)
    prefix = f"{wrapper}/" if wrapper else ""
    return _Where(folder, wrapper or archive.stem(folder.name), prefix, "", export.kinds(wrapper), export.problems)


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
        inside = where.inside(names[0]).kinds
    except (OSError, Unreadable):
        return ""
    is_wrapper = METADATA in inside or (_WRAPPER.search(names[0]) and not _is_submission(inside))
    return names[0] if is_wrapper else ""


def _is_class(where: _Where, name: str, knows: Knows, depth: int = 0) -> bool:
    """Whether what lies in a folder or a zip is a class, and not what one student handed in."""
    if knows(archive.stem(name)) or (where.kinds[name] == "file" and not name.lower().endswith(".zip")):
        return False
    try:
        inside = where.inside(name)
    except (OSError, Unreadable):
        return False
    names = [each for each in inside.kinds if not _is_ignored(each)]
    if METADATA in inside.kinds or any(map(part_of, names)):
        return True
    holders = [each for each in names if inside.kinds[each] == "folder" or is_archive(each)]
    if _is_submission(inside.kinds):
        return False
    if depth < _DEEPEST_PEEK and any(_is_class(inside, each, knows, depth + 1) for each in holders[:_PEEKED]):
        return True
    if len(holders) < len(names):
        return False
    clones = bool(assignment_of(inside.name)) and len(holders) > 0
    return clones or sum(knows(archive.stem(each)) for each in holders) > 1


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


def _places(where: _Where, knows: Knows, below: str = "", depth: int = 0) -> tuple[list[Found], list[str]]:
    """The places, and what is none; ``below`` is what their names begin with, which lie in a class inside the class."""
    found: dict[str, Found] = {}
    lines: list[str] = []
    parts: dict[str, list[tuple[ExportedName, str]]] = {}
    submitted = read_metadata(where.metadata())
    assignment = assignment_of(where.name)
    for name, kind in sorted(where.kinds.items()):
        part = part_of(name)
        if _is_ignored(name):
            continue
        if kind not in ("folder", "file"):
            lines.append(f"{shown(below + name)} is no submission: {kind}")
        elif part:
            parts.setdefault(part.place, []).append((part, name))
        elif kind == "folder" or is_archive(name):
            if name not in submitted and depth < _MAX_CLASSES and _is_class(where, name, knows):
                inside = where.inside(name, open_export)
                more, told = _places(inside, knows, f"{below}{name}/", depth + 1)
                found |= {each.place: each for each in more}
                lines += [*inside.problems, *told]
                continue
            place = _place(where, name, below)
            if name in submitted:
                found[place.place] = _of_gradescope(place, submitted[name])
            else:
                found[place.place] = replace(place, name=printable(owner_of(archive.stem(name), assignment)))
        elif name.lower().endswith(FOREIGN):
            loose = Found(printable(below + name), where.path, (f"{where.prefix}{name}",), inner=where.inner)
            found[loose.place] = replace(loose, name=_owner_of_file(name, knows) or printable(foreign_stem(name)))
        elif (owner := _owner_of_file(name, knows)) and name.lower().endswith(_PROGRAMS):
            loose = Found(printable(below + name), where.path, (f"{where.prefix}{name}",), inner=where.inner)
            found[loose.place] = replace(loose, name=owner)
        else:
            lines.append(f"{shown(below + name)} is no submission: {_no_place(name)}")
    for place_name, group in parts.items():
        found[printable(below + place_name)] = _of_parts(where, printable(below + place_name), group)
    return [found[place_name] for place_name in sorted(found)], lines


def _no_place(name: str) -> str:
    """Why a file is no submission."""
    if not name.endswith(".py"):
        return "it is neither a folder nor a zip"
    return "nothing tells whose file it is; put it into a folder with the student's name"


def _owner_of_file(name: str, knows: Knows) -> str:
    """Who on the roster a file is called after: ``ivan_hello.py``; empty for nobody."""
    stem = foreign_stem(name)
    cuts = [found.start() for found in re.finditer(r"[-_ .]", stem)]
    starts = [stem, *(stem[:at] for at in reversed(cuts)), *(stem[at + 1 :] for at in cuts)]
    return printable(next((start for start in starts if start and knows(start)), ""))


def _place(where: _Where, name: str, below: str) -> Found:
    if where.is_export:
        return Found(printable(below + name), where.path, (f"{where.prefix}{name}",), inner=where.inner)
    return Found(printable(below + name), where.path / name)


def _of_parts(where: _Where, place: str, group: list[tuple[ExportedName, str]]) -> Found:
    """What a student handed in by Canvas or Moodle; of an exercise that is there several times, the last attempt."""
    group = sorted(group, key=lambda each: (-each[0].attempt, each[1]))
    first = group[0][0]
    return Found(
        place,
        where.path,
        tuple(f"{where.prefix}{name}" for _, name in group),
        printable(first.name),
        (first.id,),
        marked_late=any(part.is_late for part, _ in group),
        sent_as=first.start,
        inner=where.inner,
    )


def _of_gradescope(place: Found, submitted: Submitted) -> Found:
    owners = [
        Owner(
            printable(each.get("name", "") or each.get("email", "")),
            tuple(printable(each[key]) for key in ("sid", "email") if each.get(key)),
        )
        for each in submitted.submitters or [{}]
    ]
    return replace(
        place,
        name=owners[0].name or place.place,
        known_as=owners[0].known_as,
        others=tuple(owner for owner in owners[1:] if owner.name),
        handed_in=submitted.created_at,
        time_source="Gradescope" if submitted.created_at else "",
    )


def _told_apart(found: list[Found]) -> list[Found]:
    """The same, and students of one name whom the system knows by different ids are called after these as well."""
    ids: dict[str, set[str]] = {}
    for each in found:
        if each.known_as:
            ids.setdefault(each.name, set()).add(each.known_as[0])
    return [
        replace(each, name=f"{each.name} ({each.known_as[0]})") if len(ids.get(each.name, ())) > 1 and each.known_as
        else each
        for each in found
    ]  # fmt: skip
