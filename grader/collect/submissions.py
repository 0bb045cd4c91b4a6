"""What a class handed in: the places of submissions, and what is taken from each of them.

Exercises are looked for at ``exercises/CHAPTER/NAME.py``, ``CHAPTER/NAME.py`` and ``NAME.py``, in the root of a place
or below one or two folders that wrap it, and in the archives that lie there. Where such paths begin is a *root*:

- Where some root has the folders of chapters, loose files of other roots are not looked at.
- Where an exercise is there twice below the same root, the path that comes first above is taken.
- Several roots are taken together if no exercise differs between them. Otherwise only the first is: what is in no
  archive comes first, then what is less wrapped, then what comes first in the alphabet.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Final

from grader.collect.intake import archive
from grader.collect.intake.archive import is_archive, list_archive
from grader.collect.intake.discovery import Found, find
from grader.collect.intake.export_zip import open_export
from grader.collect.intake.folder import Folder, file_source
from grader.collect.intake.items import Item, Listing, Source, Unreadable
from grader.collect.intake.near_names import refusal
from grader.collect.intake.owner import Owner, part_of
from grader.collect.intake.protected import changed, own_manifest
from grader.collect.intake.repository import last_commit
from grader.load.kit import Kit
from grader.load.submission import MAX_BYTES
from grader.text import shown

__all__ = ["Found", "Handed", "find", "read"]


@dataclass(frozen=True)
class Handed:
    """What was taken from a place."""

    place: str
    name: str
    """Who handed it in, as far as names tell: ``alice``."""
    files: Mapping[str, bytes]
    """By exercise, nothing but exercise files of the kit. Of one too large, the first ``MAX_BYTES`` + 1 bytes."""
    changed: tuple[str, ...]
    """Protected files that differ from what was handed out."""
    handed_in: str
    """UTC, ``YYYY-MM-DDTHH:MM:SSZ``; empty where nothing tells."""
    problems: tuple[str, ...]
    """What is wrong with it, a line each."""
    digest: str
    """SHA-256 in hex over all the rest: unchanged means nothing to do."""
    known_as: tuple[str, ...] = ()
    """What else they are known by: ids and addresses of the system that it was exported from."""
    content: str = ""
    """SHA-256 in hex over the files alone."""
    others: tuple[Owner, ...] = ()
    """With whom it was handed in."""
    time_source: str = ""
    """What tells when it was handed in: ``last commit``."""
    marked_late: bool = False
    """Whether a learning platform says that it was late."""
    sent_as: str = ""
    """What a learning platform's names of it begin with."""
    refused: tuple[str, ...] = ()
    """Those of the problems that are about files that may contain a missing exercise."""


_MAX_ARCHIVES: Final = 20
_MAX_WRAPS: Final = 2
_MAX_PROBLEMS: Final = 30
_KIT_FOLDERS: Final = frozenset({"solutions", "tests", "grader", "docs", ".github"})
"""Folders of a kit in which files have the names of exercises, or could, and are none."""


