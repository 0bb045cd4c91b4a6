"""The result on a terminal: a line a chapter, a block for each exercise that needs work, and the score."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import TextIO

from rich.console import Console

from grader.kinds import CallOutcome, MarkKind, SegmentState
from grader.report.page import GAP, INDENT, STYLES, WORDS, Page, Span, filled
from grader.report.parts import no_points_lost, shared_messages
from grader.report.program_run import show_output
from grader.report.timeline import MARK_WORDS, MAX_ROWS, LineKind, TimelineLine, draw, glyphs, mark_glyph
from grader.result import PUBLIC_ONLY, Check, CheckVerdict, ExerciseResult, Finding, Result, Timeline, Verdict
from grader.text import count, cut, width

_TELL_EVERY_S = 60.0
"""How often a log is told that the grader lives."""

_MAX_PLACES = 5
_MOST_FOLDED = 6
"""Rows of a timeline on a small screen."""
_MARKED = (CallOutcome.CANCELLED, CallOutcome.RAISED)
_RAN = "cyan"
_HELD = "yellow"
"""What held the event loop has a colour of its own."""
_SHADE = "on bright_black"
"""Behind the other rows, for as long."""


def make_console(*, color: bool = True, file: TextIO | None = None, columns: int | None = None) -> Console:
    """A console on ``file`` (standard output when None): no colour when piped, with NO_COLOR, or on demand.

    ``columns``: what is written to ``file`` will be put on a screen of that width, whatever the file is.
    """
    # By the rule of no-color.org an empty NO_COLOR says nothing; rich has not always known that.
    no_color = not color or bool(os.environ.get("NO_COLOR"))
    console = Console(file=file, no_color=no_color, highlight=False, markup=False, emoji=False)
    if columns is not None:
        console = Console(
            file=file, no_color=no_color, highlight=False, markup=False, emoji=False,
            force_terminal=True, color_system="standard", width=columns, height=25,
        )  # fmt: skip
    return console


def ask_for_a_hint(exercise: ExerciseResult) -> str:
    """What to do next, where there is nothing better to say."""
    return "" if exercise.verdict is Verdict.PASSED else f"make hint EX={exercise.name} for a hint"


def render(
    result: Result,
    console: Console,
    *,
    named: bool,
    chapters: Mapping[str, str] | None = None,
    next_step: Callable[[ExerciseResult], str] = ask_for_a_hint,
    notes: Sequence[str] = (),
    verbose: bool = False,
) -> None:
    """Show a result.

    ``named``: the exercises were asked for by name, so each gets a block, whatever its verdict, and no chapter a line.
    ``chapters``: titles by chapter id; one that is missing is made from its id.
    ``next_step``: the last line of an exercise's block; empty for none.
    ``notes``: lines under the score, such as why there is no sandbox.
    ``verbose``: with what the program printed where a check failed, and what was measured where none could be judged.
    """
    page = Page(console)
    if not named:
        _chapter_lines(page, result, chapters or {})
    for exercise in _with_blocks(result, named=named):
        page.blank()
        _block(page, exercise, next_step, _invitation(result, exercise, named=named), verbose=verbose)
    page.blank()
    _closing(page, result, notes)


def render_exercise(
    exercise: ExerciseResult,
    console: Console,
    next_step: Callable[[ExerciseResult], str] = ask_for_a_hint,
    *,
    folded: bool = False,
) -> None:
    """Show the block of one exercise, whatever its verdict, and nothing else.

    ``folded``: the first failure in full, the others by their titles, and what passed in one line.
    """
    _block(Page(console), exercise, next_step, f"nothing changed yet in {exercise.path}", folded=folded)


# Chapters


@dataclass(frozen=True)
class _ChapterLine:
    title: str
    verdicts: tuple[Verdict, ...]
    skipped: int
    passed: str
    points: str
    idle: bool
    """Nothing in it was started."""


def _chapter_lines(page: Page, result: Result, titles: Mapping[str, str]) -> None:
    ids = dict.fromkeys([entry.chapter for entry in result.exercises] + [entry.chapter for entry in result.skipped])
    # A chapter with nothing but skipped exercises stands where its number puts it.
    lines = [_chapter_line(page, result, chapter, titles) for chapter in sorted(ids)]
    if not lines:
        return
    dots = max(len(line.verdicts) + line.skipped for line in lines)
    passed = max(len(line.passed) for line in lines)
    points = max(len(line.points) for line in lines)
    title = max(width(line.title) for line in lines)
    room = page.width - title - len(GAP) - points
    with_dots = room >= dots + len(GAP)
    with_passed = with_dots and room >= dots + passed + 2 * len(GAP)
    title = min(title, page.width - len(GAP) - points)
    for line in lines:
        style = "dim" if line.idle else ""
        name = cut(line.title, title, page.marks.ellipsis)
        spans: list[Span] = [(name + " " * (title - width(name)) + GAP, "")]
        if with_dots:
            spans += [(page.marks.in_a_row(verdict), STYLES[verdict]) for verdict in line.verdicts]
            spans += [(page.marks.skipped * line.skipped, "dim")]
            spans += [(" " * (dots - len(line.verdicts) - line.skipped) + GAP, "")]
        if with_passed:
            spans += [(line.passed.rjust(passed) + GAP, style)]
        page.line(*spans, (line.points.rjust(points), style))


def _chapter_line(page: Page, result: Result, chapter: str, titles: Mapping[str, str]) -> _ChapterLine:
    exercises = [exercise for exercise in result.exercises if exercise.chapter == chapter]
    verdicts = tuple(exercise.verdict for exercise in exercises)
    number, _, rest = chapter.partition("_")
    title = titles.get(chapter) or rest.replace("_", " ").capitalize()
    most = sum(exercise.max_score for exercise in exercises)
    points = f"{sum(exercise.score for exercise in exercises)} of {count(most, 'point')}"
    return _ChapterLine(
        title=page.one_line(f"{number} {title}"),
        verdicts=verdicts,
        skipped=sum(entry.chapter == chapter for entry in result.skipped),
        passed=f"{verdicts.count(Verdict.PASSED)} of {len(verdicts)} passed" if exercises else "skipped",
        points=points if exercises else "",
        idle=all(verdict is Verdict.UNTOUCHED for verdict in verdicts),
    )


# Blocks


def _with_blocks(result: Result, *, named: bool) -> Iterable[ExerciseResult]:
    """Which exercises get a block: those that need work; with nothing wrong, the next one to start."""
    if named:
        return result.exercises
    wrong = [each for each in result.exercises if each.verdict not in (Verdict.PASSED, Verdict.UNTOUCHED)]
    return wrong or [each for each in result.exercises if each.verdict is Verdict.UNTOUCHED][:1]


def _block(
    page: Page,
    exercise: ExerciseResult,
    next_step: Callable[[ExerciseResult], str],
    invitation: str,
    *,
    folded: bool = False,
    verbose: bool = False,
) -> None:
    _header(page, exercise)
    if exercise.verdict is Verdict.UNTOUCHED:
        page.paragraph(invitation)
    if exercise.verdict is not Verdict.BROKEN and exercise.checks:
        page.blank()
        if folded:
            _folded_checks(page, exercise)
        else:
            _checks(page, exercise, verbose=verbose)
    _statement(page, exercise)
    _timeline(page, exercise, _MOST_FOLDED if folded else MAX_ROWS)
    if verbose and exercise.timeline and exercise.timeline.output:
        page.blank()
        page.paragraph("the program in this run:", style="dim")
        show_output(page, exercise.timeline.output)
    _findings(page, exercise)
    if step := next_step(exercise):
        page.blank()
        page.paragraph(step)


def _header(page: Page, exercise: ExerciseResult) -> None:
    points = f"{exercise.score} of {count(exercise.max_score, 'point')}"
    page.heading(exercise.chapter, exercise.name, exercise.title, points, exercise.verdict)


def _invitation(result: Result, exercise: ExerciseResult, *, named: bool) -> str:
    if named:
        return f"nothing changed yet in {exercise.path}"
    return f"{'next' if result.score else 'start here'}: {exercise.path}"


def _checks(page: Page, exercise: ExerciseResult, *, verbose: bool) -> None:
    said_once = shared_messages(exercise)
    for check in exercise.checks:
        _check(page, check, {exercise.message, *said_once}, verbose=verbose)
    for message, who in said_once.items():
        page.paragraph(f"{who}: {message}")


def _folded_checks(page: Page, exercise: ExerciseResult) -> None:
    """The first failure in full, the titles of the others, and how many passed."""
    passed = [check for check in exercise.checks if check.verdict is CheckVerdict.PASSED]
    wrong = [check for check in exercise.checks if check.verdict is not CheckVerdict.PASSED]
    if len(passed) > 1:
        mark = (f"{page.marks.of(CheckVerdict.PASSED)} ", STYLES[Verdict.PASSED])
        page.line((INDENT, ""), mark, (f"{len(passed)} checks passed", ""))
    elif passed:
        _check(page, passed[0], ())
    for number, check in enumerate(wrong):
        if number == 0:
            _check(page, check, {exercise.message})
        else:
            mark = (f"{page.marks.of(check.verdict)} ", STYLES[Verdict(check.verdict.value)])
            title = cut(page.one_line(check.title), page.width - len(INDENT) - 2, page.marks.ellipsis)
            page.line((INDENT, ""), mark, (title, ""))


def _check(page: Page, check: Check, elsewhere: Collection[str], *, verbose: bool = False) -> None:
    style = STYLES[Verdict(check.verdict.value)]
    message = f": {check.message}" if check.message and check.verdict is not CheckVerdict.PASSED else ""
    if check.message in elsewhere:
        message = ""  # it stands below, once for all of them
    figures = f" ({check.figures})" if verbose and check.figures else ""
    page.paragraph(f"{check.title}{message}{figures}", first=[(page.marks.of(check.verdict) + " ", style)])


def _statement(page: Page, exercise: ExerciseResult) -> None:
    """What is said of the exercise as a whole, and where in the file."""
    if exercise.message:
        page.blank()
        page.paragraph(exercise.message)
        if exercise.message_line is not None or exercise.verdict is Verdict.BROKEN:
            line = "" if exercise.message_line is None else f":{exercise.message_line}"
            page.line((f"{INDENT}  {page.one_line(exercise.path)}{line}", ""))
    if exercise.verdict is Verdict.INCONCLUSIVE:
        page.blank()
        page.paragraph(no_points_lost(exercise))


def _timeline(page: Page, exercise: ExerciseResult, most: int) -> None:
    if (timeline := exercise.timeline) is not None:
        caption = f"the run drawn: {timeline.caption}" if timeline.caption else ""
        another = timeline.title if _explains_another(exercise) else ""
        show_timeline(page, timeline, f" {page.marks.dot} ".join(filter(None, (another, caption))), most)


def show_timeline(page: Page, timeline: Timeline, title: str = "", most: int = MAX_ROWS) -> None:
    """The picture, if there is one, under its ``title``; the first of a page with the legend."""
    rows = tuple(replace(row, label=page.one_line(row.label)) for row in timeline.rows)
    lines = draw(replace(timeline, rows=rows), page.width - len(INDENT), page.marks.unicode, most)
    if not lines:
        return
    page.blank()
    if title:
        page.paragraph(title, style="dim")
    for line in lines:
        page.line((INDENT + line.label, ""), *_painted(line, is_shaded=page.has_color))
    _show_legend(page, timeline, lines)


def _show_legend(page: Page, timeline: Timeline, lines: Sequence[TimelineLine]) -> None:
    left = INDENT + " " * width(lines[0].label)
    line: list[Span] = []
    for key in _legend(page, timeline, lines):
        if line and sum(width(text) for text, _ in line) + width(key[0]) > page.width - width(left):
            page.line((left, ""), *line[:-1])
            line = []
        line += [key, (GAP, "")]
    if line:
        page.line((left, ""), *line[:-1])


def _painted(line: TimelineLine, *, is_shaded: bool) -> list[Span]:
    """The drawn part of a line: a second colour for what held the event loop, and the rows beside it shaded."""
    if line.kind is not LineKind.ROW:
        return [(line.body, "dim")]
    shaded = line.shaded if is_shaded else ()
    body = line.body.ljust(max((end for _, end in shaded), default=0))
    styles = [_RAN] * len(body)
    for start, end in shaded:
        styles[start:end] = [f"{_RAN} {_SHADE}"] * (end - start)
    for start, end in line.held:
        styles[start:end] = [_HELD] * (end - start)
    spans: list[Span] = []
    for style, cells in groupby(zip(styles, body, strict=True), key=itemgetter(0)):
        spans.append(("".join(cell for _, cell in cells), style))
    return spans


def _legend(page: Page, timeline: Timeline, lines: Sequence[TimelineLine]) -> list[Span]:
    """What the marks of this timeline mean, each said once on a page."""
    marks = glyphs(page.marks.unicode)
    kinds = {mark.kind for row in timeline.rows for mark in row.marks}
    kinds |= {MarkKind(row.outcome) for row in timeline.rows if row.outcome in _MARKED}
    segments = [segment for row in timeline.rows for segment in row.segments]
    keys = [(f"{marks.running} running", _RAN), (f"{marks.waiting} waiting", _RAN)]
    if any(segment.state is SegmentState.READY for segment in segments):
        keys.append((f"{marks.ready} ready, but could not run", _RAN))
    if any(segment.held_by for segment in segments):
        keys.append((f"{marks.held} held the event loop", _HELD))
    if any(marks.brief in line.body for line in lines if line.kind is LineKind.ROW):
        keys.append((f"{marks.brief} short steps", _RAN))
    keys += [(f"{mark_glyph(kind, marks)} {MARK_WORDS.get(kind, kind)}", _RAN) for kind in MarkKind if kind in kinds]
    new = [key for key in keys if key[0] not in page.keys_shown]
    page.keys_shown.update(text for text, _ in new)
    return new


def _explains_another(exercise: ExerciseResult) -> bool:
    """Whether the timeline is of another check than the reader expects, the first that did not pass."""
    wrong = [check.title for check in exercise.checks if check.verdict is not CheckVerdict.PASSED]
    return exercise.timeline is not None and bool(wrong) and exercise.timeline.title not in ("", wrong[0])


def _findings(page: Page, exercise: ExerciseResult) -> None:
    for finding in exercise.findings:
        page.blank()
        page.paragraph(finding.text)
        _places(page, exercise, finding)


def _places(page: Page, exercise: ExerciseResult, finding: Finding) -> None:
    for place in finding.places[:_MAX_PLACES]:
        where = page.one_line(f"{exercise.path}:{place.line}")
        page.line((f"{INDENT}  {where}", ""), (f" in {page.one_line(place.function)}", "dim"))
        if place.text:
            room = page.width - len(INDENT) - 6
            page.line((f"{INDENT}      {cut(page.one_line(place.text), room, page.marks.ellipsis)}", ""))
    left = len(finding.places) - _MAX_PLACES
    if left > 0:
        page.line((f"{INDENT}  {page.marks.ellipsis} and {left} more", "dim"))


# The end


def _closing(page: Page, result: Result, notes: Sequence[str]) -> None:
    reasons = dict.fromkeys(entry.reason for entry in result.skipped)
    for reason in reasons:
        names = [entry.name for entry in result.skipped if entry.reason == reason]
        page.paragraph(f"skipped, {reason}: {', '.join(names)}", style="dim", indent="")
    for line in filled(_score(result), page.width, f" {page.marks.dot} "):
        page.line((line, "bold green" if result.exercises and result.exit_status == 0 else "bold"))
    if result.public_only:
        page.paragraph(PUBLIC_ONLY, indent="")
    for note in notes:
        page.paragraph(note, style="dim", indent="")


def _score(result: Result) -> list[str]:
    verdicts = [exercise.verdict for exercise in result.exercises]
    counted = [f"{verdicts.count(verdict)} {word}" for verdict, word in WORDS.items() if verdict in verdicts]
    skipped = [f"{len(result.skipped)} skipped"] if result.skipped else []
    points = f"{result.score} of {count(result.max_score, 'public point' if result.public_only else 'point')}"
    return [points, *(counted or ["nothing to judge"]), *skipped, f"{result.seconds:.1f} s"]


# While it runs


@contextmanager
def progress(console: Console, doing: str = "recording") -> Iterator[Callable[[int, int], None]]:
    """One line that says how far the grader is, and is gone afterwards; in a file, a line each minute.

    Yields a function of how many are done and of how many there are.
    """
    # Not ``is_terminal``: by FORCE_COLOR, rich takes a file for a terminal.
    watched = console.file.isatty() and not console.is_dumb_terminal and not console.legacy_windows
    if not watched:
        with _told_each_minute(console, doing) as count_up:
            yield count_up
        return
    ellipsis = Page(console).marks.ellipsis

    def update(done: int, total: int) -> None:
        line = cut(f"{doing} {done} of {total} {ellipsis}", console.width - 1, ellipsis)
        console.file.write(f"\r\x1b[K{line}")
        console.file.flush()

    try:
        yield update
    finally:
        console.file.write("\r\x1b[K")
        console.file.flush()


@contextmanager
def _told_each_minute(console: Console, doing: str) -> Iterator[Callable[[int, int], None]]:
    """Say every minute how far it is, for readers of a log who wonder whether it still runs."""
    over = threading.Event()
    counts = ""

    def update(done: int, total: int) -> None:
        nonlocal counts
        counts = f" {done} of {total}"

    def tell() -> None:
        minutes = 0
        while not over.wait(_TELL_EVERY_S):
            minutes += 1
            with suppress(OSError, ValueError):  # a reader who has closed the file does not want to hear it
                console.file.write(f"{doing}{counts}, for {count(minutes, 'minute')} by now\n")
                console.file.flush()

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield update
    finally:
        over.set()
        thread.join()
