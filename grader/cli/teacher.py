"""The commands for teachers: hand out, seal, bundle, collect. A face on ``grader.classroom`` and ``grader.collect``.

As in ``grader.cli``, imports that cost time are made inside the commands.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import NoColor, teachers_kit
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.assignment import Assignment
    from grader.collect.batches import Judges
    from grader.load.kit import Kit
    from grader.record.sandbox import Sandbox


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

class_app = typer.Typer(
    help="Collect a class: grade every submission with this copy of the kit, and keep a gradebook.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


assignment_app = typer.Typer(
    help="An assignment: exercises, what they count, when they are due.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


def add_to(app: typer.Typer) -> None:
    """Add the commands to the ``turtles`` command."""
    app.command(short_help="For teachers: write a repository for students.")(starter)
    app.command(short_help="For teachers: make the key that suites are sealed with.")(keygen)
    app.command(short_help="For teachers: write a Classroom 50 bundle.")(class50)
    app.command(short_help="For teachers: write a Gradescope autograder.")(gradescope)
    app.add_typer(assignment_app, name="assignment", short_help="For teachers: write an assignment's file.")
    app.add_typer(class_app, name="class", short_help="For teachers: grade a class.")


def starter(
    out: Annotated[Path, typer.Argument(metavar="OUT")],
    chapters: Chapters = None,
    assignment: AssignmentFile = None,
    sealed: Sealed = None,
) -> None:
    """Write a repository for students into the folder OUT, or bring the one that is there up to date.

    It holds the exercises, the grader and the public checks; with --sealed the hidden ones as well, which only the
    secret key opens. Exercises that a student has changed stay as they are, and so do pages and settings that you
    have. Without --chapters and --assignment, a new one gets all chapters, and one that is there keeps what it has.

    Exit status: 0 written, 2 wrong usage or a broken kit.
    """
    from grader.classroom.age_keys import read_recipient
    from grader.classroom.starter import write_starter, written

    recipient = read_recipient(sealed) if sealed else None
    kit = teachers_kit()
    given = _assignment(assignment, kit)
    for line in written(write_starter(kit, out, chapters=chapters, assignment=given, recipient=recipient), out):
        typer.echo(line)


def keygen(file: Annotated[Path, typer.Argument(metavar="FILE")] = Path("turtles.key")) -> None:
    """Make a pair of keys: FILE opens sealed suites, and what it says of its public key seals them.

    FILE is an age identity, as `age-keygen` writes it. Nothing is overwritten.

    Exit status: 0 written, 2 wrong usage.
    """
    from grader.classroom.age_keys import advice, write_key

    for line in advice(file, write_key(file)):
        typer.echo(line)


def class50(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE_DIR")],
    chapters: Chapters = None,
    assignment: AssignmentFile = None,
    sealed: Sealed = None,
) -> None:
    """Write what Classroom 50 grades with into the folder BUNDLE_DIR, in the place of what this wrote there before.

    BUNDLE_DIR is CLASSROOM/autograders/ASSIGNMENT in your clone of the classroom50 repository. Whoever knows a
    bundle's address can download it: with --sealed, nobody can read its suites, and it grades where TURTLES_KEY opens
    them. Without, it makes the public checks only, and those are no grade.

    Exit status: 0 written, 2 wrong usage or a broken kit.
    """
    from grader.classroom.age_keys import read_recipient
    from grader.classroom.class50 import write_bundle, written

    recipient = read_recipient(sealed) if sealed else None
    kit = teachers_kit()
    given = _assignment(assignment, kit)
    for line in written(write_bundle(kit, bundle, chapters=chapters, assignment=given, recipient=recipient), bundle):
        typer.echo(line)


def gradescope(
    out: Annotated[Path, typer.Argument(metavar="OUT.zip")],
    chapters: Chapters = None,
    assignment: AssignmentFile = None,
) -> None:
    """Write what Gradescope grades with to OUT.zip, in the place of what this wrote there before.

    It holds the hidden suites as they are: upload it, and give it to nobody.

    Exit status: 0 written, 2 wrong usage or a broken kit.
    """
    from grader.classroom.gradescope_zip import write_zip, written

    kit = teachers_kit()
    for line in written(write_zip(kit, out, chapters=chapters, assignment=_assignment(assignment, kit)), out):
        typer.echo(line)


@assignment_app.callback()
def _assignments() -> None:
    """An assignment: exercises, what they count, when they are due."""  # without it, typer takes "new" away


@assignment_app.command("new", short_help="Write a new assignment's file.")
def assignment_new(
    file: Annotated[Path, typer.Argument(metavar="FILE")] = Path("assignment.toml"),
    exercises: Annotated[
        list[str] | None,
        typer.Argument(metavar="[EXERCISE]...", help="Exercises, and whole chapters.", show_default=False),
    ] = None,
    name: Annotated[str, typer.Option("--name", metavar="TITLE", help="What it is called.")] = "Homework 1",
) -> None:
    """Write a new assignment to FILE, with every setting explained. Nothing is overwritten.

    Exit status: 0 written, 2 wrong usage.
    """
    from grader.load.assignment_file import template

    text = template(teachers_kit(), name, tuple(exercises or ()))
    try:
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError:
        raise UsageError(f"{file} is there already; give another name, or edit it") from None
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror or error}") from None
    typer.echo(f"{file} is written; edit it, and give it to starter, class50, gradescope or class grade")


@class_app.command("grade", short_help="Grade every submission of a class.")
def class_grade(
    submissions: Annotated[Path, typer.Argument(metavar="SUBMISSIONS")],
    roster: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Who is in the class: a CSV file.", show_default=False),
    ] = None,
    due: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="When it was due: 2026-12-01T18:00, here or +01:00.", show_default=False),
    ] = None,
    late: Annotated[
        str | None,
        typer.Option(metavar="RULE", help="What lateness costs: 10%/day, 25%.", show_default=False),
    ] = None,
    assignment: AssignmentFile = None,
    gradebook: GradebookFile = Path("class.db"),
    chapters: Chapters = None,
    handed_out: Annotated[
        Path | None,
        typer.Option("--starter", metavar="DIR", help="Your starter: who changed its kit is told.", show_default=False),
    ] = None,
    sandbox: Annotated[
        Wall, typer.Option(metavar="WHICH", help="bwrap, or none: run it all unprotected.")
    ] = Wall.BWRAP,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Judge in N processes (else one a core).", show_default=False),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Judge on a Dask cluster: tcp://host:8786.", show_default=False),
    ] = None,
    csv_file: CsvFile = None,
    json_file: ClassJson = None,
    html: HtmlFolder = None,
    no_color: NoColor = False,
) -> None:
    """Grade what a class handed in, and keep it in a gradebook.

    SUBMISSIONS is a folder of clones, archives or folders of exercises, one a student, or an archive of such. Nothing
    but the exercise files is taken from them, and this copy of the kit judges those. What the gradebook knows is not
    judged again; after an interruption the same command goes on from there. The options hold for all submissions.

    Exit status: 0 all graded, 1 all graded but for the problems listed, 2 wrong usage, a broken kit or a gradebook that
    cannot be used, 3 some could not be judged (the same command tries again), 130 Ctrl-C.
    """
    from dataclasses import replace

    from grader.classroom.contents import chosen_chapters
    from grader.collect.class_exports import Exports, summary_of
    from grader.collect.gradebook import Gradebook
    from grader.collect.grading import ClassRequest, grade_class
    from grader.collect.roster import read_roster
    from grader.report import terminal
    from grader.report.class_ import class_terminal

    if late and not due:
        raise UsageError("--late says what lateness costs, and --due from when on: give both")
    if assignment and (due or late):
        raise UsageError("--assignment says when it is due and what lateness costs, so leave --due and --late out")
    if not submissions.exists():  # a mistake in typing leaves no gradebook behind
        raise UsageError(f"there is no {submissions}: say where the submissions are")
    exports = Exports(csv_file=csv_file, json_file=json_file, html=html)
    exports.check()
    kit = teachers_kit()
    wall = _wall(sandbox, cluster)
    given = _assignment(assignment, kit) if assignment else _due_on_the_command_line(due, late)
    request = ClassRequest(
        replace(kit, chapters=chosen_chapters(kit, chapters, given)),
        submissions,
        wall.name,
        read_roster(roster, given.title) if roster else None,
        given,
        frozenset(exercise.name for exercise in kit.exercises),
        _reference(handed_out) if handed_out else None,
    )
    judges = _judges(kit, wall, jobs, cluster)
    with Gradebook.to_grade(gradebook) as book:
        with judges, class_terminal.progress(terminal.make_console(color=not no_color, file=sys.stderr)) as progress:
            tally = grade_class(request, book, judges, progress)
        # Whatever becomes of the files, what came of it is shown.
        written, problem = exports.write(kit, book)
        left_out = [f"did not judge: {worker}" for worker in judges.refused]
        summary = summary_of(book, tally, [f"the gradebook is {gradebook}", *written, *left_out])
    with suppress(SystemExit):  # rich ends the program when nobody reads it any more
        class_terminal.render(summary, terminal.make_console(color=not no_color))
    if problem:
        raise problem
    raise typer.Exit(summary.exit_status)


@class_app.command("export", short_help="Write the gradebook as tables and pages.")
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
    """Write a gradebook as tables and pages. Nothing is judged, and it may be done while a class is graded.

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


