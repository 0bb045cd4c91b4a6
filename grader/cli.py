"""The ``turtles`` command: a thin face on ``grader.grade``, ``grader.verify`` and ``grader.check``.

Imports that cost time are made inside the commands: with nothing to judge, an answer comes in under half a second.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import json
import os
import shutil
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer
from typer.core import TyperCommand, TyperGroup

import grader
from grader import cli_class
from grader.errors import KitError, TurtlesError, UsageError
from grader.load.kit import Exercise, Kit, Suites, find_root, load_kit

if TYPE_CHECKING:
    from grader.report import github
    from grader.result import Result

_DEBUG = "--debug"
_REST = "--"
"""What follows it is not ours."""


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


class _WithProgramArguments(TyperCommand):
    """A command after whose ``--`` come arguments of the program that it runs."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        at = args.index(_REST) if _REST in args else len(args)
        ctx.meta[_REST] = args[at + 1 :]
        return super().parse_args(ctx, args[:at])

    def collect_usage_pieces(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        del ctx
        return ["[OPTIONS]", "FILE", "[FUNCTION]", "[-- ARGUMENT...]"]


app = typer.Typer(
    cls=_Commands,
    help="Repair broken asyncio programs: the grader judges in which order things happen, and how long they take.",
    epilog="turtles COMMAND --help says more of each command.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class SandboxChoice(StrEnum):
    """Values of ``--sandbox``."""

    AUTO = "auto"
    BWRAP = "bwrap"
    NONE = "none"


# typer reads these at run time, and before Python 3.14 it cannot read `X | None` in an alias: hence Optional.
Names = Annotated[Optional[list[str]], typer.Argument(metavar="NAME", hidden=True)]  # noqa: UP045 (each command tells)
Name = Annotated[Optional[str], typer.Argument(metavar="NAME", hidden=True)]  # noqa: UP045
Tree = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(metavar="DIR", help="Grade the files in DIR, laid out like exercises/.", show_default=False),
]
JsonFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--json", metavar="FILE", help="Write the result to FILE (turtles/result/v1).", show_default=False),
]
JunitFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--junit", metavar="FILE", help="Write the result to FILE as JUnit XML.", show_default=False),
]
OnGithub = Annotated[
    bool,
    typer.Option("--github", help="In a step of GitHub Actions: write its output, its summary and annotations too."),
]
Jobs = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(
        min=1, metavar="N", help="At most N programs at once (else what the machine carries).", show_default=False
    ),
]
Everything = Annotated[bool, typer.Option("--all", help="Run unchanged files again too; so does CI=true.")]
Sandbox = Annotated[
    SandboxChoice,
    typer.Option(metavar="WHEN", help="Use bubblewrap: auto (if it works here), bwrap (or fail), none."),
]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours; so does NO_COLOR.")]


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


@app.command(short_help="Grade exercises.")
def grade(
    names: Names = None,
    exercises: Tree = None,
    json_file: JsonFile = None,
    junit_file: JunitFile = None,
    on_github: OnGithub = False,
    jobs: Jobs = None,
    everything: Everything = False,
    sandbox: Sandbox = SandboxChoice.AUTO,
    no_color: NoColor = False,
) -> None:
    """Grade exercises: a line for each chapter, and a block for what needs work.

    NAME is an exercise, the start of its name, its file, or a chapter (2, 02_together); without any, all are graded.

    Exit status: 0 all passed, 1 not all passed, 2 wrong usage or a broken kit, 3 could not judge, 130 Ctrl-C.
    """
    from grader.record.sandbox import choose

    # The trial of bubblewrap takes as long as the imports, and passes beside them.
    with ThreadPoolExecutor(1) as beside:
        chosen_sandbox = beside.submit(choose, sandbox)
        from grader.advice import next_step
        from grader.grade import Request
        from grader.grade import grade as run
        from grader.load.select import select
        from grader.report import files, github, terminal
        from grader.standing import titles

        for file in filter(None, (json_file, junit_file)):
            files.check_writable(file)
        step = github.step_files(os.environ) if on_github else None
        kit = _kit()
        tree = exercises or kit.root / "exercises"
        chosen = select(kit, names or (), tree)
    request = Request(kit, chosen, tree, chosen_sandbox.result(), jobs, everything)
    with terminal.progress(terminal.make_console(color=not no_color, file=sys.stderr)) as progress:
        graded = run(request, progress)
    # A grading takes its time: whatever becomes of the files, the result is shown.
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
        )
    if screen:  # the runner would obey what a program has printed
        typer.echo(github.inert(screen.getvalue()), nl=False)
    if step:
        problem = _tell_github(step, graded.result, kit, tree) or problem
    if problem:
        raise problem
    raise typer.Exit(graded.result.exit_status)