def read(kit: Kit, found: Found, reference: Mapping[str, str] | None = None, known: Collection[str] = ()) -> Handed:
    """What lies in a place. Never raises for that, never waits for it, and needs bounded memory.

    ``known`` are names of exercises that are not of this assignment, and so are no misspelling of one that is.

    ``reference`` is SHA-256 in hex of the protected files by path, as the teacher's own starter has them; without it,
    the submission's own word is all there is to compare with.
    """
    problems: list[str] = []
    refused: list[str] = []
    with ExitStack() as stack:
        folder = None
        try:
            if not found.members and found.path.is_dir():
                folder = stack.enter_context(Folder(found.path))
                listing = folder.listing()
            else:
                listing = _members(stack, found) if found.members else _archived(found)
        except (Unreadable, OSError) as error:
            listing = Listing({}, (str(error),))
            refused.append(str(error))
        problems += listing.problems
        trees = [_Tree("", listing.items)]
        _look_into(trees, problems, refused)
        roots = _roots(kit, trees)
        files = _take(roots, problems, refused)
        problems += _in_the_way(kit, trees[0])
        missing = [exercise.name for exercise in kit.exercises if exercise.name not in files]
        refused += _refusals(trees, missing, {*known, *(exercise.name for exercise in kit.exercises)})
        problems += [line for line in refused if line not in problems]
        first = roots[0] if roots else None
        differing: tuple[str, ...] = ()
        handed_in, time_source = found.handed_in, found.time_source
        if first:
            is_clone = bool(folder and not first.tree.label and folder.has_folder(f"{first.prefix}.git"))
            differing = _changed(first, is_clone, reference, problems)
            if folder and is_clone and not handed_in:
                handed_in = last_commit(folder, first.prefix.rstrip("/"))
                time_source = "last commit" if handed_in else ""
            if not handed_in and not found.marked_late:
                handed_in = _newest(roots, files)
                time_source = "dates in the zip" if handed_in else ""
        elif not problems:
            problems.append("there is no exercise of this kit in it")
    name = found.name or archive.stem(found.place)
    told = problems[:_MAX_PROBLEMS]
    if len(problems) > len(told):
        told.append(f"and {len(problems) - len(told)} more")
    handed = Handed(
        found.place,
        name,
        files,
        differing,
        handed_in,
        tuple(told),
        "",
        found.known_as,
        others=found.others,
        time_source=time_source,
        marked_late=found.marked_late,
        sent_as=found.sent_as,
        refused=tuple(line for line in refused if line in told) if missing else (),
    )
    return replace(handed, digest=_digest(handed), content=_content(files))


# --- what lies there ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Tree:
    """What lies in the place itself, or in an archive in it."""

    label: str
    """The archive's path; empty for the place itself."""
    items: Mapping[str, Item]


def _archived(found: Found) -> Listing:
    return list_archive(file_source(found.path), found.path.name)


def _members(stack: ExitStack, found: Found) -> Listing:
    """Members put side by side, under the names that their owner gave them."""
    items: dict[str, Item] = {}
    problems: list[str] = []
    is_folder = found.path.is_dir()
    attempts: dict[str, int] = {}
    for member in found.members:
        part = part_of(member.rsplit("/", 1)[-1])
        own = part.file if part and part.file else member.rsplit("/", 1)[-1]
        if part and attempts.setdefault(own, part.attempt) > part.attempt:
            continue  # it was handed in again later
        try:
            if is_folder:
                new, wrong = _on_disk(stack, found, member, own)
            else:
                new, wrong = _exported(found, member, own), ()
            problems += wrong
            for path, item in new.items():
                # What is there twice lies below its own name then, as in a folder that wraps it.
                items[path if path not in items else f"{member.replace('/', ' ')}/{path}"] = item
        except Unreadable as error:
            problems.append(f"{shown(member)}: {error}")
    return Listing(items, tuple(problems))


def _on_disk(stack: ExitStack, found: Found, member: str, own: str) -> tuple[Mapping[str, Item], Iterable[str]]:
    if (found.path / member).is_dir():
        listing = stack.enter_context(Folder(found.path / member)).listing()
        return listing.items, listing.problems

    def source() -> Source:
        return file_source(found.path / member)

    return {own: Item(lambda limit: source().read_at(0, limit), source)}, ()


def _exported(found: Found, member: str, own: str) -> Mapping[str, Item]:
    export = open_export(found.path, found.inner)
    if member in export.folders:
        items = export.below(member)
    elif member in export.items:
        items = {own: export.items[member]}
    else:
        raise Unreadable("it is not there any more")
    # Moodle and Canvas give what they pack the time of the download.
    return {path: replace(item, modified="") for path, item in items.items()}