@class_app.command("set", short_help="Decide points or write a comment by hand.")
def class_set(
    student: Annotated[
        str | None, typer.Argument(metavar="[STUDENT]", help="The id, or the name.", show_default=False)
    ] = None,
    exercise: Annotated[
        str | None,
        typer.Argument(metavar="[EXERCISE]", help="Without it, the whole grade.", show_default=False),
    ] = None,
    points: Annotated[
        float | None,
        typer.Option(metavar="N", help="Points of the assignment, instead of those judged.", show_default=False),
    ] = None,
    comment: Annotated[str | None, typer.Option(metavar="TEXT", help="For the student.", show_default=False)] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Take back what was decided.")] = False,
    table: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="A CSV: student, exercise, points, comment.", show_default=False),
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who decides it (else your user name).", show_default=False)
    ] = None,
    gradebook: GradebookFile = Path("class.db"),
) -> None:
    """Decide points, or write a comment, beside what was judged. It survives grading again, and is marked everywhere.

    Of an exercise the points count instead of the judged ones, before anything is taken for lateness. Of the whole
    grade they are the grade, and nothing is taken. Who decided it and when is kept, and `class show` tells it.

    Exit status: 0 written, 2 wrong usage, or a gradebook that cannot be used; then nothing was written.
    """
    from grader.collect.entries import class_result
    from grader.collect.gradebook import Gradebook
    from grader.collect.overrides import WantedOverride, check_all, override, read_overrides, whoever_this_is

    if (student is None) == (table is None):
        raise UsageError("name a student, or give a table with --from FILE")
    if table is not None and (exercise or points is not None or comment is not None or clear):
        raise UsageError("--from FILE says all of it, so give nothing else")
    if clear and (points is not None or comment is not None):
        raise UsageError("--clear takes back what was decided, so give no points and no comment")
    wanted = read_overrides(table) if table else [WantedOverride(student or "", exercise or "", points, comment, clear)]
    with Gradebook.to_read(gradebook):
        pass  # there is one, and something was graded into it
    with Gradebook.to_grade(gradebook) as book:
        result = class_result(book)
        if table:
            check_all(table, wanted, result)
        told = override(book, result, wanted, by or whoever_this_is())
    for line in told:
        typer.echo(line)


