"""``turtles class grade``: which submissions are graded, by what, where, and into which gradebook."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import NoColor, teachers_kit
from grader.cli.teacher.teacher_options import (
    AssignmentFile,
    Chapters,
    ClassJson,
    CsvFile,
    GradebookFile,
    HtmlFolder,
    Wall,
    assignment_from,
)
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.assignment import Assignment
    from grader.collect.batches import Judges
    from grader.load.kit import Kit
    from grader.record.sandbox import Sandbox


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
        typer.Option(metavar="RULE", help="The late penalty: 10%/day, 25%.", show_default=False),
    ] = None,
    assignment: AssignmentFile = None,
    gradebook: GradebookFile = Path("class.db"),
    chapters: Chapters = None,
    handed_out: Annotated[
        Path | None,
        typer.Option("--starter", metavar="DIR", help="Your starter, to see who changed its kit.", show_default=False),
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
    """Grade the submissions of a class, and keep the results in a gradebook.

    SUBMISSIONS is a folder of clones, archives or folders of exercises, one for each student, or an archive of such a
    folder. Only the exercise files are taken from them, and this copy of the kit judges those. Files whose verdicts are
    in the gradebook are not judged again; after an interruption, the same command continues from there. The options
    hold for all submissions.

    Exit status: 0 all graded, 1 all graded except for the problems listed, 2 wrong usage, a broken kit or a gradebook
    that cannot be used, 3 some could not be judged (the same command tries again), 130 Ctrl-C.
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
    given = assignment_from(assignment, kit) if assignment else _due_on_the_command_line(due, late)
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
        # The results are shown even if the files cannot be written.
        written, problem = exports.write(kit, book)
        left_out = [f"did not judge: {worker}" for worker in judges.refused]
        summary = summary_of(book, tally, [f"the gradebook is {gradebook}", *written, *left_out])
    with suppress(SystemExit):  # rich ends the program when nobody reads it any more
        class_terminal.render(summary, terminal.make_console(color=not no_color))
    if problem:
        raise problem
    raise typer.Exit(summary.exit_status)


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
