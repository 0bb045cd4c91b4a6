"""The commands for teachers: hand out, seal, bundle, collect. A face on ``grader.classroom`` and ``grader.collect``.

As in ``grader.cli``, imports that cost time are made inside the commands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

Chapters = Annotated[
    Optional[str],  # noqa: UP045 (typer reads it at run time, as in grader.cli)
    typer.Option(metavar="LIST", help="Only these chapters: 01-04, or 01,03.", show_default=False),
]
Sealed = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(metavar="KEYFILE", help="Seal the hidden suites for this key.", show_default=False),
]

class_app = typer.Typer(
    help="Collect a class: grade every submission with this copy of the kit, and keep a gradebook.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


def add_to(app: typer.Typer) -> None:
    """Add the commands to the ``turtles`` command."""
    app.command(short_help="For teachers: write a repository for students.")(starter)
    app.command(short_help="For teachers: make the key that suites are sealed with.")(keygen)
    app.command(short_help="For teachers: write a Classroom 50 bundle.")(class50)
    app.command(short_help="For teachers: write a Gradescope autograder.")(gradescope)
    app.add_typer(class_app, name="class", short_help="For teachers: grade a class.")


def starter(
    out: Annotated[Path, typer.Argument(metavar="OUT")], chapters: Chapters = None, sealed: Sealed = None
) -> None:
    """Write a repository for students into the folder OUT, or bring one up to date.

    Exit status: 0 written, 2 wrong usage or a broken kit.
    """


def keygen(file: Annotated[Path, typer.Argument(metavar="FILE")] = Path("turtles.key")) -> None:
    """Make a pair of keys: FILE opens sealed suites, and what it says of its public key seals them.

    Exit status: 0 written, 2 wrong usage.
    """


def class50(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE_DIR")], chapters: Chapters = None, sealed: Sealed = None
) -> None:
    """Write what Classroom 50 grades with into the folder BUNDLE_DIR.

    Exit status: 0 written, 2 wrong usage or a broken kit.
    """


def gradescope(out: Annotated[Path, typer.Argument(metavar="OUT.zip")], chapters: Chapters = None) -> None:
    """Write what Gradescope grades with to OUT.zip.

    Exit status: 0 written, 2 wrong usage or a broken kit.
    """


@class_app.command("grade", short_help="Grade every submission of a class.")
def class_grade(submissions: Annotated[Path, typer.Argument(metavar="SUBMISSIONS")]) -> None:
    """Grade what a class handed in, and keep it in a gradebook."""


@class_app.command("export", short_help="Write the gradebook as tables and pages.")
def class_export() -> None:
    """Write the gradebook as CSV, for Moodle and Canvas, as JSON, and as a page."""
