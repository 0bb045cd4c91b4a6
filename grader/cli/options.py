"""The options and arguments that several commands take, and the kit that they are about."""

from __future__ import annotations

import contextlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import grader
from grader.cli.completion import complete_exercise
from grader.errors import KitError, UsageError
from grader.load.kit import Kit, find_root, installed_kit, load_kit
from grader.load.manifest import PRACTICE, STARTER, read_manifest


class SandboxChoice(StrEnum):
    """Values of ``--sandbox``."""

    AUTO = "auto"
    BWRAP = "bwrap"
    NONE = "none"


Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", hidden=True, autocompletion=complete_exercise)]
Name = Annotated[str | None, typer.Argument(metavar="NAME", hidden=True, autocompletion=complete_exercise)]
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
Everything = Annotated[bool, typer.Option("--all", help="Run every file, unchanged or not; so does CI=true.")]
Sandbox = Annotated[
    SandboxChoice,
    typer.Option(metavar="WHEN", help="Use bubblewrap: auto (if it works here), bwrap (or fail), none."),
]
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose", "-v", help="Show too what failed programs printed, and figures where the computer was too busy."
    ),
]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours; so does NO_COLOR.")]


def teachers_kit() -> Kit:
    """The kit that the working directory lies in, otherwise the one that this command belongs to. Raises ``KitError``.

    A starter, and so a student's repository, is never the kit that a teacher grades with.
    """
    with contextlib.suppress(KitError):
        root = find_root(Path.cwd())
        if not (root / STARTER.name).exists():
            return the_kit()
    try:
        return load_kit(installed_kit())
    except KitError:
        return the_kit()


def the_kit() -> Kit:
    """The kit that the working directory lies in. Raises ``KitError``."""
    kit = load_kit(find_root(Path.cwd()))
    if kit.installed:
        _tell_of_another_version(kit)
    return kit


def the_authors_kit() -> Kit:
    """The same for commands that change or prove a kit. Raises ``UsageError`` in a practice folder."""
    kit = the_kit()
    if kit.installed:
        raise UsageError(
            "this command is for authors of exercises, and a practice folder contains only exercises to solve: use a "
            "clone of Turtles, or make a kit of your own with `turtles new-kit DIR`"
        )
    return kit


def _tell_of_another_version(kit: Kit) -> None:
    """Say so when the exercises of a practice folder are not those that this grader came with."""
    try:
        manifest = read_manifest(kit.root, PRACTICE)
    except UsageError as error:
        typer.echo(f"turtles: {error}", err=True)
        return
    if manifest and manifest.version != grader.__version__:
        typer.echo(
            f"turtles: this folder has the exercises of Turtles {manifest.version}, and this is {grader.__version__}: "
            "`turtles init --upgrade` brings what is new",
            err=True,
        )
