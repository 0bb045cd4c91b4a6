"""The commands about a gradebook that is there: export it, decide grades by hand, show a student."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import NoColor, teachers_kit
from grader.cli.teacher.teacher_options import ClassJson, CsvFile, GradebookFile, HtmlFolder
from grader.errors import UsageError


def class_export(
    gradebook: GradebookFile = Path("class.db"),
    csv_file: CsvFile = None,
    moodle: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write FILE for Moodle's import of grades.", show_default=False),
    ] = None,
    canvas: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write FILE for Canvas's import of grades.", show_default=False),
    ] = None,
    json_file: ClassJson = None,
    html: HtmlFolder = None,
    feedback: Annotated[
        Path | None,
        typer.Option(metavar="ZIP", help="Write ZIP with each student's page, by student.", show_default=False),
    ] = None,
    moodle_feedback: Annotated[
        Path | None,
        typer.Option(metavar="ZIP", help="The same for Moodle's feedback files.", show_default=False),
    ] = None,
    canvas_feedback: Annotated[
        Path | None,
        typer.Option(metavar="ZIP", help="The same for Canvas's upload of submissions.", show_default=False),
    ] = None,
) -> None:
    """Write a gradebook as tables and pages. Nothing is judged, and you may do it while a class is being graded.

    Exit status: 0 written, 2 wrong usage, or a gradebook or file that cannot be used.
    """
    from grader.collect.class_exports import Exports
    from grader.collect.gradebook import Gradebook

    exports = Exports(csv_file, moodle, canvas, json_file, html, feedback, moodle_feedback, canvas_feedback)
    if not exports.wanted:
        raise UsageError("what is to be written? --csv, --moodle, --canvas and --json take a file, --html a folder")
    exports.check()
    kit = teachers_kit()
    with Gradebook.to_read(gradebook) as book:
        written, problem = exports.write(kit, book)
    for line in written:
        typer.echo(line)
    if problem:
        raise problem


def class_set(
    student: Annotated[
        str | None, typer.Argument(metavar="[STUDENT]", help="The id, name or address.", show_default=False)
    ] = None,
    exercise: Annotated[
        str | None,
        typer.Argument(metavar="[EXERCISE]", help="Without it, the whole grade.", show_default=False),
    ] = None,
    points: Annotated[
        float | None,
        typer.Option(metavar="N", help="Points of the assignment, instead of those judged.", show_default=False),
    ] = None,
    bonus: Annotated[bool, typer.Option("--bonus", help="The points may exceed the maximum.")] = False,
    comment: Annotated[str | None, typer.Option(metavar="TEXT", help="For the student.", show_default=False)] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Remove the decision.")] = False,
    table: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="A CSV: student, exercise, points, comment.", show_default=False),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The person who decides (else your user name).", show_default=False),
    ] = None,
    gradebook: GradebookFile = Path("class.db"),
) -> None:
    """Decide points or write a comment by hand. That survives grading again, and is marked everywhere.

    Points for an exercise replace the judged ones, before the late penalty is subtracted. Points for the whole grade
    are the grade, without a late penalty. The name of the person and the time are kept, and `class show` shows them.

    Exit status: 0 written, 2 wrong usage, or a gradebook that cannot be used; then nothing was written.
    """
    from grader.collect.entries import class_result
    from grader.collect.gradebook import Gradebook
    from grader.collect.overrides import WantedOverride, check_all, current_user, override, read_overrides

    if (student is None) == (table is None):
        raise UsageError("name a student, or give a table with --from FILE")
    if table is not None and (exercise or points is not None or comment is not None or clear):
        raise UsageError("--from FILE says all of it, so give nothing else")
    if clear and (points is not None or comment is not None):
        raise UsageError("--clear takes back what was decided, so give no points and no comment")
    if bonus and points is None and table is None:
        raise UsageError("--bonus is about points: give them with --points N")
    if table:
        wanted = read_overrides(table, bonus=bonus)
    else:
        wanted = [WantedOverride(student or "", exercise or "", points, comment, clear, bonus)]
    with Gradebook.to_read(gradebook):
        pass  # there is one, and something was graded into it
    with Gradebook.to_grade(gradebook) as book:
        result = class_result(book)
        if table:
            check_all(table, wanted, result)
        told = override(book, result, wanted, by or current_user())
    for line in told:
        typer.echo(line)


def class_show(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="The id, name or address.")],
    gradebook: GradebookFile = Path("class.db"),
    no_color: NoColor = False,
) -> None:
    """Show everything about one student: files, verdicts, times, attempts, and decisions by hand.

    Exit status: 0 shown, 2 wrong usage, or a gradebook that cannot be used.
    """
    from grader.collect.entries import class_result
    from grader.collect.gradebook import Gradebook
    from grader.collect.overrides import entry_of
    from grader.report import terminal
    from grader.report.class_ import student_terminal

    with Gradebook.to_read(gradebook) as book:
        result = class_result(book)
        entry = entry_of(result, student)
        history = book.overridden(entry.student.id)
        with suppress(SystemExit):  # rich ends the program when nobody reads it any more
            student_terminal.render(result, entry, history, terminal.make_console(color=not no_color))
