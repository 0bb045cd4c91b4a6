"""A zip that holds the submissions of a whole class, as Gradescope, Moodle and Classroom 50 export them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from grader.collect.intake.archive import list_archive
from grader.collect.intake.folder import file_source
from grader.collect.intake.items import Item, Listing, Unreadable


@dataclass(frozen=True)
class Export:
    """What is in it, by path."""

    items: Mapping[str, Item]
    folders: Mapping[str, tuple[str, ...]]
    """The paths below each of its folders, down to the fourth below the root."""
    problems: tuple[str, ...]

    def kinds(self, folder: str = "") -> Mapping[str, str]:
        """``folder`` or ``file`` by the names in a folder of ``folders``, or in the root."""
        start = f"{folder}/" if folder else ""
        names = {path: "folder" for path in self.folders if path.startswith(start)}
        names |= {
            path: "file" for path in (self.folders.get(folder, ()) if folder else self.items) if path not in names
        }
        return {path[len(start) :]: kind for path, kind in names.items() if "/" not in path[len(start) :]}

    def below(self, member: str) -> Mapping[str, Item]:
        """The items below a folder of ``folders``, by the paths from there."""
        return {path[len(member) + 1 :]: self.items[path] for path in self.folders.get(member, ())}


def open_export(path: Path, inner: str = "") -> Export:
    """Read it, once for all that ask for it; ``inner`` is the path of an archive inside. Raises ``Unreadable``."""
    try:
        state = path.stat()
    except OSError as error:
        raise Unreadable(f"it cannot be read ({error.strerror or error})") from None
    return _read(path, inner, state.st_mtime_ns, state.st_size)


def peek(path: Path, inner: str = "") -> Export:
    """The same of what may be one student's, within the bounds of such an archive. Raises ``Unreadable``."""
    if not inner:
        return _export(list_archive(file_source(path), path.name))
    item = open_export(path).items.get(inner)
    if item is None:
        raise Unreadable("it is not there any more")
    return _export(list_archive(item.source(), inner))


@lru_cache(maxsize=2)
def _read(path: Path, inner: str, changed_ns: int, size: int) -> Export:
    if inner:
        item = _read(path, "", changed_ns, size).items.get(inner)
        if item is None:
            raise Unreadable("it is not there any more")
        return _export(list_archive(item.source(), inner, export=True))
    # A teacher may name a link to it; nothing that a student made is asked here.
    return _export(list_archive(file_source(path.resolve()), path.name, export=True))


def _export(listing: Listing) -> Export:
    folders: dict[str, list[str]] = {}
    for name in listing.items:
        steps = name.split("/", 4)
        for depth in range(1, min(len(steps), 5)):
            folders.setdefault("/".join(steps[:depth]), []).append(name)
    return Export(listing.items, {folder: tuple(names) for folder, names in folders.items()}, listing.problems)
