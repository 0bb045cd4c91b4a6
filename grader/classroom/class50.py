"""``turtles class50``: the folder that Classroom 50 bundles for an assignment, written anew or brought up to date.

It holds ``autograder.py``, the kit that grades in ``kit``, and ``.turtles-bundle.json``, which says what was written:
then the next run knows which suites need not be sealed anew, and takes away nothing but its own.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

import grader
from grader.assignment import NO_ASSIGNMENT, Assignment
from grader.classroom.bundle import KIT, bundled_kit, template
from grader.classroom.contents import Files, chosen_chapters, points_of, seal_digests
from grader.errors import UsageError
from grader.load.curriculum import Chapter
from grader.load.kit import Kit
from grader.report.formats.scaled_points import whole_points
from grader.text import count, decimal

ENTRY: Final = PurePosixPath("autograder.py")
MANIFEST: Final = PurePosixPath(".turtles-bundle.json")
MOST_BYTES: Final = 10 * 1024 * 1024
"""What Classroom 50 downloads of a bundle, which it packs as .tar.gz."""

_SCHEMA: Final = "turtles/bundle/v1"


@dataclass(frozen=True)
class Bundle:
    """A bundle that was written."""

    chapters: tuple[Chapter, ...]
    sealed: bool
    files: int
    packed: int
    """Bytes that are downloaded for each grading."""
    assignment: Assignment = NO_ASSIGNMENT


@dataclass(frozen=True)
class _Before:
    """What an earlier run wrote: SHA-256 in hex by path, and of what is sealed and for whom."""

    files: Mapping[str, str] = field(default_factory=dict)
    sealed: Mapping[str, str] = field(default_factory=dict)


def write_bundle(
    kit: Kit,
    out: Path,
    *,
    chapters: str | None = None,
    assignment: Assignment = NO_ASSIGNMENT,
    recipient: str | None = None,
) -> Bundle:
    """Write a bundle into the folder ``out``, in the place of the one that is there.

    ``chapters`` is a list as ``chapters_of`` reads it; an ``assignment`` says which exercises and what they count.
    ``recipient`` is the public key that the suites are sealed for;
    without it the bundle makes the public checks only.

    Raises ``UsageError`` for a folder that holds anything else, a bundle that is too large, and what cannot be written:
    then nothing was changed. Raises ``KitError`` for a kit that is not complete.
    """
    root, before = _look(out, kit)
    chosen = chosen_chapters(kit, chapters, assignment)
    exercises = [exercise for chapter in chosen for exercise in chapter.exercises]
    digests = seal_digests(kit, exercises, recipient) if recipient else {}
    good = {path: content for path in digests if (content := _still_good(root, before, path, digests[path]))}
    packed_kit = bundled_kit(kit, chosen, recipient=recipient, sealed_before=good, assignment=assignment)
    files = {ENTRY: template("autograder.py"), **packed_kit}
    files[MANIFEST] = _manifest(files, digests)
    packed = _packed_size(files)
    if packed > MOST_BYTES:
        raise UsageError(
            f"the bundle would be {packed / 2**20:.1f} MiB large, and Classroom 50 takes {MOST_BYTES / 2**20:.0f}: "
            "bundle fewer chapters, with --chapters LIST; nothing was changed"
        )
    _swap(root, files)
    return Bundle(chosen, recipient is not None, len(files), packed, assignment)


def written(bundle: Bundle, out: Path) -> Iterator[str]:
    """What was written, a line each; ``out`` is how the user named its folder."""
    exercises = sum(len(chapter.exercises) for chapter in bundle.chapters)
    numbers = ", ".join(chapter.number for chapter in bundle.chapters)
    suites = "the hidden suites sealed" if bundle.sealed else "public checks only, which are no grade"
    named = "" if bundle.assignment is NO_ASSIGNMENT else f"{bundle.assignment.title}, "
    yield f"{out}: {named}{count(exercises, 'exercise')} of chapters {numbers}, {suites}"
    yield f"{bundle.files} files, {bundle.packed / 2**20:.2f} MiB packed of the {MOST_BYTES / 2**20:.0f} that it may be"
    if bundle.assignment is not NO_ASSIGNMENT:
        scale = whole_points(bundle.assignment, points_of(bundle.chapters))
        if scale.unit == 1:
            yield f"Classroom 50 shows points out of {scale.most}"
        else:
            yield (
                f"Classroom 50 takes whole numbers only, so it shows hundredths of points: {scale.most} stand for "
                f"{decimal(scale.most / scale.unit)} points"
            )
    yield "next: commit it to your classroom50 repository; docs/bundles.md says what else has to be set up"


# --- what is there --------------------------------------------------------------------------------------------------


def _look(out: Path, kit: Kit) -> tuple[Path, _Before]:
    """The folder that ``out`` stands for, and what an earlier run wrote there."""
    try:
        root, own = out.resolve(), kit.root.resolve()
        if root == own or root.is_relative_to(own):
            raise UsageError(f"{out} lies inside this kit; give a folder in your clone of the classroom50 repository")
        if not root.exists():
            return root, _Before()
        if not root.is_dir():
            raise UsageError(f"{out} is a file; give the name of a folder for the bundle")
        before = _read_manifest(root / MANIFEST)
        foreign = next(_foreign(root, before), None)
    except RuntimeError:  # a loop of links, up to Python 3.12
        raise UsageError(f"{out} is a link that leads nowhere; give another name") from None
    except OSError as error:
        raise UsageError(f"{out} cannot be looked into: {error.strerror or error}") from error
    if foreign:
        raise UsageError(
            f"{out} holds {foreign}, which `turtles class50` did not write: move it away, or give a new folder; "
            "nothing was changed"
        )
    return root, before


def _foreign(root: Path, before: _Before) -> Iterator[str]:
    """What lies there and is not ours: neither written by an earlier run nor left there by Python."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != "__pycache__"]
        here = Path(folder).relative_to(root)
        for name in sorted([*names, *(name for name in folders if Path(folder, name).is_symlink())]):
            path = (here / name).as_posix()
            if path not in before.files and path != str(MANIFEST):
                yield path