@class_app.command("show", short_help="Show everything about one student.")
def class_show(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="The id, or the name.")],
    gradebook: GradebookFile = Path("class.db"),
    no_color: NoColor = False,
) -> None:
    """Show everything about one student: files, verdicts, times, attempts, and what a person decided.

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


def _assignment(file: Path | None, kit: Kit) -> Assignment:
    """What the file says; without one, everything is as the kit has it."""
    from grader.assignment import NO_ASSIGNMENT
    from grader.load.assignment_file import read_assignment

    return read_assignment(file, kit) if file else NO_ASSIGNMENT


def _due_on_the_command_line(due: str | None, late: str | None) -> Assignment:
    from grader.assignment import NO_ASSIGNMENT, Assignment, LateRule
    from grader.load.lateness import parse_due, parse_rule

    if not due:
        return NO_ASSIGNMENT
    return Assignment(due=parse_due(due), rule=parse_rule(late) if late else LateRule())


def _reference(starter: Path) -> dict[str, str]:
    """What nobody should have changed of what was handed out. Raises ``UsageError`` for what is no starter."""
    from grader.load.manifest import NAME, read_manifest

    manifest = read_manifest(starter)
    if manifest is None:
        raise UsageError(f"{starter} is no starter: there is no {NAME} in it; `turtles starter {starter}` writes one")
    return {path.as_posix(): digest for path, digest in manifest.files.items()}


def _wall(wanted: Wall, cluster: str | None) -> Sandbox:
    """The sandbox. Raises ``UsageError`` where there is none and that was not said."""
    from grader.record.sandbox import Sandbox, choose

    if cluster:  # no program runs here, and its workers are asked whether theirs works
        return Sandbox(wanted is Wall.BWRAP)
    sandbox = choose("none" if wanted is Wall.NONE else "auto")
    if wanted is Wall.BWRAP and not sandbox.wall:
        raise UsageError(
            f"a class is graded in a sandbox, and {sandbox.note}: install bubblewrap 0.4 or newer. With --sandbox none "
            "every program that was handed in can read and change your files"
        )
    return sandbox


def _judges(kit: Kit, sandbox: Sandbox, jobs: int | None, cluster: str | None) -> Judges:
    if cluster:
        try:
            from grader.cluster.dask_cluster import Cluster
        except ImportError:
            raise UsageError("--cluster needs Dask: `make classroom` installs it") from None
        return Cluster(cluster, kit, sandbox)
    from grader.collect.local_workers import Local
    from grader.record.recorder import CORES

    return Local(kit, sandbox, jobs or CORES)
