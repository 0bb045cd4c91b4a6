"""What the screen of ``turtles watch`` shows, apart from its frame."""

from __future__ import annotations

import ast
from collections.abc import Callable
from enum import Enum, auto
from functools import partial

from rich.console import Console

from grader.files import typed_path
from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.load.mistake_pages import mistake_names
from grader.load.submission import read_handed_out
from grader.practice import next_step, progress
from grader.practice.hints import Hints
from grader.practice.reference_answer import has_solutions
from grader.report import exercise_list, terminal
from grader.report import hints_and_solutions as screens
from grader.report.page import Page
from grader.report.program_run import show_output
from grader.result import CheckVerdict, ExerciseResult, Result, Timeline, Verdict
from grader.watch.chooser import Chooser
from grader.watch.knowledge import Knowledge

Draw = Callable[[Console], object]


class View(Enum):
    """What the screen shows."""

    VERDICT = auto()
    HINTS = auto()
    SOLUTION = auto()
    DIFFERENCE = auto()
    MISTAKE = auto()
    TASK = auto()
    CHAPTER = auto()
    RESULTS = auto()
    OUTPUT = auto()
    LIST = auto()
    QUESTION = auto()
    """Whether the file is to be reset; asked below the current screen."""


def draw_verdict(
    kit: Kit, knowledge: Knowledge, exercise: Exercise, error: str, console: Console, *, folded: bool
) -> None:
    """The verdict of an exercise, and how to go on; ``error``: why it could not be judged.

    ``folded``: of the failures only the first in full, so that the timeline is on a small screen.
    """
    result = knowledge.of(exercise)
    if error:
        file = typed_path(kit.exercise_file(exercise))
        screens.render_next(knowledge.progress_of(exercise), [("file", file)], console)
        screens.say(["", error], console)
    elif result is None or (result.verdict is Verdict.UNTOUCHED and not result.checks):
        ways = [way for way in next_step.ways(kit, exercise) if way[0] in ("file", "run it", "read")]
        screens.render_next(knowledge.progress_of(exercise), ways, console)
    else:
        terminal.render_exercise(result, console, partial(_next_step, kit, knowledge), folded=folded)


def _next_step(kit: Kit, knowledge: Knowledge, result: ExerciseResult) -> str:
    if result.verdict is Verdict.PASSED:
        following = knowledge.following(kit.exercise(result.name))
        onward = f"n goes on: {_titled(following)}" if following else next_step.all_passed(kit)
        compare = "s compares with the reference answer, h shows the hints"
        return f"{onward}\n{compare if has_solutions(kit) else 'h shows the hints'}"
    if result.verdict is Verdict.INCONCLUSIVE:
        return "r judges it again"
    hint = "h for a hint" if kit.exercise(result.name).hints else ""
    if sum(check.verdict is CheckVerdict.FAILED and bool(check.message) for check in result.checks) > 1:
        hint = " · ".join(filter(None, [hint, "f for every failure in full"]))
    if result.mistakes and mistake_names(kit):
        hint = " · ".join(filter(None, ["e explains this kind of mistake", hint]))
    if result.verdict is Verdict.UNTOUCHED:
        return "\n".join(filter(None, ["repair it and save it: every save is judged", hint]))
    return hint


def printed_runs(result: ExerciseResult | None) -> list[Timeline]:
    """The recorded runs behind checks that failed, of which it is known what the program printed."""
    return [timeline for timeline in (result.timelines if result else ()) if timeline.output]


def draw_output(timeline: Timeline, console: Console) -> None:
    """What the program printed in a recorded run."""
    page = Page(console)
    page.paragraph(f"recorded for: {timeline.title}", style="bold", indent="")
    if timeline.caption:
        page.paragraph(f"run: {timeline.caption}", style="dim", indent="")
    page.blank()
    if timeline.output:
        show_output(page, timeline.output)


def draw_results(kit: Kit, result: Result, console: Console) -> None:
    """The verdicts of all exercises."""
    titles = progress.titles(kit)
    terminal.render(result, console, named=False, chapters=titles, next_step=_where_to_go)


def _where_to_go(result: ExerciseResult) -> str:
    return "" if result.verdict is Verdict.PASSED else f"l and {result.name} goes there"


def draw_list(kit: Kit, chooser: Chooser, console: Console) -> int:
    """The exercises to choose from. Returns the line of the chosen one, from 0."""
    if not chooser.shown:
        screens.say(["nothing matches"], console)
        return 0
    titles = progress.titles(kit)
    return exercise_list.render_choice(chooser.shown, console, titles, chooser.chosen, chooser.everything)


def after_hints(kit: Kit, hints: Hints) -> list[str]:
    """What to do with the hints, or when there are no more."""
    if hints.left:
        return [f"h for the next one ({hints.left} left)"]
    last = "it has passed" if hints.passed else "that was the last hint" if hints.shown else "there is no hint"
    return [last, "s for the solution"] if has_solutions(kit) else [last]


def task_of(kit: Kit, exercise: Exercise) -> str:
    """The task: what stands at the top of the file, as it was handed out."""
    source = read_handed_out(kit, exercise).source
    docstring = ast.get_docstring(ast.parse(source)) if source else None
    return docstring or "this exercise has no text of its own; its chapter's page says more"


def chapter_page(kit: Kit, exercise: Exercise) -> str:
    """The page of the chapter, in Markdown."""
    page = kit.exercise_file(exercise).with_name("README.md")
    try:
        return page.read_text(encoding="utf-8")
    except OSError:
        return "this chapter has no page"


def _titled(exercise: Exercise) -> str:
    return f"{exercise.chapter.partition('_')[0]} {exercise.name} · {exercise.title}"
