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
    """Write a repository for students into the folder OUT, or bring an existing one up to date.

    It contains the exercises, the grader and the public checks; with --sealed, the hidden checks as well, which only
    the secret key opens. Exercises that a student has changed stay as they are, and so do pages and settings that you
    have edited. Without --chapters and --assignment, a new repository gets all chapters, and an existing one keeps its
    own.

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
    """Make a pair of keys: the secret key in FILE opens sealed suites, and the public key in its comment seals them.

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
    """Write a bundle for Classroom 50 into the folder BUNDLE_DIR, in place of an earlier one.

    BUNDLE_DIR is CLASSROOM/autograders/ASSIGNMENT in your clone of the classroom50 repository. Anybody who knows a
    bundle's address can download it. With --sealed, nobody can read its suites, and it grades only where TURTLES_KEY
    opens them. Without --sealed, it runs only the public checks, and the result is not a grade.

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
    """Write an autograder for Gradescope to OUT.zip, in place of an earlier one.

    It contains the hidden suites in the open: upload it, and do not give it to anybody.

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
    name: Annotated[str, typer.Option("--name", metavar="TITLE", help="The title of the assignment.")] = "Homework 1",
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
