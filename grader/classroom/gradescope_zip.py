"""``turtles gradescope``: the zip that Gradescope makes an autograder of. The same kit gives the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from grader.assignment import NO_ASSIGNMENT, Assignment
from grader.classroom.bundle import bundled_kit, template
from grader.classroom.contents import Files, chosen_chapters, points_of
from grader.errors import UsageError
from grader.files import replacing
from grader.load.curriculum import Chapter
from grader.load.kit import Kit
from grader.text import count, decimal

_SCRIPTS: Final = ("setup.sh", "run_autograder")
_MARK: Final = b"turtles/gradescope/v1"
"""The zip's comment: only a file that has it is ever overwritten."""
_TIME: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3


@dataclass(frozen=True)
class Zip:
    """A zip that was written."""

    chapters: tuple[Chapter, ...]
    files: int
    size: int
    """Bytes."""
    assignment: Assignment = NO_ASSIGNMENT


def write_zip(kit: Kit, out: Path, *, chapters: str | None = None, assignment: Assignment = NO_ASSIGNMENT) -> Zip:
    """Write the autograder to ``out``, in the place of an earlier one. Its suites are open: it is the teacher's alone.

    ``chapters`` is a list as ``chapters_of`` reads it; an ``assignment`` says which exercises and what they count.
    Raises ``UsageError`` for a place where something else lies and
    for what cannot be written: then nothing was changed. Raises ``KitError`` for a kit that is not complete.
    """
    _check_place(out)
    chosen = chosen_chapters(kit, chapters, assignment)
    files = bundled_kit(kit, chosen, open_suites=True, assignment=assignment)
    files |= {PurePosixPath(name): template(name) for name in _SCRIPTS}
    try:
        target = out.resolve()
        with replacing(target) as new:
            _write(new, files)
        return Zip(chosen, len(files), target.stat().st_size, assignment)
    except FileNotFoundError:
        raise UsageError(f"cannot write {out}: the folder {out.parent} does not exist; make it first") from None
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, up to Python 3.12
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"cannot write {out}: {reason}") from error


def written(made: Zip, out: Path) -> Iterator[str]:
    """What was written, a line each; ``out`` is how the user named it."""
    exercises = sum(len(chapter.exercises) for chapter in made.chapters)
    numbers = ", ".join(chapter.number for chapter in made.chapters)
    named = "" if made.assignment is NO_ASSIGNMENT else f"{made.assignment.title}, "
    size = f"{made.files} files, {made.size / 2**20:.2f} MiB"
    yield f"{out}: {named}{count(exercises, 'exercise')} of chapters {numbers}; {size}"
    yield f"set the assignment's Autograder points to {decimal(made.assignment.most(points_of(made.chapters)))}"
    yield "it holds the hidden suites as they are: keep it to yourself"
    yield "next: upload it where the assignment's autograder is configured; docs/bundles.md says what to set there"


def _check_place(out: Path) -> None:
    if out.is_dir():
        raise UsageError(f"{out} is a folder; give the name of a zip file")
    if not out.exists():
        return
    try:
        with zipfile.ZipFile(out) as there:
            ours = there.comment == _MARK
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
        ours = False
    if not ours:
        raise UsageError(f"{out} is there already, and `turtles gradescope` did not write it; give another name")


def _write(path: Path, files: Files) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.comment = _MARK
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(str(name), _TIME)
            entry.create_system = _UNIX
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if str(name) in _SCRIPTS else 0o100644) << 16
            archive.writestr(entry, content)
