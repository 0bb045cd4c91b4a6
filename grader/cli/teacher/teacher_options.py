"""The options that several commands for teachers take, and the assignment that they are about."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from grader.assignment import Assignment
    from grader.load.kit import Kit


class Wall(StrEnum):
    """Values of ``--sandbox`` where other people's programs are run: nothing is left to what happens to work."""

    BWRAP = "bwrap"
    NONE = "none"


Chapters = Annotated[
    str | None,
    typer.Option(metavar="LIST", help="Only these chapters: 01-04, or 01,03.", show_default=False),
]
AssignmentFile = Annotated[
    Path | None,
    typer.Option(
        "--assignment", metavar="FILE", help="The assignment: `turtles assignment new` writes one.", show_default=False
    ),
]
Sealed = Annotated[
    Path | None,
    typer.Option(metavar="KEYFILE", help="Seal the hidden suites for this key.", show_default=False),
]
GradebookFile = Annotated[Path, typer.Option(metavar="FILE", help="The gradebook.")]
CsvFile = Annotated[
    Path | None,
    typer.Option("--csv", metavar="FILE", help="Write FILE for a spreadsheet: a row a student.", show_default=False),
]
ClassJson = Annotated[
    Path | None,
    typer.Option("--json", metavar="FILE", help="Write FILE with all of it (turtles/class/v1).", show_default=False),
]
HtmlFolder = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Write pages: of the class, and of each student to hand back.", show_default=False
    ),
]


def assignment_from(file: Path | None, kit: Kit) -> Assignment:
    """What the file says; without one, everything is as the kit has it."""
    from grader.assignment import NO_ASSIGNMENT
    from grader.load.assignment_file import read_assignment

    return read_assignment(file, kit) if file else NO_ASSIGNMENT