@app.command(short_help="Judge an exercise each time it is saved.")
def watch(name: Name = None, sandbox: Sandbox = SandboxChoice.AUTO, no_color: NoColor = False) -> None:
    """Practise: an exercise is judged each time you save it, and hints, the list and the rest are one key away.

    NAME is an exercise, the start of its name or its file; without it, the one that comes next is opened.

    Exit status: 0 you quit, 2 wrong usage, a broken kit or no terminal, 130 Ctrl-C.
    """
    from grader import practice
    from grader.record.sandbox import choose
    from grader.report import practice as screens
    from grader.report import terminal
    from grader.watch.judge import Judge
    from grader.watch.terminal import check_terminal

    kit = _kit()
    exercise = practice.the_one(kit, name) if name else None
    if exercise and exercise.needs_newer_python:
        raise UsageError(f"{exercise.name} {exercise.needs_newer_python}")
    check_terminal(kit, exercise)
    if sandbox is SandboxChoice.BWRAP:
        choose(sandbox)
    judge = Judge(kit.root, sandbox)
    from grader.watch.app import watch as run  # while the judge gets warm

    console = terminal.make_console(color=not no_color)
    screens.say([" · ".join(run(kit, judge, exercise, color=not console.no_color))], console)


@app.command(short_help="Make a page of how far you are.")
def report(
    output: Annotated[Path, typer.Option(metavar="FILE", help="Write it to FILE.")] = Path("report.html"),
    in_browser: Annotated[bool, typer.Option("--open", help="Open it in your browser.")] = False,
    jobs: Jobs = None,
    everything: Everything = False,
    sandbox: Sandbox = SandboxChoice.AUTO,
    no_color: NoColor = False,
) -> None:
    """Make a page of how far you are: one HTML file with every check, and with timelines of what your programs did.

    What has changed since it was last judged is judged first. Beside the timelines of what you have begun stand those
    of the reference answers, where the kit has them.

    Exit status: 0 the page is there, 2 wrong usage or a broken kit, 3 could not judge, 130 Ctrl-C.
    """
    from grader.grade import Request
    from grader.pages import make_page
    from grader.record.sandbox import choose
    from grader.report import files, terminal

    files.check_writable(output)
    kit = _kit()
    request = Request(kit, kit.exercises, kit.root / "exercises", choose(sandbox), jobs, everything)
    screen = terminal.make_console(color=not no_color, file=sys.stderr)
    files.write_text(output, make_page(request, lambda doing: terminal.progress(screen, doing)))
    if output.is_file():  # and not /dev/stdout
        _tell_of_page(output, in_browser=in_browser)


