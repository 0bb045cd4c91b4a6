"""Bring a folder to a wanted state without losing what others wrote there.

First everything that has to be written lies complete below ``.turtles`` in the same folder; only then files are put in
their places, each in one step. An error before that has changed nothing. Links below the folder are never
followed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Any, Final

from grader.errors import UsageError
from grader.load.kit import BACKUP, STATE
from grader.load.manifest import NAME, STARTER, Digests, Manifest, ManifestKind, sha256

_NO_STARTER: Final = frozenset({".git", STATE})
"""What may lie in a folder that a starter is written into for the first time."""


_BEGUN: Final = "manifest.begun"
"""The manifest of a new folder until it is complete: one that is interrupted is known again by it."""


class Kind(Enum):
    """Whose a file is."""

    EXERCISE = "exercise"
    """The student's: once changed, it stays as it is."""
    PAGE = "page"
    """To read, and anybody's to change: once changed, it stays as it is."""
    SETTING = "setting"
    """The same, and once it was taken away, it stays away."""
    WORKFLOW = "workflow"
    """The same, but the teacher's alone to change."""
    MACHINERY = "machinery"
    """What has to fit together: brought up to date always, and what stood there instead is kept beside."""


@dataclass(frozen=True)
class Content:
    """What a file is to hold."""

    content: bytes
    kind: Kind


@dataclass(frozen=True)
class Origin:
    """What a starter is made of."""

    version: str
    """Of the kit."""
    chapters: tuple[str, ...]
    assignment: Mapping[str, Any] | None = None
    """As ``Assignment.to_json`` writes it."""


@dataclass(frozen=True)
class SyncReport:
    """What became of the files, by path in alphabetical order."""

    new: bool
    """Whether there was no starter before."""
    written: tuple[PurePosixPath, ...] = ()
    removed: tuple[PurePosixPath, ...] = ()
    students: tuple[PurePosixPath, ...] = ()
    """Exercises that were changed since they were handed out, and stay."""
    edited: tuple[PurePosixPath, ...] = ()
    """Pages and settings that were changed, and stay."""
    away: tuple[PurePosixPath, ...] = ()
    """Settings that were taken away, and stay away."""
    replaced: tuple[PurePosixPath, ...] = ()
    """What was changed, and is brought up to date all the same: what stood there is kept in ``backup``."""
    left: tuple[PurePosixPath, ...] = ()
    """What is no longer handed out, but was changed, and stays."""
    backup: PurePosixPath | None = None


def check_place(out: Path, kit_root: Path) -> Path:
    """The folder that ``out`` stands for. Raises ``UsageError`` for one that is not for a starter."""
    try:
        root, kit = out.resolve(), kit_root.resolve()
        if out.is_symlink() and not root.exists():
            raise UsageError(f"{out} is a link to a folder that is not there; give another name")
        nearest = next(parent for parent in (root, *root.parents) if parent.exists())
        if not nearest.is_dir():
            raise UsageError(f"{nearest} is a file; give the name of a folder for the starter")
        if root == kit or root.is_relative_to(kit):
            raise UsageError(
                f"{out} lies inside this kit; give a folder outside of it, such as {kit.parent / 'starter'}"
            )
        there = {path.name for path in root.iterdir()} if root.is_dir() else set()
    except RuntimeError:  # a loop of links, up to Python 3.12
        raise UsageError(f"{out} is a link that leads nowhere; give another name") from None
    except OSError as error:
        raise UsageError(f"{out} cannot be looked into: {error.strerror or error}") from error
    if NAME not in there and there - _NO_STARTER:
        raise UsageError(f"{out} is not empty, and no starter: give a new folder, or one that `turtles starter` wrote")
    return root


