"""``turtles starter``: a repository for students, written anew or brought up to date.

What is in it is decided here, how it gets onto the disk in ``grader.classroom.sync``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import grader
from grader.assignment import NO_ASSIGNMENT, Assignment, to_hundredths
from grader.classroom.contents import chosen_chapters, pack, points_of, seal_digests
from grader.classroom.render import TEMPLATES, render
from grader.classroom.sync import Content, Kind, Origin, SyncReport, check_place, update
from grader.errors import KitError, UsageError
from grader.load.assignment_file import chapters_for
from grader.load.curriculum import CURRICULUM, Chapter
from grader.load.kit import Kit
from grader.load.manifest import Manifest, read_manifest, sha256
from grader.text import count, decimal

WORKFLOW: Final = PurePosixPath(".github/workflows/classroom.yml")

_SETTINGS: Final = {
    ".editorconfig": "editorconfig",
    ".gitattributes": "gitattributes",
    ".gitignore": "gitignore",
    ".vscode/extensions.json": "vscode/extensions.json",
    ".vscode/settings.json": "vscode/settings.json",
    ".vscode/tasks.json": "vscode/tasks.json",
    str(WORKFLOW): "classroom.yml",
}
"""What is copied as it is: where to, and from which file of the templates."""


@dataclass(frozen=True)
class WrittenStarter:
    """A starter that was written."""

    root: Path
    chapters: tuple[Chapter, ...]
    sealed: bool
    report: SyncReport
    assignment: Assignment = NO_ASSIGNMENT


def write_starter(
    kit: Kit,
    out: Path,
    *,
    chapters: str | None = None,
    assignment: Assignment = NO_ASSIGNMENT,
    recipient: str | None = None,
) -> WrittenStarter:
    """Write a starter into the folder ``out``, or bring the one that is there up to date.

    ``chapters`` is a list as ``chapters_of`` reads it; without it and without an ``assignment`` a starter keeps what it
    was made of, and a new one gets every chapter.
    ``recipient`` is the public key that hidden suites are sealed for; without it, there are none.

    Raises ``UsageError`` for a folder that will not do and for what cannot be written: then nothing was changed, or
    the message says so. Raises ``KitError`` for a kit that is not complete.
    """
    root = check_place(out, kit.root)
    before = read_manifest(root)
    if before and before.sealed and not recipient:
        raise UsageError(
            f"{out} holds sealed suites: say for which key they are to be sealed, with --sealed KEYFILE; nothing was "
            "changed"
        )
    if assignment is NO_ASSIGNMENT and chapters is None and before is not None:
        assignment, chosen = _as_before(kit, before)
    else:
        chosen = chosen_chapters(kit, chapters, assignment)
    exercises = [exercise for chapter in chosen for exercise in chapter.exercises]
    digests = seal_digests(kit, exercises, recipient) if recipient else {}
    good = _still_good(root, before, digests) if before else {}
    files = pack(kit, chosen, recipient=recipient, sealed_before=good)
    contents = {path: Content(content, _kind(path)) for path, content in files.items()}
    pages = _students(chosen, assignment, bool(recipient))
    contents |= {path: Content(content, _kind(path)) for path, content in pages.items()}
    origin = Origin(
        grader.__version__,
        tuple(chapter.id for chapter in chosen),
        None if assignment is NO_ASSIGNMENT else assignment.public.to_json(),
    )
    report = update(root, before, contents, origin, digests)
    return WrittenStarter(root, chosen, bool(recipient), report, assignment)


def written(starter: WrittenStarter, out: Path) -> Iterator[str]:
    """What became of a starter, a line each; ``out`` is how the user named its folder."""
    report = starter.report
    exercises = sum(len(chapter.exercises) for chapter in starter.chapters)
    numbers = [chapter.number for chapter in starter.chapters]
    suites = "the hidden suites sealed" if starter.sealed else "public checks only"
    of = f"{count(len(numbers), 'chapter')} ({', '.join(numbers)})"
    named = "" if starter.assignment is NO_ASSIGNMENT else f"{starter.assignment.title}, "
    yield f"{out}: {named}{count(exercises, 'exercise')} of {of}, {suites}"
    if not report.new:
        changes = f"{count(len(report.written), 'file')} written, {len(report.removed)} removed"
        yield changes if report.written or report.removed else "everything was up to date"
    for paths, what in (
        (report.students, "changed since they were handed out, and left as they are"),
        (report.edited, "edited, and left as they are"),
        (report.away, "taken away, and not written again"),
        (report.left, "no longer handed out, but edited, and left as they are"),
        (report.replaced, f"edited, and brought up to date; what stood there is kept in {report.backup}"),
    ):
        if paths:
            yield f"{what}: {', '.join(map(str, paths))}"
    if report.new:
        yield "next: read its README.md, commit all of it, and push it to GitHub as a template repository"


def protected(root: Path) -> Mapping[str, str]:
    """SHA-256 in hex of every file of the starter at ``root`` that a grade rests on, by its path from there.

    The exercises are not among them, nor the pages and settings that are anybody's to change. Raises ``UsageError``
    where there is no starter. Of a student's repository this is the student's word: ask the starter it was made from.
    """
    manifest = read_manifest(root)
    if manifest is None:
        raise UsageError(f"{root} is no starter: `turtles starter` did not write it")
    return {str(path): digest for path, digest in manifest.files.items()}


def _as_before(kit: Kit, before: Manifest) -> tuple[Assignment, tuple[Chapter, ...]]:
    """The assignment and the chapters that a starter has; what the kit has no more is left out."""
    if before.assignment is not None:
        try:
            assignment = Assignment.from_json(before.assignment)
        except (KeyError, TypeError, ValueError):
            raise UsageError("the starter does not say which assignment it is; name it with --assignment") from None
        if chapters := chapters_for(kit, assignment):
            return assignment, chapters
        raise UsageError("none of the starter's exercises is in this kit; name its assignment with --assignment FILE")
    chosen = tuple(chapter for chapter in kit.chapters if chapter.id in before.chapters)
    if not chosen:
        raise UsageError("none of the starter's chapters is in this kit; say which to hand out, with --chapters LIST")
    return NO_ASSIGNMENT, chosen


def _still_good(root: Path, before: Manifest, digests: Mapping[PurePosixPath, str]) -> dict[PurePosixPath, bytes]:
    """Sealed suites that need not be sealed anew, so that git shows what has changed and nothing else."""
    good = {}
    for path, digest in digests.items():
        file = root / path
        if before.sealed.get(path) == digest and file.is_file() and not file.is_symlink():
            content = file.read_bytes()
            if sha256(content) == before.files.get(path):
                good[path] = content
    return good


def _kind(path: PurePosixPath) -> Kind:
    """Whose a file is."""
    if path == WORKFLOW:
        return Kind.WORKFLOW
    if str(path) in _SETTINGS:
        return Kind.SETTING
    if path.suffix == ".md":
        return Kind.PAGE
    return Kind.EXERCISE if path.parts[0] == "exercises" and path != CURRICULUM else Kind.MACHINERY


def _students(chapters: Sequence[Chapter], assignment: Assignment, sealed: bool) -> dict[PurePosixPath, bytes]:
    """What a repository for students has beside what is packed."""
    points = points_of(chapters)
    page = render(
        "README.md.j2",
        chapters=chapters,
        sealed=sealed,
        example=chapters[0].exercises[0],
        assignment=None if assignment is NO_ASSIGNMENT else assignment,
        due=assignment.due.strftime("%d %B %Y, %H:%M %z") if assignment.due else "",
        worth={name: decimal(to_hundredths(worth)) for name, worth in assignment.worth(points).items()},
        total=decimal(assignment.most(points)),
    )
    files = {PurePosixPath("README.md"): page.encode()}
    for path, template in _SETTINGS.items():
        try:
            files[PurePosixPath(path)] = (TEMPLATES / template).read_bytes()
        except OSError as error:
            raise KitError(f"the grader's template {template} cannot be read: {error.strerror or error}") from error
    return files
