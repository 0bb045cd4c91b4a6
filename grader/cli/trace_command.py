"""``turtles trace``: the one command that is about a program of the user's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperCommand

from grader.cli.options import NoColor
from grader.errors import UsageError

REST = "--"
"""What follows it on the command line belongs to the user's program, not to ``turtles``."""


class _WithProgramArguments(TyperCommand):
    """A command after whose ``--`` come arguments of the program that it runs."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        at = args.index(REST) if REST in args else len(args)
        ctx.meta[REST] = args[at + 1 :]
        return super().parse_args(ctx, args[:at])

    def collect_usage_pieces(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        del ctx
        return ["[OPTIONS]", "FILE [FUNCTION] | -m MODULE", "[-- ARGUMENT...]"]


def add_to(app: typer.Typer) -> None:
    """Add the command to the ``turtles`` command."""
    app.command(cls=_WithProgramArguments, short_help="Show the timeline of an asyncio program of your own.")(trace)


def trace(
    ctx: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="The program: a file, or a folder or a zip archive with a __main__.py.",
            show_default=False,
        ),
    ] = None,
    function: Annotated[
        str | None,
        typer.Argument(metavar="FUNCTION", help="What to run of it.", show_default=False),
    ] = None,
    module: Annotated[
        str | None,
        typer.Option("--module", "-m", metavar="MODULE", help="Run it as `python -m MODULE` does.", show_default=False),
    ] = None,
    html_file: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write the timeline to FILE as a page.", show_default=False),
    ] = None,
    perfetto_file: Annotated[
        Path | None,
        typer.Option(
            "--perfetto",
            metavar="FILE",
            help="Write it as a Chrome trace (JSON), for ui.perfetto.dev.",
            show_default=False,
        ),
    ] = None,
    python: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help="Run it with this Python (3.11 or newer), such as that of its own environment.",
            show_default=False,
        ),
    ] = None,
    no_color: NoColor = False,
) -> None:
    """Run an asyncio program of your own, and show what ran, what waited and for what, and what held the event loop.

    It runs as with `python FILE ARGUMENT...`: in this folder, with your terminal, your packages and the network, and
    NOT in the sandbox. With FUNCTION, it runs that function of FILE; a coroutine function runs under asyncio.run. When
    the program ends, or you end it with Ctrl-C, its timeline is written to standard error.

    Exit status: that of the program, 128 and the number of a signal that killed it; 2 when it cannot be run or a file
    cannot be written; a message says why.
    """
    from grader import files
    from grader.report import terminal
    from grader.tracing import perfetto
    from grader.tracing import trace_report as report
    from grader.tracing.foreground import TracedProgram
    from grader.tracing.program_trace import trace as run

    if (file is None) == (module is None):
        raise UsageError("name one program: FILE, or -m MODULE; the program's own arguments come after --")

    for target in filter(None, (html_file, perfetto_file)):
        files.check_writable(target)
    program = TracedProgram(file or "", module or "", function or "", tuple(ctx.meta[REST]))
    traced = run(program, python)
    if traced.timeline is None:
        unwritten = [f"{target} is not written" for target in (html_file, perfetto_file) if target]
        line = f"nothing of asyncio was seen in {program.title}, so there is no timeline"
        for text in ("; ".join([line, *unwritten]), *traced.notes):
            typer.echo(f"turtles: {text}", err=True)
        raise typer.Exit(traced.status)
    notes = [*traced.notes, *filter(None, [traced.undrawn])]
    shown = report.Traced(traced.timeline, traced.findings, traced.where, notes, traced.python)
    report.render(shown, terminal.make_console(color=not no_color, file=sys.stderr))
    try:
        if html_file:
            files.write_text(html_file, report.page(shown))
        if perfetto_file:
            files.write_text(perfetto_file, perfetto.render(traced.timeline))
    except UsageError as error:
        typer.echo(f"turtles: {error}", err=True)
        raise typer.Exit(traced.status or UsageError.exit_status) from None
    raise typer.Exit(traced.status)
