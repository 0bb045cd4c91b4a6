"""Every command for teachers, under its name. As in ``grader.cli``, imports that cost time are made inside them."""

from __future__ import annotations

import typer

from grader.cli.teacher import class_gradebook, class_grading, handing_out

_assignment_app = typer.Typer(
    help="An assignment: exercises, what they count, when they are due.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
_class_app = typer.Typer(
    help="Collect a class: grade every submission with this copy of the kit, and keep a gradebook.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


def add_to(app: typer.Typer) -> None:
    """Add the commands to the ``turtles`` command."""
    app.command(short_help="For teachers: write a repository for students.")(handing_out.starter)
    app.command(short_help="For teachers: make the key that suites are sealed with.")(handing_out.keygen)
    app.command(short_help="For teachers: write a Classroom 50 bundle.")(handing_out.class50)
    app.command(short_help="For teachers: write a Gradescope autograder.")(handing_out.gradescope)
    app.add_typer(_assignment_app, name="assignment", short_help="For teachers: write an assignment's file.")
    app.add_typer(_class_app, name="class", short_help="For teachers: grade a class.")


@_assignment_app.callback()
def _assignments() -> None:
    """An assignment: exercises, what they count, when they are due."""  # without it, typer takes "new" away


_assignment_app.command("new", short_help="Write a new assignment's file.")(handing_out.assignment_new)
_class_app.command("grade", short_help="Grade every submission of a class.")(class_grading.class_grade)
_class_app.command("export", short_help="Write the gradebook as tables and pages.")(class_gradebook.class_export)
_class_app.command("set", short_help="Decide points or write a comment by hand.")(class_gradebook.class_set)
_class_app.command("show", short_help="Show everything about one student.")(class_gradebook.class_show)
