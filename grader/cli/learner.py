"""The commands for learners: grade, watch, hint and the rest."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli import trace_command
from grader.cli.completion import complete_mistake
from grader.cli.options import (
    Everything,
    Jobs,
    JsonFile,
    JunitFile,
    Name,
    Names,
    NoColor,
    OnGithub,
    Sandbox,
    SandboxChoice,
    Tree,
    Verbose,
    the_kit,
)  # fmt: skip
from grader.errors import KitError, UsageError
from grader.load.curriculum import Exercise
from grader.load.kit import Kit, Suites

if TYPE_CHECKING:
    from grader.report.formats import github
    from grader.result import Result


def add_to(app: typer.Typer) -> None:
    """Add the commands to the ``turtles`` command."""
    app.command(short_help="Grade exercises.")(grade)
    app.command(short_help="Judge an exercise each time it is saved.")(watch)
    app.command("run", short_help="Run your program, with the seconds at which it prints.")(run_exercise)
    app.command(short_help="Make a page of how far you are.")(report)
    trace_command.add_to(app)
    app.command("list", short_help="List the exercises and how far you are.")(list_exercises)
    app.command("next", short_help="Show which exercise comes next.")(show_next)
    app.command(short_help="Show a hint, one more each time.")(hint)
    app.command(short_help="Explain a kind of mistake.")(explain)
    app.command(short_help="Put a file back as it was handed out.")(reset)
    app.command(short_help="Show the reference answer.")(solution)


def grade(
    names: Names = None,
    exercises: Tree = None,
    json_file: JsonFile = None,
    junit_file: JunitFile = None,
    on_github: OnGithub = False,
    jobs: Jobs = None,
    everything: Everything = False,
    sandbox: Sandbox = SandboxChoice.AUTO,
    verbose: Verbose = False,
    no_color: NoColor = False,
) -> None:
    """Grade exercises: a line for each chapter, and a block for what needs work.

    NAME is an exercise, the start of its name, its file, or a chapter (2, 02_together). Without any, what you have
    changed is graded, and the first exercise that you have not started; in CI and with --all, every exercise is.

    Exit status: 0 all passed, 1 not all passed, 2 wrong usage or a broken kit, 3 could not judge, 130 Ctrl-C.
    """
    from grader.record.sandbox import choose

    # The trial of bubblewrap takes as long as the imports, and passes beside them.
    with ThreadPoolExecutor(1) as beside:
        chosen_sandbox = beside.submit(choose, sandbox)
        from grader import files
        from grader.grade import Request
        from grader.grade import grade as run
        from grader.load.select import select
        from grader.practice.next_step import next_step
        from grader.practice.progress import titles
        from grader.report import terminal
        from grader.report.formats import github

        for file in filter(None, (json_file, junit_file)):
            files.check_writable(file)
        step = github.step_files(os.environ) if on_github else None
        kit = the_kit()
        tree = exercises or kit.root / "exercises"
        chosen = select(kit, names or (), tree)
    sandbox_found = chosen_sandbox.result()
    request = Request(kit, chosen, tree, sandbox_found, jobs, everything, untouched=bool(names) or everything)
    with terminal.progress(terminal.make_console(color=not no_color, file=sys.stderr)) as progress:
        graded = run(request, progress)
    # A grading takes its time: the result is shown even if the files cannot be written.
    problem = _write_files(graded.result, json_file, junit_file, titles(kit))
    screen = io.StringIO() if on_github or os.environ.get("GITHUB_ACTIONS") == "true" else None
    # rich ends the program when nobody reads it any more. The grade stands all the same.
    with contextlib.suppress(SystemExit):
        terminal.render(
            graded.result,
            terminal.make_console(color=not no_color, file=screen),
            named=bool(names),
            chapters=titles(kit),
            next_step=next_step(kit, exercises, graded.result),
            notes=graded.notes,
            verbose=verbose,
        )
    if screen:  # the runner would obey what a program has printed
        typer.echo(github.inert(screen.getvalue()), nl=False)
    if step:
        problem = _tell_github(step, graded.result, kit, tree) or problem
    if problem:
        raise problem
    raise typer.Exit(graded.result.exit_status)


def watch(name: Name = None, sandbox: Sandbox = SandboxChoice.AUTO, no_color: NoColor = False) -> None:
    """Practise: each time you save an exercise, it is judged; hints, the list and the rest are one key away.

    NAME is an exercise, the start of its name or its file; without it, the exercise that comes next.

    Exit status: 0 you quit, 2 wrong usage, a broken kit or no terminal, 130 Ctrl-C.
    """
    from grader.load.select import select_one
    from grader.record.sandbox import choose
    from grader.report import hints_and_solutions as screens
    from grader.report import terminal
    from grader.watch.judge_process import Judge
    from grader.watch.requirements import check_terminal

    kit = the_kit()
    exercise = select_one(kit, name) if name else None
    if exercise and exercise.needs_newer_python:
        raise UsageError(f"{exercise.name} {exercise.needs_newer_python}")
    check_terminal(kit, exercise)
    if sandbox is SandboxChoice.BWRAP:
        choose(sandbox)
    judge = Judge(kit.root, sandbox)
    from grader.watch.terminal_app import watch as run  # while the judge gets warm

    console = terminal.make_console(color=not no_color)
    screens.say([" · ".join(run(kit, judge, exercise, color=not console.no_color))], console)


def run_exercise(name: Name = None, no_color: NoColor = False) -> None:
    """Run the file of an exercise as it is, and show each line with its second, errors included.

    NAME is an exercise, the start of its name or its file; without it, the exercise that comes next is run. Afterwards
    it names the first line that differs from the docstring. Nothing is graded.

    Exit status: that of the program (128 and the number of a signal that ended it); 2 wrong usage or a broken kit.
    """
    from grader.grade import recall
    from grader.load.select import select_one
    from grader.practice import progress
    from grader.practice.shown_run import show_run
    from grader.report import terminal

    kit = the_kit()
    exercise = select_one(kit, name) if name else progress.next_exercise(kit, recall(kit))
    if exercise and exercise.needs_newer_python:
        raise UsageError(f"{exercise.name} {exercise.needs_newer_python}")
    status = show_run(kit, exercise or kit.exercises[0], terminal.make_console(color=not no_color))
    raise typer.Exit(status if status >= 0 else 128 - status)


def report(
    output: Annotated[Path, typer.Option(metavar="FILE", help="Write it to FILE.")] = Path("report.html"),
    in_browser: Annotated[bool, typer.Option("--open", help="Open it in your browser.")] = False,
    jobs: Jobs = None,
    everything: Everything = False,
    sandbox: Sandbox = SandboxChoice.AUTO,
    no_color: NoColor = False,
) -> None:
    """Make a page of how far you are: one HTML file with every check, and with timelines of what your programs did.

    Files that have changed since they were last judged are judged first. Next to the timelines of the exercises that
    you have begun are those of the reference answers, if the kit has them.

    Exit status: 0 the page is there, 2 wrong usage or a broken kit, 3 could not judge, 130 Ctrl-C.
    """
    from grader import files
    from grader.grade import Request
    from grader.practice.report_page import make_page
    from grader.record.sandbox import choose
    from grader.report import terminal

    files.check_writable(output)
    kit = the_kit()
    tree = kit.root / "exercises"
    request = Request(kit, kit.exercises, tree, choose(sandbox), jobs, everything, untouched=everything)
    screen = terminal.make_console(color=not no_color, file=sys.stderr)
    files.write_text(output, make_page(request, lambda doing: terminal.progress(screen, doing)))
    if output.is_file():  # and not /dev/stdout
        _tell_of_page(output, in_browser=in_browser)


def list_exercises(no_color: NoColor = False) -> None:
    """List the exercises, chapter by chapter, with what is known of your files; nothing is run."""
    from grader.grade import recall
    from grader.practice import progress
    from grader.report import exercise_list, terminal
    from grader.report import hints_and_solutions as screens

    kit, console = the_kit(), terminal.make_console(color=not no_color)
    known = progress.of_kit(kit, recall(kit))
    exercise_list.render_list(known, console, progress.titles(kit), days=progress.days(kit))
    if kit.suites is Suites.PUBLIC:
        screens.say(["these are the points of the public checks; there are more"], console)


def show_next(no_color: NoColor = False) -> None:
    """Show which exercise comes next: the first one that is not known to have passed. Nothing is run."""
    from grader.grade import recall
    from grader.practice import next_step, progress
    from grader.report import hints_and_solutions as screens
    from grader.report import terminal

    kit, console = the_kit(), terminal.make_console(color=not no_color)
    known = recall(kit)
    exercise = progress.next_exercise(kit, known)
    if exercise is None:
        screens.say([next_step.all_passed(kit)], console)
    else:
        screens.render_next(
            progress.of_exercise(exercise, known.get(exercise)), list(next_step.ways(kit, exercise)), console
        )


def hint(
    name: Name = None,
    everything: Annotated[bool, typer.Option("--all", help="Show all hints of the exercise.")] = False,
    no_color: NoColor = False,
) -> None:
    """Show the first hint of an exercise; each further call shows one more, and after passing all are shown.

    NAME is an exercise, the start of its name or its file; without it, the exercise that comes next is meant.
    """
    from grader.grade import recall
    from grader.load.select import select_one
    from grader.practice import next_step, progress
    from grader.practice.hints import ask_for_hint
    from grader.report import hints_and_solutions as screens
    from grader.report import terminal

    kit, console = the_kit(), terminal.make_console(color=not no_color)
    exercise = select_one(kit, name) if name else progress.next_exercise(kit, recall(kit))
    if exercise is None:
        screens.say([f"{next_step.all_passed(kit)}; name one to see its hints"], console)
        return
    hints = ask_for_hint(kit, exercise, everything=everything)
    nudges = [screens.Nudge(each.text, each.link) for each in hints.shown]
    closing = next_step.after_hints(kit, exercise, hints)
    screens.render_hints(progress.of_exercise(exercise, None), nudges, len(exercise.hints), console, closing)


def explain(
    name: Annotated[str | None, typer.Argument(metavar="NAME", hidden=True, autocompletion=complete_mistake)] = None,
    no_color: NoColor = False,
) -> None:
    """Explain a kind of mistake: what it looks like, why it happens, how to see it and how to repair it.

    NAME is the name at the end of a failure, such as blocking-call; without it, all kinds are listed.
    """
    from grader.load.mistake_pages import mistake_names, mistake_page
    from grader.practice import next_step
    from grader.report import mistake as screens
    from grader.report import terminal

    kit, console = the_kit(), terminal.make_console(color=not no_color)
    if name:
        screens.render_page(mistake_page(kit, name).text, console)
        return
    names = mistake_names(kit)
    if not names:
        raise KitError("this kit has no pages in docs/mistakes")
    entries = [(each, mistake_page(kit, each).summary) for each in names]
    screens.render_list(entries, console, f"{next_step.to_explain(kit, names[:1])} to read about one")


def reset(
    name: Name = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    no_color: NoColor = False,
) -> None:
    """Put the file of an exercise back as it was handed out. Asks first, and keeps what you wrote in .turtles/backup.

    NAME is an exercise, the start of its name or its file.
    """
    from grader.files import typed_path
    from grader.load.select import select_one
    from grader.practice.reset import FileState, look
    from grader.practice.reset import reset as put_back
    from grader.report import hints_and_solutions as screens
    from grader.report import terminal

    kit, console = the_kit(), terminal.make_console(color=not no_color)
    exercise = select_one(kit, _named(kit, "reset", name))
    file = typed_path(kit.exercise_file(exercise))
    state = look(kit, exercise)
    if state is FileState.AS_HANDED_OUT:
        screens.say([f"{file} is as it was handed out"], console)
        return
    if state is FileState.CHANGED and not yes and not _agreed(kit, exercise, file):
        screens.say(["nothing was changed"], console)
        return
    kept = put_back(kit, exercise)
    screens.say([f"{file} is as it was handed out again"], console)
    if kept:
        screens.say([f"what you wrote is kept in {typed_path(kept)}"], console)


def solution(
    name: Name = None,
    as_diff: Annotated[bool, typer.Option("--diff", help="Show what it changes in your file.")] = False,
    no_color: NoColor = False,
) -> None:
    """Show the reference answer of an exercise and why it is written so: after passing, or when asked twice.

    NAME is an exercise, the start of its name or its file.
    """
    from grader.files import typed_path
    from grader.load.select import select_one
    from grader.practice import next_step, progress, reference_answer
    from grader.report import hints_and_solutions as screens
    from grader.report import terminal

    kit, console = the_kit(), terminal.make_console(color=not no_color)
    exercise = select_one(kit, _named(kit, "solution", name))
    source = reference_answer.read_solution(kit, exercise)
    file = typed_path(kit.solution_file(exercise))
    refusal = reference_answer.ask_for_solution(kit, exercise)
    if refusal:
        screens.say(next_step.not_yet(kit, exercise, refusal, file), console)
    elif not as_diff:
        screens.render_solution(progress.of_exercise(exercise, None), source, file, console)
    elif lines := reference_answer.diff(kit, exercise, source):
        screens.render_diff(lines, console)
    else:
        screens.say([f"{typed_path(kit.exercise_file(exercise))} and {file} are the same"], console)


def _write_files(
    result: Result, json_file: Path | None, junit_file: Path | None, titles: dict[str, str]
) -> UsageError | None:
    """Write what was asked for; returns what went wrong."""
    from grader import files

    try:
        if json_file:
            files.write_text(json_file, json.dumps(result.to_json(), indent=2, ensure_ascii=False) + "\n")
        if junit_file:
            from grader.report.formats import junit

            files.write_text(junit_file, junit.render(result, titles))
    except UsageError as error:
        return error
    return None


def _tell_github(step: github.StepFiles, result: Result, kit: Kit, tree: Path) -> UsageError | None:
    """Annotate the learner's files, and write the step's own; returns what went wrong."""
    from grader.practice.progress import titles
    from grader.report.formats import github

    checkout = Path(os.environ.get("GITHUB_WORKSPACE", "")).resolve()
    # Paths in a result begin at the kit's root or, for a tree that lies elsewhere, with the tree's own folder.
    inside = tree.resolve().is_relative_to(kit.root.resolve())
    begin = kit.root.resolve() if inside else tree.resolve().parent
    folder = begin.relative_to(checkout).as_posix() if begin.is_relative_to(checkout) else "."
    for command in github.annotation_commands(result, "" if folder == "." else folder):
        typer.echo(command)
    try:
        github.write(step, result, titles(kit))
    except UsageError as error:
        return error
    return None


def _tell_of_page(file: Path, *, in_browser: bool) -> None:
    """Say where a page lies, in a form that a terminal makes a link of, or open it."""
    import webbrowser

    address = file.resolve().as_uri()
    opened = in_browser and webbrowser.open(address)
    typer.echo(f"{file} is {'written and opened' if opened else f'written; open {address} in your browser'}")


def _named(kit: Kit, command: str, name: str | None) -> str:
    """The name that was given, which this command cannot do without."""
    from grader.practice.next_step import how

    if not name:
        raise UsageError(f"which exercise? {how(kit, command, kit.exercises[0].name)} is how to name one")
    return name


def _agreed(kit: Kit, exercise: Exercise, file: str) -> bool:
    """Whether the user wants the file put back. Raises ``UsageError`` when there is nobody to ask."""
    from grader.practice.next_step import how

    if sys.stdin is None or not sys.stdin.isatty():
        without = how(kit, "reset", exercise.name, "--yes")
        raise UsageError(f"nothing was changed: there is no terminal to ask on; {without} puts {file} back unasked")
    question = f"Put {file} back as it was handed out? What you wrote is kept. [yes/no] "
    while True:
        try:
            answer = input(question).strip().lower()
        except (EOFError, UnicodeDecodeError):
            typer.echo()
            return False
        if answer in ("y", "yes"):
            return True
        if answer in ("n", "no"):
            return False
        question = "Please type yes or no: "
