"""The commands that hand out: a starter, a key, bundles, an assignment's file. A face on ``grader.classroom``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import teachers_kit
from grader.cli.teacher.teacher_options import AssignmentFile, Chapters, Sealed, assignment_from
from grader.errors import UsageError


def starter(
    out: Annotated[Path, typer.Argument(metavar="OUT")],
    chapters: Chapters = None,
    assignment: AssignmentFile = None,
    sealed: Sealed = None,
) -> None:
    """Write a repository for students into the folder OUT, or bring the one that is there up to date.

    It holds the exercises, the grader and the public checks; with --sealed the hidden ones as well, which only the
    secret key opens. Exercises that a student has changed stay as they are, and so do pages and settings that you
    have. Without --chapters and --assignment, a new one gets all chapters, and one that is there keeps what it has.

    Exit status: 0 written, 2 wrong usage or a broken kit.
    """
    from grader.classroom.age_keys import read_recipient
    from grader.classroom.starter import write_starter, written

    recipient = read_recipient(sealed) if sealed else None
    kit = teachers_kit()
    given = assignment_from(assignment, kit)
    for line in written(write_starter(kit, out, chapters=chapters, assignment=given, recipient=recipient), out):
        typer.echo(line)


def keygen(file: Annotated[Path, typer.Argument(metavar="FILE")] = Path("turtles.key")) -> None:
    """Make a pair of keys: FILE opens sealed suites, and what it says of its public key seals them.

    FILE is an age identity, as `age-keygen` writes it. Nothing is overwritten.

    Exit status: 0 written, 2 wrong usage.
    """
    from grader.classroom.age_keys import advice, write_key

    for line in advice(file, write_key(file)):
        typer.echo(line)


def class50(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE_DIR")],
    chapters: Chapters = None,
    assignment: AssignmentFile = None,
    sealed: Sealed = None,
) -> None:
    """Write what Classroom 50 grades with into the folder BUNDLE_DIR, in the place of what this wrote there before.

    BUNDLE_DIR is CLASSROOM/autograders/ASSIGNMENT in your clone of the classroom50 repository. Whoever knows a
    bundle's address can download it: with --sealed, nobody can read its suites, and it grades where TURTLES_KEY opens
    them. Without, it makes the public checks only, and those are no grade.

    Exit status: 0 written, 2 wrong usage or a broken kit.
    """
    from grader.classroom.age_keys import read_recipient
    from grader.classroom.class50 import write_bundle, written

    recipient = read_recipient(sealed) if sealed else None
    kit = teachers_kit()
    given = assignment_from(assignment, kit)
    for line in written(write_bundle(kit, bundle, chapters=chapters, assignment=given, recipient=recipient), bundle):
        typer.echo(line)


def gradescope(
    out: Annotated[Path, typer.Argument(metavar="OUT.zip")],
    chapters: Chapters = None,
    assignment: AssignmentFile = None,
) -> None:
    """Write what Gradescope grades with to OUT.zip, in the place of what this wrote there before.

    It holds the hidden suites as they are: upload it, and give it to nobody.

    Exit status: 0 written, 2 wrong usage or a broken kit.
    """
    from grader.classroom.gradescope_zip import write_zip, written

    kit = teachers_kit()
    for line in written(write_zip(kit, out, chapters=chapters, assignment=assignment_from(assignment, kit)), out):
        typer.echo(line)


def assignment_new(
    file: Annotated[Path, typer.Argument(metavar="FILE")] = Path("assignment.toml"),
    exercises: Annotated[
        list[str] | None,
        typer.Argument(metavar="[EXERCISE]...", help="Exercises, and whole chapters.", show_default=False),
    ] = None,
    name: Annotated[str, typer.Option("--name", metavar="TITLE", help="What it is called.")] = "Homework 1",
) -> None:
    """Write a new assignment to FILE, with every setting explained. Nothing is overwritten.

    Exit status: 0 written, 2 wrong usage.
    """
    from grader.load.assignment_file import template

    text = template(teachers_kit(), name, tuple(exercises or ()))
    try:
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError:
        raise UsageError(f"{file} is there already; give another name, or edit it") from None
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror or error}") from None
    typer.echo(f"{file} is written; edit it, and give it to starter, class50, gradescope or class grade")