def _look_into(trees: list[_Tree], problems: list[str], refused: list[str]) -> None:
    """Add the archives that lie in the root or in a folder of it, and once more those in these."""
    left = _MAX_ARCHIVES
    waiting = [(trees[0], 0)]
    while waiting:
        tree, depth = waiting.pop(0)
        for path in sorted(path for path in tree.items if is_archive(path) and path.count("/") <= 1):
            label = f"{tree.label}/{path}" if tree.label else path
            if not left:
                problems.append(f"there are more than {_MAX_ARCHIVES} archives in it; not all were looked into")
                return
            left -= 1
            try:
                listing = list_archive(tree.items[path].source(), path)
            except Unreadable as error:
                refused.append(f"{shown(label)}: {error}")
                problems.append(refused[-1])
                continue
            problems += [f"{shown(label)}: {problem}" for problem in listing.problems]
            trees.append(_Tree(label, listing.items))
            if depth == 0:
                waiting.append((trees[-1], 1))


# --- exercises ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Root:
    """Where exercises come from."""

    tree: _Tree
    prefix: str
    """What stands before their paths: ``homework/``; empty in the tree's own root."""
    paths: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """The paths of each exercise with their ranks, of which the least is taken."""

    @property
    def label(self) -> str:
        """Where that is, for people."""
        return shown("/".join(part for part in (self.tree.label, self.prefix.rstrip("/")) if part) or "the root")

    @property
    def is_loose(self) -> bool:
        """Whether no exercise of it lies in its chapter."""
        return all(rank >= _LOOSE for ranks in self.paths.values() for rank, _ in ranks)

    def read(self, exercise: str) -> bytes:
        """The file of the exercise that is taken. Raises ``Unreadable``."""
        return self.tree.items[min(self.paths[exercise])[1]].read(MAX_BYTES + 1)


_LOOSE: Final = 2
_OTHER_CASE: Final = 10


def _roots(kit: Kit, trees: Iterable[_Tree]) -> list[_Root]:
    """Every root with exercises, in the order in which they count."""
    exercises = {f"{exercise.name}.py": (exercise.chapter, exercise.name) for exercise in kit.exercises}
    found: list[_Root] = []
    for tree in trees:
        roots: dict[str, _Root] = {}
        for path in tree.items:
            if at := _placed(path, exercises):
                prefix, rank, name = at
                root = roots.setdefault(prefix, _Root(tree, prefix))
                root.paths.setdefault(name, []).append((rank, path))
        found += sorted(roots.values(), key=lambda root: (root.prefix.count("/"), root.prefix))
    if any(not root.is_loose for root in found):
        return [root for root in found if not root.is_loose]
    return found


def _placed(path: str, exercises: Mapping[str, tuple[str, str]]) -> tuple[str, int, str] | None:
    """Which exercise lies at that path: the root's prefix, the rank of the place, and the exercise's name."""
    *folders, file = path.split("/")
    chapter, name = exercises.get(file) or exercises.get(file.lower()) or ("", "")
    if not name:
        return None
    rank = 0 if file in exercises else _OTHER_CASE
    if folders and folders[-1] == chapter:
        folders.pop()
    else:
        rank += _LOOSE
    if folders and folders[-1] == "exercises":
        folders.pop()
    else:
        rank += 1
    if len(folders) > _MAX_WRAPS or _KIT_FOLDERS.intersection(folders):
        return None
    return "".join(f"{folder}/" for folder in folders), rank, name


def _take(roots: list[_Root], problems: list[str], refused: list[str]) -> dict[str, bytes]:
    """The files that count, by name."""
    files: dict[str, bytes] = {}
    unread: set[str] = set()
    apart: list[str] = []
    for root in roots:
        taken: dict[str, bytes] = {}
        for exercise in root.paths:
            try:
                taken[exercise] = root.read(exercise)
            except Unreadable as error:
                if root is roots[0] or exercise not in files:
                    unread.add(exercise)
                    refused.append(f"{exercise}: {error}")
                    problems.append(refused[-1])
        if any(exercise in unread or files.get(exercise, content) != content for exercise, content in taken.items()):
            apart.append(root.label)
            continue
        files |= {exercise: content for exercise, content in taken.items() if exercise not in files}
        problems += _twice(root, taken)
    if apart:
        problems.append(
            f"there are several submissions in it: {', '.join([roots[0].label, *apart[:5]])}; "
            f"{roots[0].label} was taken, what differs from it was not"
        )
    elif len([root for root in roots if root.prefix or root.tree.label]) > 1:
        names = ", ".join(root.label for root in roots[:6])
        problems.append(f"its exercises lie in {len(roots)} places, and all were taken: {names}")
    return dict(sorted(files.items()))