@app.command(
    cls=_WithProgramArguments,
    short_help="Show the timeline of an asyncio program of your own.",
)
def trace(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The program.", show_default=False)],
    function: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="FUNCTION", help="What to run of it.", show_default=False),
    ] = None,
    html_file: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--html", metavar="FILE", help="Write the timeline to FILE as a page.", show_default=False),
    ] = None,
    perfetto_file: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--perfetto",
            metavar="FILE",
            help="Write it as a Chrome trace (JSON), for ui.perfetto.dev.",
            show_default=False,
        ),
    ] = None,
    python: Annotated[
        Optional[str],  # noqa: UP045
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
    NOT in the sandbox. With FUNCTION that function of FILE is run, a coroutine function by asyncio.run.
    When the program ends, or you end it with Ctrl-C, its timeline is written to standard error.

    Exit status: that of the program, 128 and the number of a signal that killed it;
    2 when it cannot be run or a file cannot be written, which a message tells.
    """
    from grader.report import files, perfetto, terminal
    from grader.report import trace as report
    from grader.tracing.trace import trace as run

    for target in filter(None, (html_file, perfetto_file)):
        files.check_writable(target)
    traced = run(file, function, ctx.meta[_REST], python)
    if traced.timeline is None:
        typer.echo(f"turtles: no asyncio task was seen in {file}, so there is no timeline", err=True)
        raise typer.Exit(traced.status)
    shown = report.Traced(traced.timeline, traced.findings, traced.where, traced.notes, traced.python)
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


@app.command("list", short_help="List the exercises and how far you are.")
def list_exercises(no_color: NoColor = False) -> None:
    """List the exercises, chapter by chapter, with what is known of your files; nothing is run."""
    from grader import standing
    from grader.grade import recall
    from grader.report import practice as screens
    from grader.report import progress, terminal

    kit, console = _kit(), terminal.make_console(color=not no_color)
    standings = standing.standings(kit, recall(kit))
    progress.render_list(standings, console, standing.titles(kit), days=standing.days(kit))
    if kit.suites is Suites.PUBLIC:
        screens.say(["these are the points of the public checks; there are more"], console)


@app.command("next", short_help="Show which exercise comes next.")
def show_next(no_color: NoColor = False) -> None:
    """Show which exercise comes next: the first that has not passed, as far as is known; nothing is run."""
    from grader import advice, practice
    from grader.grade import recall
    from grader.report import practice as screens
    from grader.report import terminal
    from grader.standing import standing

    kit, console = _kit(), terminal.make_console(color=not no_color)
    known = recall(kit)
    exercise = practice.next_exercise(kit, known)
    if exercise is None:
        screens.say([advice.all_passed(kit)], console)
    else:
        screens.render_next(standing(exercise, known.get(exercise)), list(advice.ways(kit, exercise)), console)


@app.command(short_help="Show a hint, one more each time.")
def hint(
    name: Name = None,
    everything: Annotated[bool, typer.Option("--all", help="Show all hints of the exercise.")] = False,
    no_color: NoColor = False,
) -> None:
    """Show the first hint of an exercise; each further call shows one more, and after passing all are shown.

    NAME is an exercise, the start of its name or its file; without it, the exercise that comes next is meant.
    """
    from grader import advice, practice
    from grader.grade import recall
    from grader.report import practice as screens
    from grader.report import terminal
    from grader.standing import standing

    kit, console = _kit(), terminal.make_console(color=not no_color)
    exercise = practice.the_one(kit, name) if name else practice.next_exercise(kit, recall(kit))
    if exercise is None:
        screens.say([f"{advice.all_passed(kit)}; name one to see its hints"], console)
        return
    hints = practice.ask_for_hint(kit, exercise, everything=everything)
    nudges = [screens.Nudge(each.text, each.link) for each in hints.shown]
    closing = advice.after_hints(kit, exercise, hints)
    screens.render_hints(standing(exercise, None), nudges, len(exercise.hints), console, closing)


@app.command(short_help="Explain a kind of mistake.")
def explain(
    name: Annotated[Optional[str], typer.Argument(metavar="NAME", hidden=True)] = None,  # noqa: UP045
    no_color: NoColor = False,
) -> None:
    """Explain a kind of mistake: what it looks like, why it happens, how to see it and how to repair it.

    NAME is what the end of a failure calls it, such as blocking-call; without it, all are listed.
    """
    from grader import advice
    from grader.load.mistakes import mistake_names, mistake_page
    from grader.report import mistake as screens
    from grader.report import terminal

    kit, console = _kit(), terminal.make_console(color=not no_color)
    if name:
        screens.render_page(mistake_page(kit, name).text, console)
        return
    names = mistake_names(kit)
    if not names:
        raise KitError("this kit has no pages in docs/mistakes")
    entries = [(each, mistake_page(kit, each).summary) for each in names]
    screens.render_list(entries, console, f"{advice.to_explain(kit, names[:1])} to read about one")


@app.command(short_help="Put a file back as it was handed out.")
def reset(
    name: Name = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    no_color: NoColor = False,
) -> None:
    """Put the file of an exercise back as it was handed out. Asks first, and keeps what you wrote in .turtles/backup.

    NAME is an exercise, the start of its name or its file.
    """
    from grader import practice
    from grader.report import practice as screens
    from grader.report import terminal

    kit, console = _kit(), terminal.make_console(color=not no_color)
    exercise = practice.the_one(kit, _named(kit, "reset", name))
    file = practice.seen(kit.exercise_file(exercise))
    place = practice.look(kit, exercise)
    if place is practice.Place.AS_HANDED_OUT:
        screens.say([f"{file} is as it was handed out"], console)
        return
    if place is practice.Place.CHANGED and not yes and not _agreed(kit, exercise, file):
        screens.say(["nothing was changed"], console)
        return
    kept = practice.reset(kit, exercise)
    screens.say([f"{file} is as it was handed out again"], console)
    if kept:
        screens.say([f"what you wrote is kept in {practice.seen(kept)}"], console)


@app.command(short_help="Show the reference answer.")
def solution(
    name: Name = None,
    as_diff: Annotated[bool, typer.Option("--diff", help="Show what it changes in your file.")] = False,
    no_color: NoColor = False,
) -> None:
    """Show the reference answer of an exercise and why it is written so: after passing, or when asked twice.

    NAME is an exercise, the start of its name or its file.
    """
    from grader import advice, practice
    from grader.report import practice as screens
    from grader.report import terminal
    from grader.standing import standing

    kit, console = _kit(), terminal.make_console(color=not no_color)
    exercise = practice.the_one(kit, _named(kit, "solution", name))
    source = practice.read_solution(kit, exercise)
    file = practice.seen(kit.solution_file(exercise))
    refusal = practice.ask_for_solution(kit, exercise)
    if refusal:
        screens.say(advice.not_yet(kit, exercise, refusal, file), console)
    elif not as_diff:
        screens.render_solution(standing(exercise, None), source, file, console)
    elif lines := practice.diff(kit, exercise, source):
        screens.render_diff(lines, console)
    else:
        screens.say([f"{practice.seen(kit.exercise_file(exercise))} and {file} are the same"], console)


@app.command(short_help="Prove the suites by solutions, handed-out files and the answer bank.")
def verify(
    names: Names = None,
    jobs: Jobs = None,
    sandbox: Sandbox = SandboxChoice.AUTO,
    attack: Annotated[bool, typer.Option(help="With all exercises: try the bank of attacks as well.")] = True,
) -> None:
    """Prove the suites: solutions and right answers pass, handed-out files and wrong answers fail as they should.

    NAME is an exercise, the start of its name, its file, or a chapter (2, 02_together); without any, all are proved,
    and the bank of attacks is tried: none of them may gain or harm anything.

    Exit status: 0 all judged rightly, 1 some were not, 2 wrong usage or a broken kit, 3 could not judge.
    """
    from grader import attacks
    from grader.load.select import select
    from grader.record.sandbox import choose
    from grader.report import terminal
    from grader.verify import verify as run

    kit = _kit()
    wall = choose(sandbox)
    with terminal.progress(terminal.make_console(file=sys.stderr)) as progress:
        report = run(kit, select(kit, names or ()), wall, jobs=jobs, progress=progress)
        attacked = attacks.run_bank(kit, wall, progress=progress) if attack and not names else attacks.Report()
    for line in [*report.complaints, *report.undecided, *attacked.complaints, *attacked.undecided, *attacked.notes]:
        typer.echo(line)
    counts = ", ".join(f"{count} {kind}" for kind, count in report.counts.items())
    wrong = f"; {len(report.complaints)} judged wrongly" if report.complaints else ""
    undecided = f"; {len(report.undecided)} not judged" if report.undecided else ""
    typer.echo(f"judged rightly: {counts}{wrong}{undecided}")
    if attacked.programs:
        typer.echo(attacked.summary())
    complaints, doubts = report.complaints or attacked.complaints, report.undecided or attacked.undecided
    raise typer.Exit(1 if complaints else 3 if doubts else 0)


@app.command(short_help="Check that the kit is complete and consistent.")
def check() -> None:
    """Check that the kit is complete and consistent; nothing is run.

    Exit status: 0 nothing is wrong, 2 something is.
    """
    from grader.check import check_kit, kit_notes

    kit = _kit()
    problems = check_kit(kit)
    for problem in [*problems, *kit_notes(kit)]:
        typer.echo(str(problem))
    typer.echo(f"{len(kit.exercises)} exercises, {len(problems)} problem{'' if len(problems) == 1 else 's'}")
    raise typer.Exit(2 if problems else 0)


@app.command(short_help="Show what is taught and what not yet.")
def coverage(
    markdown: Annotated[bool, typer.Option("--markdown", help="As the page docs/curriculum.md.")] = False,
) -> None:
    """Show which API names, mistakes and linter rules the exercises teach, and which not yet."""
    from grader.coverage import as_markdown, as_text

    kit = _kit()
    typer.echo(as_markdown(kit) if markdown else as_text(kit), nl=False)


@app.command(short_help="For authors: hand out the exercises as they are now.")
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


cli_class.add_to(app)


def _kit() -> Kit:
    return load_kit(find_root(Path.cwd()))


def _write_files(
    result: Result, json_file: Path | None, junit_file: Path | None, titles: dict[str, str]
) -> UsageError | None:
    """Write what was asked for; returns what went wrong."""
    from grader.report import files

    try:
        if json_file:
            files.write_text(json_file, json.dumps(result.to_json(), indent=2, ensure_ascii=False) + "\n")
        if junit_file:
            from grader.report import junit

            files.write_text(junit_file, junit.render(result, titles))
    except UsageError as error:
        return error
    return None


def _tell_github(step: github.StepFiles, result: Result, kit: Kit, tree: Path) -> UsageError | None:
    """Annotate the learner's files, and write the step's own; returns what went wrong."""
    from grader.report import github
    from grader.standing import titles

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
    from grader.advice import how

    if not name:
        raise UsageError(f"which exercise? {how(kit, command, kit.exercises[0].name)} is how to name one")
    return name


def _agreed(kit: Kit, exercise: Exercise, file: str) -> bool:
    """Whether the user wants the file put back. Raises ``UsageError`` when there is nobody to ask."""
    from grader.advice import how

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


def _forget_output() -> None:
    """Let nothing be written any more, the interpreter's own last words included."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Run the command; every error a person can meet is one clear message and the documented exit status."""
    gc.set_threshold(50_000, 20, 20)  # what is imported stays: to look through it again and again took 0.05 s
    atexit.register(gc.freeze)  # the system takes everything back at once: to look for what is unused took as long
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    arguments = sys.argv[1:]
    ours = arguments[: arguments.index(_REST)] if _REST in arguments else arguments
    debug = _DEBUG in ours
    if debug:  # it may stand anywhere: people add it to the end of what they typed
        arguments = [_DEBUG, *(argument for argument in ours if argument != _DEBUG), *arguments[len(ours) :]]
    try:
        app(arguments, prog_name="turtles")
    except Exception as error:
        if debug:
            traceback.print_exception(error)
        if isinstance(error, TurtlesError):
            message, status = str(error), error.exit_status
        else:
            message, status = f"an error of the grader's own: {type(error).__name__}: {error}", 3
        typer.echo(f"turtles: {message}", err=True)
        if status == 3 and not debug:
            typer.echo("turtles: --debug shows where", err=True)
        sys.exit(status)
