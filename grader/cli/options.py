"""The options and arguments that several commands take, and the kit that they are about."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import grader
from grader.errors import KitError
from grader.load import manifest
from grader.load.kit import Kit, find_root, load_kit


class SandboxChoice(StrEnum):
    """Values of ``--sandbox``."""

    AUTO = "auto"
    BWRAP = "bwrap"
    NONE = "none"


Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", hidden=True)]
Name = Annotated[str | None, typer.Argument(metavar="NAME", hidden=True)]
Tree = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Grade the files in DIR, laid out like exercises/.", show_default=False),
]
JsonFile = Annotated[
    Path | None,
    typer.Option("--json", metavar="FILE", help="Write the result to FILE (turtles/result/v1).", show_default=False),
]
JunitFile = Annotated[
    Path | None,
    typer.Option("--junit", metavar="FILE", help="Write the result to FILE as JUnit XML.", show_default=False),
]
OnGithub = Annotated[
    bool,
    typer.Option("--github", help="In a step of GitHub Actions: write its output, its summary and annotations too."),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        min=1, metavar="N", help="At most N programs at once (else what the machine carries).", show_default=False
    ),
]
Everything = Annotated[bool, typer.Option("--all", help="Run unchanged files again too; so does CI=true.")]
Sandbox = Annotated[
    SandboxChoice,
    typer.Option(metavar="WHEN", help="Use bubblewrap: auto (if it works here), bwrap (or fail), none."),
]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours; so does NO_COLOR.")]


def teachers_kit() -> Kit:
    """The kit that the working directory lies in, otherwise the one that this command belongs to. Raises ``KitError``.

    A starter, and so a student's repository, is never the kit that a teacher grades with.
    """
    for folder in (Path.cwd(), Path(grader.__file__).parent):
        try:
            root = find_root(folder)
        except KitError:
            continue
        if not (root / manifest.NAME).exists():
            return load_kit(root)
    return the_kit()


def the_kit() -> Kit:
    """The kit that the working directory lies in. Raises ``KitError``."""
    return load_kit(find_root(Path.cwd()))