def _twice(root: _Root, taken: Mapping[str, bytes]) -> Iterator[str]:
    """Exercises that lie at several paths below a root with different content, or under a name in other letters."""
    for exercise, content in taken.items():
        (rank, path), *others = sorted(root.paths[exercise])
        if rank >= _OTHER_CASE:
            yield f"{exercise} was taken from {shown(path)}, whose name has other capital letters"
        for _, other in others:
            try:
                same = root.tree.items[other].read(MAX_BYTES + 1) == content
            except Unreadable:
                same = True
            if not same:
                yield f"{exercise} is there twice: {shown(path)} was taken, and {shown(other)} differs from it"
                break


def _refusals(trees: Iterable[_Tree], missing: Collection[str], known: Collection[str]) -> Iterator[str]:
    """Files that nobody can use and that may be meant as an exercise, a line each."""
    for tree in trees:
        for path in sorted(tree.items):
            *folders, _ = path.split("/")
            if len(folders) > _MAX_WRAPS + 1 or _KIT_FOLDERS.intersection(folders):
                continue
            if line := refusal(f"{tree.label}/{path}" if tree.label else path, missing, known):
                yield line


def _newest(roots: Iterable[_Root], files: Collection[str]) -> str:
    """When the exercises that were taken were last changed, as their owner's archives say; empty where one does not."""
    dates = [
        root.tree.items[min(ranks)[1]].modified
        for root in roots
        for exercise, ranks in root.paths.items()
        if exercise in files
    ]
    return max(dates, default="") if all(dates) else ""


def _in_the_way(kit: Kit, tree: _Tree) -> Iterator[str]:
    """Links and the like in the place of folders with exercises."""
    names = {"exercises", *(chapter.id for chapter in kit.chapters)}
    for path, item in tree.items.items():
        if item.irregular and path.rsplit("/", 1)[-1] in names and path.count("/") <= _MAX_WRAPS:
            try:
                item.read(1)
            except Unreadable as error:
                yield f"{shown(path)}: {error}"


# --- the rest -------------------------------------------------------------------------------------------------------


def _changed(root: _Root, is_clone: bool, reference: Mapping[str, str] | None, problems: list[str]) -> tuple[str, ...]:
    """Protected files that differ; of a submission that is no copy of a starter, nothing can be said."""
    items = root.tree.items
    is_copy = is_clone or any(path.startswith((f"{root.prefix}grader/", f"{root.prefix}.turtles-")) for path in items)
    if not is_copy:
        return changed(items, root.prefix, {})
    if reference is None:
        reference = own_manifest(items, root.prefix)
    if reference is None:
        problems.append("nothing in it says which files were handed out, so changes to protected files are not known")
    return changed(items, root.prefix, reference or {})


def _content(files: Mapping[str, bytes]) -> str:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return hashlib.sha256(json.dumps(digests).encode()).hexdigest()


def _digest(handed: Handed) -> str:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in handed.files.items()}
    rest = [
        *(handed.place, handed.name, handed.changed, handed.handed_in, handed.problems, handed.known_as),
        *([*owner.known_as, owner.name] for owner in handed.others),
        *(handed.time_source, handed.marked_late, handed.sent_as, handed.refused),
    ]
    return hashlib.sha256(json.dumps([digests, *rest]).encode()).hexdigest()