def update(
    root: Path,
    before: Manifest | None,
    contents: Mapping[PurePosixPath, Content],
    origin: Origin,
    sealed: Digests,
    kind: ManifestKind = STARTER,
) -> SyncReport:
    """Write ``contents`` below ``root``, which need not exist, and take away what is not handed out any more.

    ``before`` is the manifest that is there. The new one says what the contents are made of, and what is ``sealed``;
    ``kind`` is what the folder is. Raises ``UsageError`` when it cannot be written.
    """
    made = not root.exists()
    with _told(root):
        root.mkdir(parents=True, exist_ok=True)
        try:
            plan = _plan(root, before, contents)
            manifest = replace(_manifest(plan, contents, origin, sealed), kind=kind)
            staged = _stage(root, plan, contents, manifest)
        except BaseException:
            _tidy(root / STATE)
            if made:
                with contextlib.suppress(OSError):
                    root.rmdir()
            raise
    try:
        with _told(root, "some files are new already, and none is lost: run it again"):
            _put(root, plan, staged, kind)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
        _tidy(root / STATE)
    return plan.report


# --- what has to be done --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Plan:
    report: SyncReport
    on_disk: Mapping[PurePosixPath, str]
    """Of what stays though it was changed, what it holds; a link holds nothing."""


def _plan(root: Path, before: Manifest | None, contents: Mapping[PurePosixPath, Content]) -> _Plan:
    written: list[PurePosixPath] = []
    away: list[PurePosixPath] = []
    stays: dict[Kind, list[PurePosixPath]] = {kind: [] for kind in Kind}
    on_disk: dict[PurePosixPath, str] = {}
    for path, wanted in sorted(contents.items()):
        _check_way(root, path)
        found = _look(root / path)
        if found == sha256(wanted.content):
            continue
        if found is None and wanted.kind in (Kind.SETTING, Kind.WORKFLOW) and _was_there(before, path):
            away.append(path)
            continue
        if found is None or _is_as_handed_out(before, path, found):
            written.append(path)
            continue
        stays[wanted.kind].append(path)
        if wanted.kind is Kind.MACHINERY:
            written.append(path)
        else:
            on_disk[path] = found
    gone = sorted(before.paths - contents.keys()) if before else []
    there = {path: found for path in gone if (found := _look_behind(root, path)) is not None}
    removed = [path for path, found in there.items() if _is_as_handed_out(before, path, found)]
    replaced = stays[Kind.MACHINERY]
    report = SyncReport(
        new=before is None,
        written=tuple(written),
        removed=tuple(removed),
        students=tuple(stays[Kind.EXERCISE]),
        edited=tuple(sorted(stays[Kind.PAGE] + stays[Kind.SETTING] + stays[Kind.WORKFLOW])),
        away=tuple(away),
        replaced=tuple(replaced),
        left=tuple(path for path in there if path not in removed),
        backup=PurePosixPath(BACKUP, f"starter.{time.strftime('%Y-%m-%d_%H-%M-%S')}.{os.getpid()}")
        if replaced
        else None,
    )
    return _Plan(report, on_disk)


def _is_as_handed_out(before: Manifest | None, path: PurePosixPath, found: str) -> bool:
    return before is not None and before.digest(path) == found and path not in before.edited


def _was_there(before: Manifest | None, path: PurePosixPath) -> bool:
    return before is not None and (before.digest(path) is not None or path in before.edited)


_LINK: Final = "link"
"""Stands for the digest of a link: somebody put it there, and what it leads to is none of ours."""


