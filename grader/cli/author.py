"""The commands for authors of exercises: new, check, verify, mutate, coverage and handout."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.completion import complete_chapter
from grader.cli.options import Jobs, Names, Sandbox, SandboxChoice, the_authors_kit
from grader.environment import in_ci
from grader.errors import UsageError
from grader.text import count

if TYPE_CHECKING:
    from grader.authoring.mutate import Fate, MutationReport
    from grader.load.curriculum import Exercise


def add_to(app: typer.Typer) -> None:
    """Add the commands to the ``turtles`` command."""
    app.command(short_help="Prove the suites by solutions, handed-out files and the answer bank.")(verify)
    app.command(short_help="Find holes in the suites, with mutants of the solutions.")(mutate)
    app.command(short_help="Check that the kit is complete and consistent.")(check)
    app.command(short_help="Write every message that the answer bank can produce.")(messages)
    app.command(short_help="Show what is taught and what not yet.")(coverage)
    app.command(short_help="For authors: hand out the exercises as they are now.")(handout)
    app.command(short_help="For authors: begin a new exercise, with every file that it needs.")(new)
    app.command("new-kit", short_help="For authors: begin a kit of your own.")(new_kit)


def verify(
    names: Names = None,
    jobs: Jobs = None,
    sandbox: Sandbox = SandboxChoice.AUTO,
    attack: Annotated[bool, typer.Option(help="With all exercises: try the bank of attacks as well.")] = True,
    margins: Annotated[
        bool, typer.Option("--margins", help="Show how close right answers come to the bounds; under 0.3 s is wrong.")
    ] = False,
    draws: Annotated[bool, typer.Option("--draws", help="Show what the properties of the suites draw.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Judge unchanged files again, too.")] = False,
) -> None:
    """Prove the suites: solutions and right answers pass, handed-out files and wrong answers fail as they should.

    NAME is an exercise, the start of its name, its file, or a chapter (2, 02_together); without any, all are proved,
    and the bank of attacks is tried: none of them may gain or harm anything. Without names, files that were proved
    before and have not changed are not judged again, except in CI.

    Exit status: 0 all judged correctly, 1 some were not, 2 wrong usage or a broken kit, 3 could not judge.
    """
    from grader.authoring import attacks, wording
    from grader.authoring.draws import draws as draws_of
    from grader.authoring.margins import table
    from grader.authoring.verify import verify as run
    from grader.load.select import select
    from grader.record.sandbox import choose
    from grader.report import terminal

    kit = the_authors_kit()
    wall = choose(sandbox)
    with terminal.progress(terminal.make_console(file=sys.stderr)) as progress:
        chosen = select(kit, names or ())
        anew = everything or margins or bool(names) or in_ci()
        report = run(kit, chosen, wall, jobs=jobs, progress=progress, margins=margins, anew=anew)
        drawn = draws_of(kit, chosen, wall, progress=progress) if draws else []
        attacked = attacks.run_bank(kit, wall, progress=progress) if attack and not names else attacks.AttackReport()
    faults = [f"worded as it must not be: {fault}" for fault in report.wording.values()]
    shown = [*drawn, *(table(report.margins) if margins else []), *faults]
    judged = [*report.complaints, *report.undecided]
    for line in [*report.left_out, *shown, *judged, *attacked.complaints, *attacked.undecided, *attacked.notes]:
        typer.echo(line)
    counts = ", ".join(f"{number} {kind}" for kind, number in report.counts.items())
    wrong = f"; {len(report.complaints)} judged wrongly" if report.complaints else ""
    undecided = f"; {len(report.undecided)} not judged" if report.undecided else ""
    before = f"; {report.unchanged} of them before, and unchanged since" if report.unchanged else ""
    close = f"; {count(report.too_close, 'check')} too close to a bound" if report.too_close else ""
    typer.echo(f"judged rightly: {counts}{before}{wrong}{undecided}{close}")
    if report.problem:
        typer.echo(report.problem, err=True)
    if attacked.programs:
        typer.echo(attacked.summary())
    badly_worded = faults if wording.DEMANDED else []
    complaints = report.complaints or report.too_close or attacked.complaints or badly_worded
    doubts = report.undecided or attacked.undecided
    raise typer.Exit(1 if complaints else 3 if doubts else 0)


def mutate(
    names: Names = None,
    jobs: Jobs = None,
    sandbox: Sandbox = SandboxChoice.AUTO,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write every mutant and its fate to FILE.", show_default=False),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Judge unchanged mutants again too.")] = False,
    operator: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Make the mutants of this operator only.", show_default=False),
    ] = None,
    record: Annotated[bool, typer.Option("--record", help="Record the scores for docs/curriculum.md.")] = False,
) -> None:
    """Find holes in the suites: make one small change to a solution, and see whether a check fails.

    NAME is an exercise, the start of its name, its file, or a chapter (2, 02_together); without any, all are tried.
    Each mutant that passes every check is shown, and written to .turtles/mutants so that you can run it. Either the
    suite has a hole, or the mutant is a right program: then record it in tests/answers/CHAPTER/NAME/mutants.toml, with
    the reason.

    Exit status: 0 every mutant fails a check or is excused, 1 some survive, 2 wrong usage or a broken kit, 3 could not
    judge.
    """
    from grader.authoring.excuses import record_scores
    from grader.authoring.mutate import Fate
    from grader.authoring.mutate import mutate as run
    from grader.authoring.operators import OPERATORS
    from grader.files import check_writable, write_text
    from grader.load.select import select
    from grader.record.sandbox import choose
    from grader.report import terminal

    operators = operator or []
    for unknown in (name for name in operators if name not in OPERATORS):
        raise UsageError(f"there is no operator {unknown!r}; there are {', '.join(sorted(OPERATORS))}")
    if record and operators:
        raise UsageError("--record is for all mutants; leave --operator out")
    if json_file:
        check_writable(json_file)
    kit = the_authors_kit()
    chosen, wall = select(kit, names or ()), choose(sandbox)
    with terminal.progress(terminal.make_console(file=sys.stderr)) as progress:
        report = run(kit, chosen, wall, jobs=jobs, progress=progress, anew=everything, operators=operators)
    for line in [*_left_out(chosen), *_mutate_lines(report, kit.root)]:
        typer.echo(line)
    if json_file:
        write_text(json_file, json.dumps(report.to_json(), indent=1) + "\n")
    if record:
        record_scores(kit, report.scores())
    wrong = report.of(Fate.SURVIVED) or report.complaints
    raise typer.Exit(1 if wrong else 3 if report.of(Fate.INCONCLUSIVE) else 0)


def _left_out(chosen: Sequence[Exercise]) -> Iterator[str]:
    for exercise in chosen:
        if why := exercise.needs_newer_python:
            yield f"{exercise.name}: not judged, it {why}"


def _mutate_lines(report: MutationReport, root: Path) -> Iterator[str]:
    """What the command says: the survivors, what could not be judged, and the counts."""
    from grader.authoring.mutate import Fate

    for each in report.of(Fate.SURVIVED):
        yield f"{each.exercise.name}: {each.mutant.id} survives"
        yield f"   {each.program.relative_to(root) if each.program else ''}"
        yield from (f"   {line}".rstrip() for line in each.mutant.diff.splitlines())
        yield ""
    for each in report.of(Fate.INCONCLUSIVE):
        yield f"{each.exercise.name}: {each.mutant.id} could not be judged: {each.why}"
    yield from report.complaints
    if report.problem:
        yield report.problem
    operators = report.by(lambda each: each.mutant.operator)
    for title, counts in (
        ("operator", {name: operators[name] for name in sorted(operators)}),
        ("exercise", report.by(lambda each: each.exercise.name)),
    ):
        yield f"{title:<22}{'made':>6}" + "".join(f"{fate:>14}" for fate in Fate)
        yield from (_counts_line(name, count) for name, count in counts.items())
        yield ""
    yield _counts_line("together", sum(operators.values(), Counter[Fate]()))


def _counts_line(name: str, count: Counter[Fate]) -> str:
    from grader.authoring.mutate import Fate

    return f"{name:<22}{count.total():>6}" + "".join(f"{count[fate] or '-':>14}" for fate in Fate)


def messages(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write them, as Markdown.")],
    names: Names = None,
    jobs: Jobs = None,
    sandbox: Sandbox = SandboxChoice.AUTO,
) -> None:
    """Write every distinct message that handed-out files and wrong answers lead to, by exercise and check.

    NAME is an exercise, the start of its name, its file, or a chapter; without any, all are written. Messages
    with wording that is not allowed are listed. Exit status: 0 there are none, 1 there are some.
    """
    from grader.authoring.all_messages import as_text, collect, wording_of
    from grader.files import check_writable, write_text
    from grader.load.select import select
    from grader.record.sandbox import choose
    from grader.report import terminal

    kit = the_authors_kit()
    check_writable(file)
    with terminal.progress(terminal.make_console(file=sys.stderr)) as progress:
        found = collect(kit, select(kit, names or ()), choose(sandbox), jobs=jobs, progress=progress)
    write_text(file, as_text(found))
    faults = wording_of(found)
    for fault in faults:
        typer.echo(str(fault))
    number = sum(len(alike) for places in found.values() for alike in places.values())
    typer.echo(f"{number} messages written to {file}; {len(faults)} worded as they must not be")
    raise typer.Exit(1 if faults else 0)


def check() -> None:
    """Check that the kit is complete and consistent; nothing is run.

    Exit status: 0 nothing is wrong, 2 something is.
    """
    from grader.authoring.check import check_kit, kit_notes

    kit = the_authors_kit()
    problems = check_kit(kit)
    for problem in [*problems, *kit_notes(kit)]:
        typer.echo(str(problem))
    typer.echo(f"{count(len(kit.exercises), 'exercise')}, {count(len(problems), 'problem')}")
    raise typer.Exit(2 if problems else 0)


def coverage(
    markdown: Annotated[bool, typer.Option("--markdown", help="As the page docs/curriculum.md.")] = False,
) -> None:
    """Show which API names, mistakes and linter rules the exercises teach, and which not yet."""
    from grader.authoring.coverage import as_markdown, as_text

    kit = the_authors_kit()
    typer.echo(as_markdown(kit) if markdown else as_text(kit), nl=False)


def handout() -> None:
    """For authors: copy the exercises as they are now to the handed-out files."""
    kit = the_authors_kit()
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


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the exercise is called, as in two_tasks.")],
    chapter: Annotated[
        str,
        typer.Option(
            "--chapter",
            metavar="NN",
            help="The chapter: 02, 02_together, or a new one like 09_streams.",
            autocompletion=complete_chapter,
        ),
    ],
) -> None:
    """Begin a new exercise: the program, the solution, the suite, the answer bank, and the entries in the curriculum
    and on the chapter's page.

    The skeleton is a small exercise that passes `turtles verify`. The parts that only you can write are marked with
    TODO, and `turtles check` lists them.

    Exit status: 0 the files are there, 2 they cannot be made.
    """
    from grader.authoring.new_exercise import new_exercise

    written = new_exercise(the_authors_kit(), name, chapter)
    for file in written.made:
        typer.echo(file)
    typer.echo(f"and an entry in {' and in '.join(written.entered)}")
    typer.echo(f"next: `turtles check` lists what is still to be written; `turtles verify {name}` proves the suite")


def new_kit(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the new kit.")],
) -> None:
    """Begin a kit of your own, for another course: an example exercise in one chapter, judged by this grader.

    Exit status: 0 the kit is there, 2 it cannot be made.
    """
    from grader.authoring.new_exercise import new_kit as write_kit
    from grader.files import typed_path

    root = write_kit(folder)
    typer.echo(f"a kit with one example exercise is in {typed_path(root)}; its README.md says how to go on")
