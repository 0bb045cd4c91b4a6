"""A result as Markdown, for pages that GitHub and others make of it.

Whatever a learner's program printed may be in a message, and Markdown is mostly text that means something: HTML, links,
images, ``@mentions`` that send mail, references to issues. So what is not the kit's own plain words stands in code,
where nothing means anything, behind fences that are longer than any in it.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import Final

from rich.console import Console

from grader.report.page import UNICODE, WORDS
from grader.report.terminal import render_exercise
from grader.result import ExerciseResult, Result, Verdict
from grader.text import clean, count, one_line

STEP_SUMMARY_BYTES: Final = 1_048_576
"""What GitHub takes as the summary of one step; it drops the whole of a longer one."""

PUBLIC_ONLY: Final = "Only the public checks were made, which is no grade: the hidden ones need the key, TURTLES_KEY."
"""Where there is no key, on a machine that should have one."""

_COLUMNS = 80
_TITLE = 80
_LEFT_OUT_ROOM = 200
"""Bytes kept for the line that says how much was left out."""

# Words, and punctuation that means nothing where it stands. A dot or a colon between letters makes a link or a smiley,
# a hyphen before a digit may refer to an issue (GH-1), and seven hexadecimal digits to a commit.
_PROSE = re.compile(r"(?:[^\W_]|[ ,;'’…×–()_*/+=%]|[.:!?](?=\s|$)|(?<=\d)\.(?=\d)|(?<=\w)-(?=[^\W\d_])|(?<= )-(?= ))*")
_COMMIT = re.compile(r"\b[0-9a-f]{7,}\b", re.IGNORECASE)
_PUNCTUATION = re.compile(r"([_*/+=])")
_WORK = (Verdict.FAILED, Verdict.BROKEN, Verdict.CRASHED, Verdict.INCONCLUSIVE)


def prose(text: str) -> str:
    """One line of text as text, when it is plain words; anything else as code. It never begins a block of its own."""
    text = one_line(text, _TITLE)
    if not _PROSE.fullmatch(text) or _COMMIT.search(text):
        return code(text)
    return _PUNCTUATION.sub(r"\\\1", text)


def code(text: str) -> str:
    """One line of any text as a code span: what was given is what is seen, except for space at its ends."""
    text = one_line(text)
    if not text:
        return ""
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def fenced(text: str) -> str:
    """Any text as a block of code, its lines as they are. Ends without a line feed."""
    text = clean(text)
    fence = "`" * max(_longest_run(text) + 1, 3)
    return f"{fence}text\n{text}\n{fence}"


def summary(result: Result, chapters: Mapping[str, str] | None = None, most_bytes: int = STEP_SUMMARY_BYTES) -> str:
    """The result: points, a table of the chapters, a block for whatever needs work, and a table of the exercises.

    ``chapters``: titles by chapter id; one that is missing is made from its id. The text takes at most ``most_bytes``
    as UTF-8: what does not fit is left out by whole exercises, and how many is told. Where there is room for nothing
    else, it is the points alone, or nothing.
    """
    head = [f"## {_marked(result)}{_points(result)}\n", *_remarks(result), *_chapter_table(result, chapters or {})]
    rows = [_row(exercise) for exercise in result.exercises]
    table = ["### Every exercise\n\n", "| | exercise | | points |\n|---|---|---|---|\n"] if rows else []
    room = most_bytes - _size(head) - _size(table) - 2 * _LEFT_OUT_ROOM
    # Rows are short: they go first, so that a block without end costs no exercise its place in the table.
    shown, rows_left = _fitting(rows, room, "exercise")
    blocks = [_block(exercise) for exercise in result.exercises if exercise.verdict in _WORK]
    told, blocks_left = _fitting(blocks, room - _size(shown), "exercise that needs work", "exercises that need work")
    tail = ["".join([*table, *shown])] if rows else []
    text = "\n".join(filter(None, [*head, *told, blocks_left, *tail, rows_left]))
    return next((piece for piece in (text, head[0]) if _size([piece]) <= most_bytes), "")


def counted(result: Result) -> str:
    """``1 passed, 2 failed, 3 skipped``; ``nothing to judge``."""
    verdicts = [exercise.verdict for exercise in result.exercises]
    words = [f"{verdicts.count(verdict)} {word}" for verdict, word in WORDS.items() if verdict in verdicts]
    skipped = [f"{len(result.skipped)} skipped"] if result.skipped else []
    return ", ".join([*(words or ["nothing to judge"]), *skipped])


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _size(pieces: Iterable[str]) -> int:
    return sum(len(piece.encode("utf-8", "replace")) + 1 for piece in pieces)


def _fitting(pieces: list[str], room: int, one: str, many: str = "") -> tuple[list[str], str]:
    """The first pieces, as many as fit, and a paragraph on the others, empty when there are none."""
    shown: list[str] = []
    for piece in pieces:
        room -= _size([piece])
        if room < 0:
            break
        shown.append(piece)
    left = len(pieces) - len(shown)
    what = f"1 more {one}" if left == 1 else f"{left} more {many or one + 's'}"
    return shown, f"*{what} left out: this page would be too long.*\n" if left else ""


# The whole


def _marked(result: Result) -> str:
    return f"{UNICODE.passed} " if result.exercises and result.exit_status == 0 else ""


def _points(result: Result) -> str:
    return f"{result.score} of {count(result.max_score, 'point')}"


def _remarks(result: Result) -> list[str]:
    said = [f"{counted(result)}, in {result.seconds:.1f} s.\n"]
    if result.public_only:
        said.append(f"**{PUBLIC_ONLY}**\n")
    return said


def _chapter_table(result: Result, titles: Mapping[str, str]) -> list[str]:
    skipped = {exercise.chapter for exercise in result.skipped}
    ids = sorted({exercise.chapter for exercise in result.exercises} | skipped)
    if not ids:
        return []
    rows = "".join(_chapter_row(result, chapter, titles) for chapter in ids)
    return [f"| chapter | | passed | points |\n|---|---|---|---|\n{rows}"]


def _chapter_row(result: Result, chapter: str, titles: Mapping[str, str]) -> str:
    exercises = [exercise for exercise in result.exercises if exercise.chapter == chapter]
    number, _, rest = chapter.partition("_")
    title = titles.get(chapter) or rest.replace("_", " ").capitalize()
    marks = "".join(UNICODE.in_a_row(exercise.verdict) for exercise in exercises)
    marks += UNICODE.skipped * sum(exercise.chapter == chapter for exercise in result.skipped)
    passed = sum(exercise.verdict is Verdict.PASSED for exercise in exercises)
    score, most = sum(exercise.score for exercise in exercises), sum(exercise.max_score for exercise in exercises)
    return f"| {number} {_cell(title)} | {marks} | {passed} of {len(exercises)} | {score} of {most} |\n"


def _row(exercise: ExerciseResult) -> str:
    mark, number = UNICODE.of(exercise.verdict), exercise.chapter.partition("_")[0]
    name = f"{number} {code(exercise.name)} {_cell(exercise.title)}"
    return f"| {mark} | {name} | {WORDS[exercise.verdict]} | {exercise.score} of {exercise.max_score} |\n"


def _cell(text: str) -> str:
    # No way to write this character in a cell holds for every text around it.
    return prose(text.replace("|", "¦"))


# Blocks


def _block(exercise: ExerciseResult) -> str:
    mark, number = UNICODE.of(exercise.verdict), exercise.chapter.partition("_")[0]
    points = f"{exercise.score} of {count(exercise.max_score, 'point')}"
    heading = f"### {mark} {number} {code(exercise.name)} · {prose(exercise.title)} · {points}\n"
    return "\n".join([heading, f"{fenced(on_a_terminal(exercise))}\n", *_next(exercise)])


def on_a_terminal(exercise: ExerciseResult) -> str:
    """What a terminal of 80 columns shows of an exercise, without its heading and without what to type next."""
    screen = io.StringIO()
    console = Console(
        file=screen, width=_COLUMNS, force_terminal=False, color_system=None, highlight=False, markup=False, emoji=False
    )
    render_exercise(exercise, console, next_step=lambda _: "")
    lines = [line.rstrip() for line in screen.getvalue().split("\n")[1:]]
    return textwrap.dedent("\n".join(lines)).strip("\n")


def _next(exercise: ExerciseResult) -> list[str]:
    kinds = ", ".join(map(code, exercise.mistakes))
    said = [f"Kind of mistake: {kinds}; `make explain NAME={exercise.mistakes[0]}` tells more.\n"] if kinds else []
    if exercise.verdict is Verdict.INCONCLUSIVE:
        return [*said, f"`make grade EX={exercise.name}` judges it again.\n"]
    return [*said, f"`make hint EX={exercise.name}` for a hint.\n"]