def _look(path: Path) -> str | None:
    """SHA-256 in hex of a file, ``_LINK``, or None where there is nothing. Raises ``UsageError`` for anything else."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(mode):
        return _LINK
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "no file"
        raise UsageError(f"{path} is {kind} where a file belongs; move it away and try again; nothing was changed")
    return sha256(path.read_bytes())


def _look_behind(root: Path, path: PurePosixPath) -> str | None:
    """The same for files that are no longer wanted: anything that is not a file of ours counts as nothing."""
    try:
        _check_way(root, path)
        found = _look(root / path)
    except UsageError:
        return None
    return None if found == _LINK else found


def _check_way(root: Path, path: PurePosixPath) -> None:
    """Every folder on the way to ``path`` is one, or is not there yet."""
    for folder in list(path.parents)[-2::-1]:
        here = root / folder
        try:
            mode = here.lstat().st_mode
        except FileNotFoundError:
            return
        if not stat.S_ISDIR(mode):
            kind = "a link" if stat.S_ISLNK(mode) else "a file"
            raise UsageError(
                f"{here} is {kind} where a folder belongs; move it away and try again; nothing was changed"
            )


def _manifest(
    plan: _Plan,
    contents: Mapping[PurePosixPath, Content],
    origin: Origin,
    sealed: Digests,
) -> Manifest:
    away = plan.report.away
    generated = {path: sha256(wanted.content) for path, wanted in contents.items() if path not in away}
    # The teacher's own words are what is handed out now; a student's are not.
    handed_out = generated | {path: plan.on_disk[path] for path in plan.report.edited if plan.on_disk[path] != _LINK}
    by_kind = {
        kind: {path: digest for path, digest in handed_out.items() if contents[path].kind is kind} for kind in Kind
    }
    return Manifest(
        version=origin.version,
        chapters=origin.chapters,
        files=by_kind[Kind.MACHINERY] | by_kind[Kind.WORKFLOW],
        own=by_kind[Kind.PAGE] | by_kind[Kind.SETTING],
        exercises=by_kind[Kind.EXERCISE],
        sealed=sealed,
        edited=frozenset((*plan.report.edited, *away)),
        assignment=origin.assignment,
    )


# --- doing it -------------------------------------------------------------------------------------------------------


def _stage(root: Path, plan: _Plan, contents: Mapping[PurePosixPath, Content], manifest: Manifest) -> Path:
    """Write everything that is new into a folder of its own, keep what is to be replaced; returns the folder."""
    report = plan.report
    for path in (*report.written, *report.removed, PurePosixPath(manifest.kind.name)):
        _check_writable(root, path)
    _check_way(root, PurePosixPath(BACKUP, "any"))
    staged = root / STATE / f"starter.{os.getpid()}.tmp"
    shutil.rmtree(staged, ignore_errors=True)
    try:
        for path in report.written:
            _write(staged / path, contents[path].content)
        _write(staged / manifest.kind.name, manifest.to_bytes())
        if report.new:
            begun = replace(manifest, files={}, own={}, exercises={})
            _write(staged / _BEGUN, begun.to_bytes())
        for path in report.replaced:
            assert report.backup
            if not (root / path).is_symlink():
                _write(root / report.backup / path, (root / path).read_bytes())
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    return staged


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _check_writable(root: Path, path: PurePosixPath) -> None:
    """The folder that ``path`` lies in, or the nearest that is there, may be written to."""
    folder = next(parent for parent in (root / path).parents if parent.is_dir())
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"cannot write to {folder}: you have no permission; nothing was changed")


def _put(root: Path, plan: _Plan, staged: Path, kind: ManifestKind) -> None:
    """Put what is staged in its place, the manifest last: what is new already is found to be so the next time."""
    if plan.report.new:
        (staged / _BEGUN).replace(root / kind.name)
    for path in plan.report.written:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (staged / path).replace(root / path)
    for path in plan.report.removed:
        (root / path).unlink(missing_ok=True)
        _remove_empty(root, path)
    (staged / kind.name).replace(root / kind.name)


def _remove_empty(root: Path, path: PurePosixPath) -> None:
    """The folders that ``path`` lay in, as far as nothing is in them but what Python left there."""
    for folder in list(path.parents)[:-1]:
        try:
            here = root / folder
            if {entry.name for entry in here.iterdir()} == {"__pycache__"}:
                shutil.rmtree(here / "__pycache__")
            here.rmdir()
        except OSError:
            return


def _tidy(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()  # unless the grader remembers something in it


@contextlib.contextmanager
def _told(root: Path, then: str = "nothing was changed") -> Iterator[None]:
    """Errors of the system in words."""
    try:
        yield
    except FileExistsError:
        raise UsageError(f"cannot write to {root}: a file is in its way; {then}") from None
    except OSError as error:
        raise UsageError(f"cannot write to {root}: {error.strerror or error}; {then}") from None
