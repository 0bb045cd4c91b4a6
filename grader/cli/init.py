"""``turtles init``: a folder to practise in, where Turtles is installed and not cloned."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Add the command to the ``turtles`` command."""
    app.command(short_help="Make a folder to practise in, or bring it up to date.")(init)


def init(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", show_default=False, hidden=True)] = None,
    upgrade: Annotated[bool, typer.Option("--upgrade", help="Bring new exercises to a folder that is there.")] = False,
    git: Annotated[bool, typer.Option("--git", help="Make a git repository of it.")] = False,
) -> None:
    """Make a folder to practise in: the exercises, a short page, and settings for editors.

    DIR is the folder; without it, asyncio-turtles here. With --upgrade, it is the current practice folder, and files
    that you have changed stay as they are.

    Exit status: 0 the folder is there, 2 it cannot be made.
    """
    from grader.classroom.practice_folder import write_practice_folder, written

    for line in written(write_practice_folder(folder, upgrade=upgrade, with_git=git)):
        typer.echo(line)