def _read_manifest(path: Path) -> _Before:
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        return _Before()
    except (ValueError, RecursionError):
        data = None
    match data:
        case {"schema": str(schema), "files": dict(files), "sealed": dict(sealed)} if schema == _SCHEMA:
            return _Before(files, sealed)
    raise UsageError(f"{path} is not what `turtles class50` writes; move it away, or give a new folder")


def _still_good(root: Path, before: _Before, path: PurePosixPath, digest: str) -> bytes | None:
    """A sealed suite that need not be sealed anew, so that git shows what has changed and nothing else."""
    place = str(KIT / path)
    if before.sealed.get(str(path)) != digest:
        return None
    try:
        content = (root / place).read_bytes()
    except OSError:
        return None
    return content if _sha256(content) == before.files.get(place) else None


# --- writing --------------------------------------------------------------------------------------------------------


def _manifest(files: Files, digests: Mapping[PurePosixPath, str]) -> bytes:
    data = {
        "schema": _SCHEMA,
        "version": grader.__version__,
        "files": {str(path): _sha256(content) for path, content in sorted(files.items())},
        "sealed": {str(path): digest for path, digest in sorted(digests.items())},
    }
    return (json.dumps(data, indent=2) + "\n").encode()


def _packed_size(files: Files) -> int:
    """Bytes of the .tar.gz, packed as tar and gzip do by default."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        for path, content in files.items():
            entry = tarfile.TarInfo(f"bundle/{path}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.tell()


def _swap(root: Path, files: Files) -> None:
    """Write everything beside ``root``, and put it there in one step."""
    new, old = (root.with_name(f".{root.name[:50]}.{os.getpid()}.{kind}") for kind in ("new", "old"))
    try:
        try:
            for path, content in files.items():
                (new / path).parent.mkdir(parents=True, exist_ok=True)
                (new / path).write_bytes(content)
            if root.exists():
                root.rename(old)
            try:
                new.rename(root)
            except OSError:
                if old.exists():
                    old.rename(root)
                raise
        finally:
            shutil.rmtree(new, ignore_errors=True)
    except OSError as error:
        raise UsageError(f"cannot write {root}: {error.strerror or error}; nothing was changed") from error
    shutil.rmtree(old, ignore_errors=True)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
