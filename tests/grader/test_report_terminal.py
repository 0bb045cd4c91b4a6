"""The report on a terminal: what it shows of a result, at any width, in any encoding."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from grader.kinds import Doubt, DoubtKind, FindingKind, MarkKind, SegmentState
from grader.report import sentences
from grader.report.terminal import make_console, progress, render, render_exercise
from grader.result import (
    Check,
    CheckVerdict,
    ExerciseResult,
    Finding,
    Moment,
    OutputLine,
    Place,
    ProgramOutput,
    Result,
    Row,
    Segment,
    Skipped,
    Timeline,
    Verdict,
)
from grader.text import width

BLOCKED = Timeline(
    "both tasks finish in under 1.5 s",
    2.008,
    (
        Row("task_a", (Segment(0, 1.004, SegmentState.RUNNING),)),
        Row("task_b", (Segment(1.004, 2.008, SegmentState.RUNNING),)),
    ),
)
CHECKS = (
    Check("every line is printed", CheckVerdict.PASSED, 1, 1),
    Check("both tasks finish in under 1.5 s", CheckVerdict.FAILED, 0, 1, "took 2.01 s"),
    Check("B starts before A ends", CheckVerdict.FAILED, 0, 1, "A ended at 1.00 s, B started at 1.00 s"),
)
HELD = Finding(
    FindingKind.BLOCKING_CALL,
    "time.sleep(1) held the event loop for 1.00 s, twice",
    (Place(14, "task_a"), Place(19, "task_b")),
)


def exercise(
    name: str, verdict: Verdict, chapter: str = "02_together", title: str = "A title", **more: Any
) -> ExerciseResult:
    score = 3 if verdict is Verdict.PASSED else 0
    path = f"exercises/{chapter}/{name}.py"
    return ExerciseResult(name, title, chapter, path, verdict, score, 3, 1.0, **more)


FAILED = ExerciseResult(
    name="two_tasks",
    title="Two tasks at once",
    chapter="02_together",
    path="exercises/02_together/two_tasks.py",
    verdict=Verdict.FAILED,
    score=1,
    max_score=3,
    seconds=2.01,
    checks=CHECKS,
    timelines=(BLOCKED,),
    findings=(HELD,),
)
PASSED = exercise("hello", Verdict.PASSED, "01_first_coroutines")
UNTOUCHED = exercise("in_order", Verdict.UNTOUCHED)


def result(*exercises: ExerciseResult, skipped: tuple[Skipped, ...] = ()) -> Result:
    return Result("1.0.0", "3.12.1", "2026-11-24T20:15:00Z", 3.42, "bwrap", exercises, skipped)


def shown(
    what: Result, columns: int = 80, encoding: str = "utf-8", *, named: bool = False, color: bool = False, **more: Any
) -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=stream, width=columns, force_terminal=color, color_system="standard" if color else None)
    render(what, console, named=named, **more)
    stream.seek(0)
    return stream.read()


def test_a_failure_looks_as_the_design_shows_it() -> None:
    assert shown(result(FAILED), named=True) == (
        "✘ 02 two_tasks · Two tasks at once                                 1 of 3 points\n"
        "\n"
        "   ✔ every line is printed\n"
        "   ✘ both tasks finish in under 1.5 s: took 2.01 s\n"
        "   ✘ B starts before A ends: A ended at 1.00 s, B started at 1.00 s\n"
        "\n"
        "   task_a  ██████████████████████████████\n"
        "   task_b                                ██████████████████████████████\n"
        "           0 s            0.5            1.0            1.5            2.0\n"
        "           █ running   ─ waiting\n"
        "\n"
        "   time.sleep(1) held the event loop for 1.00 s, twice\n"
        "     exercises/02_together/two_tasks.py:14 in task_a\n"
        "     exercises/02_together/two_tasks.py:19 in task_b\n"
        "\n"
        "   make hint EX=two_tasks for a hint\n"
        "\n"
        "1 of 3 points · 1 failed · 3.4 s\n"
    )


def test_what_several_checks_say_in_the_same_words_is_said_once() -> None:
    same = [Check(f"check {n}", CheckVerdict.FAILED, 0, 1, "it raised TypeError at line 24") for n in range(2)]
    text = shown(result(replace(FAILED, checks=(*same, CHECKS[2]))))
    assert "   ✘ check 0\n   ✘ check 1\n" in text
    assert text.count("it raised TypeError at line 24") == 1
    assert "   2 checks: it raised TypeError at line 24\n" in text
    assert "   all 2 checks: it raised TypeError at line 24\n" in shown(result(replace(FAILED, checks=tuple(same))))


def test_the_line_that_a_finding_speaks_of_is_quoted() -> None:
    quoted = replace(HELD, places=(Place(14, "task_a", "time.sleep(1)"),))
    place = "     exercises/02_together/two_tasks.py:14 in task_a\n         time.sleep(1)\n"
    assert place in shown(result(replace(FAILED, findings=(quoted,))))


def test_over_a_timeline_stands_what_ran_in_it() -> None:
    captioned = replace(BLOCKED, caption="main(), with TABLES = 5")
    assert "\n\n   the run drawn: main(), with TABLES = 5\n   task_a" in shown(
        result(replace(FAILED, timelines=(captioned,)))
    )


def test_folded_a_block_has_one_failure_in_full_and_fits_a_small_screen() -> None:
    long = "this did not hold, and that is told in very many words " * 5
    checks = [Check(f"it passes {n}", CheckVerdict.PASSED, 1, 1) for n in range(3)]
    checks += [Check(f"it fails {n}", CheckVerdict.FAILED, 0, 1, long) for n in range(4)]
    many = replace(BLOCKED, rows=BLOCKED.rows * 6)
    stream = io.StringIO()
    folded = replace(FAILED, checks=tuple(checks), timelines=(many,), findings=())
    render_exercise(folded, Console(file=stream, width=80, color_system=None), folded=True)
    text = stream.getvalue()
    assert "   ✔ 3 checks passed\n" in text
    assert " ".join(text.split()).count("very many words") == 5
    assert re.search(r"it fails 0: this did.*\n   ✘ it fails 1\n   ✘ it fails 2\n   ✘ it fails 3\n", text, re.DOTALL)
    assert "… and 6 more rows" in text
    assert len(text.splitlines()) <= 24


def test_the_legend_says_what_there_is_and_no_more() -> None:
    rows = (
        Row("hog", (Segment(0, 1, SegmentState.RUNNING, held_by="time.sleep(1), line 9"),)),
        Row("b", (Segment(0, 1, SegmentState.READY),), "b", marks=(Moment(1.0, MarkKind.PRINTED),)),
    )
    text = shown(result(replace(FAILED, timelines=(replace(BLOCKED, rows=rows),))), 110)
    for key in ("░ ready, but could not run", "▓ held the event loop", "• printed"):
        assert key in text
    assert "cancelled" not in text


def test_a_chapter_is_a_line_with_a_mark_for_each_exercise() -> None:
    everything = [exercise(f"e{number}", verdict) for number, verdict in enumerate(Verdict)]
    lines = shown(result(PASSED, *everything), chapters={"02_together": "All at once"}).splitlines()
    assert lines[:2] == [
        "01 First coroutines   ●        1 of 1 passed    3 of 3 points",
        "02 All at once        ●✘○✘✘?   1 of 6 passed   3 of 18 points",
    ]


def test_a_chapter_that_this_python_cannot_judge_says_so() -> None:
    left_out = (Skipped("poison_pill", "07_queues", "needs Python 3.13"),)
    text = shown(result(PASSED, skipped=left_out))
    assert re.search(r"^07 Queues +– +skipped *$", text, re.MULTILINE)
    assert "\nskipped, needs Python 3.13: poison_pill\n" in text
    assert "1 passed · 1 skipped" in text


def test_asked_for_by_name_there_is_no_line_for_the_chapter() -> None:
    assert "of 1 passed" not in shown(result(PASSED), named=True)


def blocks(text: str) -> list[str]:
    return re.findall(r"^[✔✘○?] \d\d (\w+)", text, re.MULTILINE)


def test_only_what_needs_work_gets_a_block() -> None:
    wrong = [exercise(v.value, v) for v in (Verdict.BROKEN, Verdict.CRASHED, Verdict.INCONCLUSIVE)]
    assert blocks(shown(result(PASSED, FAILED, *wrong, UNTOUCHED))) == [
        "two_tasks",
        "broken",
        "crashed",
        "inconclusive",
    ]


def test_with_nothing_wrong_the_next_exercise_is_shown() -> None:
    later = exercise("later", Verdict.UNTOUCHED)
    text = shown(result(PASSED, UNTOUCHED, later))
    assert blocks(text) == ["in_order"]
    assert "   next: exercises/02_together/in_order.py\n" in text
    assert "   start here: exercises/02_together/in_order.py\n" in shown(result(UNTOUCHED, later))


def test_asked_for_by_name_every_exercise_gets_a_block() -> None:
    text = shown(result(PASSED, UNTOUCHED, FAILED), named=True)
    assert blocks(text) == ["hello", "in_order", "two_tasks"]
    assert "   nothing changed yet in exercises/02_together/in_order.py\n" in text


def test_a_passed_exercise_has_nothing_left_to_do() -> None:
    text = shown(result(replace(PASSED, timelines=(BLOCKED,))), named=True)
    assert "█ running" in text
    assert "make grade" not in text


def test_a_broken_file_is_named_with_its_line_and_without_its_checks() -> None:
    broken = exercise("b", Verdict.BROKEN, checks=CHECKS, message="SyntaxError: '(' was never closed", message_line=7)
    text = shown(result(broken))
    assert "   SyntaxError: '(' was never closed\n     exercises/02_together/b.py:7\n" in text
    assert "every line is printed" not in text


def test_an_inconclusive_exercise_says_that_no_point_is_lost() -> None:
    text = " ".join(shown(result(exercise("a", Verdict.INCONCLUSIVE))).split())
    assert "no points lost: run it again" in text
    assert "1 not judged" in text


def test_an_inconclusive_exercise_with_a_reason_does_not_blame_the_machine() -> None:
    text = shown(result(exercise("a", Verdict.INCONCLUSIVE, message="the suite could not be loaded")))
    assert "   the suite could not be loaded\n\n   no points lost: run it again\n" in text


def undecided() -> ExerciseResult:
    figures = "0.70 s against 0.55 s, with noise of 0.39 s"
    message = sentences.undecided(Doubt(DoubtKind.WITHIN_NOISE, 0.7, 0.55, 0.39))
    checks = (
        Check("the order is kept", CheckVerdict.FAILED, 0, 1, "line 1 is 'b'"),
        Check("it is quick", CheckVerdict.INCONCLUSIVE, 0, 1, message, figures),
    )
    return exercise("a", Verdict.INCONCLUSIVE, checks=checks, message=message)


def test_a_check_that_could_not_be_measured_is_told_in_words_and_beside_what_failed() -> None:
    text = " ".join(shown(result(undecided())).split())
    assert "this computer was too busy to measure this fairly" in text
    assert "1 check could not be measured and loses no points; 1 check failed: run it again" in text
    assert "noise" not in text
    assert "0.39" not in text


def test_the_figures_of_a_check_that_could_not_be_measured_are_shown_on_demand() -> None:
    text = " ".join(shown(result(undecided()), verbose=True).split())
    assert "it is quick (0.70 s against 0.55 s, with noise of 0.39 s)" in text


OUTPUT = ProgramOutput(
    (OutputLine(0.0, "Task A starts"), OutputLine(12.5, "Task A ends")),
    3,
    ("Traceback …", "ValueError: no"),
    "it ended",
)


def test_what_a_failed_program_printed_is_shown_on_demand_with_its_seconds() -> None:
    failed = replace(FAILED, timelines=(replace(BLOCKED, output=OUTPUT),))
    assert "Task A starts" not in shown(result(failed))
    text = shown(result(failed), verbose=True)
    assert "    0.00   Task A starts\n   12.50   Task A ends\n   … and 3 more lines\n" in text
    assert "         ┃ ValueError: no\n   it ended\n" in text


def test_a_program_that_printed_nothing_is_told_of_in_words() -> None:
    failed = replace(FAILED, timelines=(replace(BLOCKED, output=ProgramOutput(ended="it returned after 1.00 s")),))
    assert "   it printed nothing\n   it returned after 1.00 s\n" in shown(result(failed), verbose=True)


def test_the_next_step_and_the_notes_are_the_callers() -> None:
    text = shown(result(FAILED), next_step=lambda each: f"make hint EX={each.name}", notes=["not sandboxed"])
    assert "\n   make hint EX=two_tasks\n" in text
    assert text.endswith("\nnot sandboxed\n")


def test_nothing_to_judge_is_said() -> None:
    assert shown(result()) == "0 of 0 points · nothing to judge · 3.4 s\n"


def test_the_title_of_a_timeline_is_shown_when_it_is_not_the_first_failed_check() -> None:
    other = replace(BLOCKED, title="the smallest schedule that fails")
    assert "the smallest schedule that fails" in shown(result(replace(FAILED, timelines=(other,))))


def with_message(message: str) -> Result:
    return result(replace(FAILED, checks=(Check("a check", CheckVerdict.FAILED, 0, 3, message),)))


def test_markup_in_a_message_is_text() -> None:
    assert "a check: [red]not markup[/red] :smile:" in shown(with_message("[red]not markup[/red] :smile:"), color=True)


def test_escapes_and_invisible_characters_of_a_message_reach_no_terminal() -> None:
    text = shown(with_message("\x1b[2J\x1b]0;title\x07red\x1b[31m \x07\u202e\x9b\x00\r\udcff"))
    assert "a check: red \\x07\\u202e\\x9b\\x00\\r\\udcff\n" in text


def test_a_message_without_end_is_cut() -> None:
    text = shown(with_message("\n".join(f"line {number}" for number in range(5000))))
    assert "line 34\n" in text
    assert "… 4965 more lines" in text
    assert "line 35\n" not in text


@pytest.mark.parametrize("columns", [40, 80, 110, 200])
def test_lines_keep_to_the_width(columns: int) -> None:
    skipped = (Skipped("poison_pill", "07_queues", "needs Python 3.13"),)
    many = [exercise(f"e{number}", Verdict.UNTOUCHED, title="t" * 200) for number in range(9)]
    text = shown(result(PASSED, replace(FAILED, title="A long title " * 20), *many, skipped=skipped), columns)
    # A place is there to be clicked or copied, so it stays in one piece.
    lines = [line for line in text.splitlines() if "exercises/" not in line]
    assert max(map(width, lines)) <= min(columns, 110)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_an_encoding_without_the_symbols_gets_plain_ones(encoding: str) -> None:
    plain = shown(
        replace(with_message("got “日本” …"), exercises=(PASSED, *with_message("got “日本” …").exercises)), 80, encoding
    )
    assert "01 First coroutines   *   1 of 1 passed" in plain
    assert "x 02 two_tasks - Two tasks at once" in plain
    assert "\\u65e5\\u672c" in plain
    assert "task_a  ##############################\n" in plain


CODES = re.compile(r"\x1b\[([0-9;]*)m")


def test_only_colours_that_read_on_light_and_dark_are_used() -> None:
    held = Segment(0, 1, SegmentState.RUNNING, held_by="time.sleep(1), line 9")
    shaded = replace(BLOCKED, rows=(Row("hog", (held,)), *BLOCKED.rows))
    everything = [exercise(f"e{number}", verdict, timelines=(shaded,)) for number, verdict in enumerate(Verdict)]
    codes = set(";".join(CODES.findall(shown(result(FAILED, *everything), color=True))).split(";"))
    assert codes <= {"0", "1", "2", "31", "32", "33", "35", "36", "100"}
    assert {"31", "32", "35"} <= codes


def test_nothing_is_coloured_when_piped() -> None:
    stream = io.StringIO()
    render(result(FAILED, PASSED), make_console(file=stream), named=False)
    assert "\x1b" not in stream.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "color", "expected"), [("", True, True), ("1", True, False), ("", False, False)])
def test_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch, no_color: str, color: bool, expected: bool) -> None:
    for name in ("COLORTERM", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", no_color)
    stream = Terminal()
    render(result(FAILED), make_console(file=stream, color=color), named=False)
    assert ("\x1b[31m" in stream.getvalue()) == expected


def test_progress_is_one_line_that_is_gone_at_the_end() -> None:
    stream = Terminal()
    with progress(Console(file=stream, force_terminal=True, width=80, legacy_windows=False, _environ={})) as update:
        update(1, 2)
        update(2, 2)
    assert stream.getvalue() == "\r\x1b[Krecording 1 of 2 …\r\x1b[Krecording 2 of 2 …\r\x1b[K"


def test_progress_is_silent_when_nobody_watches() -> None:
    stream = io.StringIO()
    with progress(make_console(file=stream)) as update:
        update(1, 2)
    assert stream.getvalue() == ""


@given(text=st.text(), columns=st.integers(30, 120), encoding=st.sampled_from(["utf-8", "ascii", "cp1252"]))
def test_any_text_can_be_shown(text: str, columns: int, encoding: str) -> None:
    strange = replace(
        FAILED,
        title=text,
        message=text,
        message_line=1,
        checks=(Check(text, CheckVerdict.FAILED, 0, 1, text),),
        timelines=(replace(BLOCKED, title=text, rows=(Row(text, BLOCKED.rows[0].segments),)),),
        findings=(Finding(FindingKind.BLOCKING_CALL, text, (Place(1, text),)),),
    )
    page = shown(result(strange), columns, encoding, notes=[text])
    assert page.replace("\n", "").replace(" ", "").isprintable()
