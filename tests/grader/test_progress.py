"""Progress: bars, points, and the days on which there was practice."""

from __future__ import annotations

import contextlib
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import cast

import pytest

import grader.judge.session
from grader.grade import Request, grade
from grader.load.kit import load_kit
from grader.load.practice_log import SCHEMA, Practice, count_days, note_day
from grader.record.recorder import Recorder
from grader.record.sandbox import Sandbox
from grader.report.exercise_list import ExerciseProgress, bar, render_choice, render_list, summary
from grader.report.terminal import make_console
from grader.result import Verdict
from grader.text import width
from tests.grader.kits import SOLVED, make_kit, write
from tests.grader.test_grade import FakeJudge

MONDAY, TUESDAY = date(2026, 1, 5), date(2026, 1, 6)


def exercises(*scores: int, most: int = 3) -> list[ExerciseProgress]:
    return [
        ExerciseProgress(f"exercise_{n}", "Some title " * 3, "02_together", None, score, most)
        for n, score in enumerate(scores)
    ]


# --- days -----------------------------------------------------------------------------------------------------------


def test_a_day_counts_once(tmp_path: Path) -> None:
    for day in (MONDAY, TUESDAY, MONDAY):
        note_day(tmp_path, day)
    assert count_days(tmp_path) == 2


def test_days_and_hints_leave_each_other_alone(tmp_path: Path) -> None:
    Practice(tmp_path).show_hints("hello", 2)
    note_day(tmp_path, MONDAY)
    Practice(tmp_path).ask("hello")
    assert (Practice(tmp_path).hints("hello"), Practice(tmp_path).asked("hello"), count_days(tmp_path)) == (2, True, 1)


def test_a_memory_from_before_days_were_counted_still_reads(tmp_path: Path) -> None:
    old = {"schema": SCHEMA, "exercises": {"hello": {"hints": 1}}}
    write(tmp_path / "practice.json", json.dumps(old))
    assert count_days(tmp_path) == 0
    note_day(tmp_path, MONDAY)
    assert (Practice(tmp_path).hints("hello"), count_days(tmp_path)) == (1, 1)


@pytest.mark.parametrize("days", [[], 3, None, {"2026-01-05": 1}, {"monday": {}, "20260105": {}, "2026-02-30": {}}])
def test_days_that_are_none_are_not_counted(tmp_path: Path, days: object) -> None:
    write(tmp_path / "practice.json", json.dumps({"schema": SCHEMA, "exercises": {}, "days": days}))
    assert count_days(tmp_path) == 0
    note_day(tmp_path, TUESDAY)
    assert count_days(tmp_path) == 1


def test_where_nothing_can_be_written_no_day_counts(tmp_path: Path) -> None:
    folder = write(tmp_path / "file", "in the way")
    note_day(folder, MONDAY)
    assert count_days(folder) == 0


def test_what_cannot_be_written_is_known_as_long_as_it_is_asked(tmp_path: Path) -> None:
    practice = Practice(write(tmp_path / "file", "in the way"))
    assert not practice.show_hints("hello", 2)
    assert not practice.ask("hello")
    assert (practice.hints("hello"), practice.asked("hello")) == (2, True)


def test_only_the_learners_own_changes_are_practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kit = load_kit(make_kit(tmp_path))
    mine = kit.root / "exercises"

    def graded(tree: Path = mine, *, everything: bool = False, verdict: Verdict = Verdict.FAILED) -> int:
        judge = FakeJudge()
        judge.verdicts = dict.fromkeys((each.name for each in kit.exercises), verdict)
        monkeypatch.setattr(grader.judge.session, "judge", judge)
        request = Request(kit, kit.exercises, tree, Sandbox(False), None, everything)
        grade(request, lambda *_: None, lambda _: contextlib.nullcontext(cast("Recorder", None)))
        return count_days(kit.root / ".turtles")

    assert graded(verdict=Verdict.UNTOUCHED) == 0
    assert graded(kit.root / "solutions", verdict=Verdict.PASSED) == 0
    write(mine / "02_together" / "two_tasks.py", SOLVED + "# mine")
    assert graded(verdict=Verdict.INCONCLUSIVE) == 0
    assert graded() == 1
    (kit.root / ".turtles" / "practice.json").unlink()
    assert graded(everything=True) == 0, "the same once more is no practice"
    write(mine / "02_together" / "two_tasks.py", SOLVED + "# more")
    assert graded(kit.root / "solutions" / ".." / "exercises") == 1


# --- what is shown --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "shown"),
    [
        ((0, 0), "░░░░░░░░░░"),
        ((0, 1), "█░░░░░░░░░"),
        ((3, 0), "█████░░░░░"),
        ((3, 2), "████████░░"),
        ((3, 3), "██████████"),
        ((), "░░░░░░░░░░"),
    ],
)
def test_a_bar_is_full_with_everything_and_empty_with_nothing(scores: tuple[int, ...], shown: str) -> None:
    assert bar(exercises(*scores), 10) == shown
    assert bar(exercises(*scores), 10, unicode=False) == shown.replace("█", "#").replace("░", ".")


def test_many_points_do_not_fill_a_bar_before_the_last() -> None:
    assert bar(exercises(*[3] * 99, 2), 10) == "█████████░"
    assert bar(exercises(1, *[0] * 99), 10) == "█░░░░░░░░░"


@pytest.mark.parametrize(
    ("days", "last"), [(0, "3 of 6 points"), (1, "practised on 1 day"), (3, "practised on 3 days")]
)
def test_days_are_told_once_there_are_some(days: int, last: str) -> None:
    assert summary(exercises(3, 0), days)[-1] == last


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("columns", [34, 50, 80, 120])
def test_the_list_fits_and_shows_bars_where_there_is_room(columns: int, encoding: str) -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding, newline="\n")
    each = exercises(3, 0)
    render_list(each, make_console(file=file, columns=columns, color=False), {"02_together": "Together, at last"}, 3)
    file.seek(0)
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in file.read().splitlines()]
    assert max(map(width, lines)) <= columns
    full, empty = ("█", "░") if encoding == "utf-8" else ("#", ".")
    assert (f"{full * 5}{empty * 5}   3 of 6 points" in lines[0]) == (columns >= 50)
    assert any("50 %" in line for line in lines)
    assert "practised on 3 days" in "\n".join(lines)


def test_the_line_of_the_chosen_one_is_told() -> None:
    each = [*exercises(0, 0), ExerciseProgress("last", "Title", "03_later", Verdict.PASSED, 3, 3)]
    file = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n")
    place = render_choice(each, make_console(file=file, columns=80), {"02_together": "A", "03_later": "B"}, "last")
    file.seek(0)
    assert "last" in file.read().splitlines()[place]


def test_the_points_of_a_chapter_are_those_of_all_its_exercises_however_few_are_shown() -> None:
    each = exercises(0, 3, 3)
    file = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n")
    render_choice(each[:1], make_console(file=file, columns=80), {"02_together": "A"}, each[0].name, each)
    file.seek(0)
    heading, *rows = file.read().splitlines()
    assert heading.endswith("6 of 9 points")
    assert len(rows) == 1
