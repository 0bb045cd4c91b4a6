"""Run an exercise's program and show it, for ``turtles run`` and ``turtles watch``."""

from __future__ import annotations

import ast

from rich.console import Console

from grader.errors import UsageError
from grader.files import typed_path
from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.load.shown_output import ShownLine, differences, shown_output
from grader.load.submission import read_handed_out
from grader.practice.run_program import Stream, run_program
from grader.report import program_run

_LATE_S = 0.15
"""A program of one's own may be this late on a computer that does other things as well."""


def show_run(kit: Kit, exercise: Exercise, console: Console) -> int:
    """Run the learner's file and show its lines as they come. Returns its exit status, negative for a signal."""
    file = kit.exercise_file(exercise)
    if not file.is_file():
        raise UsageError(f"{typed_path(file)} is missing")
    program_run.render_start(f"python {typed_path(file)}", console)
    ran = run_program(
        file, lambda line: program_run.render_line(line.at_s, line.text, console, is_error=line.stream is Stream.ERR)
    )
    shown = _shown(kit, exercise)
    differs = differences(shown, ran.lines, _LATE_S) if shown else []
    program_run.render_end(ran.seconds, ran.status, differs, bool(shown), console)
    return ran.status


def _shown(kit: Kit, exercise: Exercise) -> tuple[ShownLine, ...]:
    """The output that the docstring shows; empty where it shows none."""
    source = read_handed_out(kit, exercise).source
    docstring = ast.get_docstring(ast.parse(source)) if source else None
    return shown_output(docstring) if docstring else ()
