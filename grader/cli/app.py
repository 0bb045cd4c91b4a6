"""The ``turtles`` command: its name, its errors, Ctrl-C. Its commands are in ``learner``, ``author`` and ``teacher``.

Imports that cost time are made inside the commands: with nothing to judge, an answer comes in under half a second.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import gc
import io
import os
import sys
import traceback
from importlib.util import find_spec
from typing import Annotated

import typer
from typer.core import TyperGroup

import grader
from grader.cli import learner
from grader.cli.trace_command import REST
from grader.errors import TurtlesError

_DEBUG = "--debug"


class _Commands(TyperGroup):
    """The commands. What typer would answer itself, with its own words and exit statuses, is taken from it here."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Run a command; Ctrl-C is ``Interrupted``, and a reader who has gone away is no error."""
        from grader.grade import Interrupted

        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted("stopped") from None
        except BrokenPipeError:
            _forget_output()
            raise typer.Exit(0) from None


app = typer.Typer(
    cls=_Commands,
    help="Repair broken asyncio programs: the grader judges in which order things happen, and how long they take.",
    epilog="turtles COMMAND --help says more about each command.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"turtles {grader.__version__}")
        raise typer.Exit


@app.callback()
def _turtles(
    debug: Annotated[bool, typer.Option(_DEBUG, help="When the grader itself fails, show where.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    del debug, version  # main and _show_version see to them


learner.add_to(app)
# A kit that was handed out has none of these modules, and so lists no command of theirs.
if find_spec("grader.cli.init"):
    from grader.cli import init

    init.add_to(app)
if find_spec("grader.cli.author"):
    from grader.cli import author

    author.add_to(app)
if find_spec("grader.cli.teacher"):
    from grader.cli import teacher

    teacher.add_to(app)


def _forget_output() -> None:
    """Let nothing be written any more, the interpreter's own last words included."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Run the command; every error a person can meet is one clear message and the documented exit status."""
    gc.set_threshold(50_000, 20, 20)  # what is imported stays: to look through it again and again took 0.05 s
    atexit.register(gc.freeze)  # the system takes everything back at once: to look for what is unused took as long
    # Python itself does not see this setting any more (``grader.isolated``), and it changes nothing but the output.
    encoding = os.environ.get("PYTHONIOENCODING", "").partition(":")[0] or None
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(LookupError):
                stream.reconfigure(encoding=encoding)
            stream.reconfigure(errors="backslashreplace")
    arguments = sys.argv[1:]
    ours = arguments[: arguments.index(REST)] if REST in arguments else arguments
    debug = _DEBUG in ours
    if debug:  # it may stand anywhere: people add it to the end of what they typed
        arguments = [_DEBUG, *(argument for argument in ours if argument != _DEBUG), *arguments[len(ours) :]]
    status: object = 0
    try:
        try:
            app(arguments, prog_name="turtles")
        except SystemExit as end:
            status = end.code
        if sys.stdout:
            sys.stdout.flush()  # here, where an error can be told of
    except BrokenPipeError:
        _forget_output()
    except Exception as error:
        if debug:
            traceback.print_exception(error)
        message, status = _told(error)
        with contextlib.suppress(OSError):
            typer.echo(f"turtles: {message}", err=True)
            if status == 3 and not debug:
                typer.echo("turtles: --debug shows where", err=True)
        if isinstance(error, OSError):
            _forget_output()  # or the interpreter would try once more
    sys.exit(status if isinstance(status, int) else 0)


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def _told(error: Exception) -> tuple[str, int]:
    """What is said of an error, and the exit status."""
    if isinstance(error, TurtlesError):
        return str(error), error.exit_status
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        where = error.filename or "the output"
        return f"{where} cannot be written: {error.strerror}; make room and try again", 3
    return f"an error of the grader's own: {type(error).__name__}: {error}", 3
