"""The ``turtles`` command: a thin face on ``grader.grade``, ``grader.verify`` and ``grader.check``.

Imports that cost time are made inside the commands: with nothing to judge, an answer comes in under half a second.
"""

from __future__ import annotations

import json
import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from grader.errors import TurtlesError, UsageError
from grader.load.kit import Kit, find_root, load_kit

app = typer.Typer(
    name="turtles",
    help="Repair broken asyncio programs; the grader judges what happens in which order, and how long it takes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


class SandboxChoice(StrEnum):
    """Values of ``--sandbox``."""

    AUTO = "auto"
    BWRAP = "bwrap"
    NONE = "none"


Names = Annotated[
    Optional[list[str]],  # noqa: UP045 (typer reads the annotation at run time)
    typer.Argument(help="Names of exercises, beginnings of names, paths or chapters. None: all.", show_default=False),
]
Jobs = Annotated[Optional[int], typer.Option(min=1, help="Most programs run at once.", show_default="by the machine")]  # noqa: UP045
Sandbox = Annotated[SandboxChoice, typer.Option(help="Run programs behind bubblewrap: when it works, always, or never.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours.")]


@app.command()
def grade(
    names: Names = None,
    exercises: Annotated[Optional[Path], typer.Option(help="Grade another tree of the same layout.", show_default="exercises")] = None,  # noqa: UP045, E501
    json_file: Annotated[Optional[Path], typer.Option("--json", metavar="FILE", help="Write the result (turtles/result/v1).")] = None,  # noqa: UP045, E501
    junit_file: Annotated[Optional[Path], typer.Option("--junit", metavar="FILE", help="Write the result as JUnit XML.")] = None,  # noqa: UP045, E501
    jobs: Jobs = None,
    everything: Annotated[bool, typer.Option("--all", help="Run unchanged files again too (as with CI=true).")] = False,
    sandbox: Sandbox = SandboxChoice.AUTO,
    no_color: NoColor = False,
) -> None:
    """Grade exercises.

    Exit status: 0 all passed, 1 not all passed, 2 wrong usage or a broken kit, 3 could not judge.
    """
    from grader.grade import Request
    from grader.grade import grade as run
    from grader.load.select import select
    from grader.record.sandbox import choose
    from grader.report import files, junit, terminal

    kit = _kit()
    tree = exercises or kit.root / "exercises"
    chosen = select(kit, names or (), tree)
    request = Request(kit, chosen, tree, choose(sandbox), jobs, everything)
    console = terminal.make_console(color=not no_color)
    with terminal.progress(terminal.make_console(color=not no_color, file=sys.stderr)) as progress:
        graded = run(request, progress)
    titles = {chapter.id: chapter.title for chapter in kit.chapters}
    if json_file:
        files.write_text(json_file, json.dumps(graded.result.to_json(), indent=2, ensure_ascii=False) + "\n")
    if junit_file:
        files.write_text(junit_file, junit.render(graded.result, titles))
    terminal.render(graded.result, console, named=bool(names), chapters=titles, notes=graded.notes)
    raise typer.Exit(graded.result.exit_status)


@app.command("list")
def list_exercises() -> None:
    """List the exercises, chapter by chapter."""
    from grader.report import terminal

    kit = _kit()
    console = terminal.make_console()
    for chapter in kit.chapters:
        console.print(f"{chapter.number} {chapter.title}", style="bold")
        for exercise in chapter.exercises:
            reason = f" ({exercise.needs_newer_python})" if exercise.needs_newer_python else ""
            console.print(f"   {exercise.name:<18} {exercise.title}{reason}")


@app.command()
def verify(names: Names = None, jobs: Jobs = None, sandbox: Sandbox = SandboxChoice.AUTO) -> None:
    """Prove the suites: solutions and right answers pass, handed-out files and wrong answers fail as they should."""
    from grader.load.select import select
    from grader.record.sandbox import choose
    from grader.report import terminal
    from grader.verify import verify as run

    kit = _kit()
    with terminal.progress(terminal.make_console(file=sys.stderr)) as progress:
        report = run(kit, select(kit, names or ()), choose(sandbox), jobs=jobs, progress=progress)
    for line in [*report.complaints, *report.undecided]:
        typer.echo(line)
    counts = ", ".join(f"{count} {kind}" for kind, count in report.counts.items())
    wrong = f"; {len(report.complaints)} judged wrongly" if report.complaints else ""
    undecided = f"; {len(report.undecided)} not judged" if report.undecided else ""
    typer.echo(f"judged rightly: {counts}{wrong}{undecided}")
    raise typer.Exit(1 if report.complaints else 3 if report.undecided else 0)


@app.command()
def check() -> None:
    """Check that the kit is complete and consistent."""
    from grader.check import check_kit, kit_notes

    kit = _kit()
    problems = check_kit(kit)
    for problem in [*problems, *kit_notes(kit)]:
        typer.echo(str(problem))
    typer.echo(f"{len(kit.exercises)} exercises, {len(problems)} problem{'' if len(problems) == 1 else 's'}")
    raise typer.Exit(2 if problems else 0)


@app.command()
def handout() -> None:
    """For authors: take the exercises as they are now for what is handed out."""
    kit = _kit()
    changed = 0
    for exercise in kit.exercises:
        source, target = kit.exercise_file(exercise), kit.handed_out_file(exercise)
        if not source.is_file():
            raise UsageError(f"{source} is missing")
        if not target.is_file() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            changed += 1
    typer.echo(f"{changed} of {len(kit.exercises)} files taken anew")


def _kit() -> Kit:
    return load_kit(find_root(Path.cwd()))


def main() -> None:
    """Run the command; every error a person can meet is one clear message and the documented exit status."""
    debug = "--debug" in sys.argv
    if debug:
        sys.argv.remove("--debug")
    try:
        app()
    except TurtlesError as error:
        if debug:
            raise
        typer.echo(f"turtles: {error}", err=True)
        sys.exit(error.exit_status)
    except KeyboardInterrupt as stop:
        known = getattr(stop, "known", ())
        typer.echo(f"stopped; {len(known)} exercises had been judged before and are remembered", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.exit(INTERRUPTED)
    except Exception as error:
        if debug:
            raise
        typer.echo(f"turtles: an error of the grader's own ({type(error).__name__}: {error}); --debug shows where", err=True)
        sys.exit(3)
