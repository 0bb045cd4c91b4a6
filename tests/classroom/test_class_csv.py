"""A class as tables, read back as a spreadsheet, Moodle and Canvas would."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from grader.class_result import ClassResult, Entry, Student
from grader.report.class_ import class_csv
from tests.classroom.class_results import ADA, CLASS, HOSTILE


def read(text: str) -> list[dict[str, str]]:
    rows = list(csv.reader(io.StringIO(text.removeprefix("\N{BYTE ORDER MARK}"), newline=""), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def with_roster(entry: Entry, roster: dict[str, str], **student: str) -> ClassResult:
    known = replace(entry.student, roster=roster, **student)
    return replace(CLASS, entries=(replace(entry, student=known),))


# --- the table ------------------------------------------------------------------------------------------------------


def test_a_row_holds_all_that_is_known_of_a_student() -> None:
    rows = {row["id"]: row for row in read(class_csv.table(CLASS))}
    assert rows["bob"] == {
        "id": "bob",
        "name": "Bob",
        "email": "bob@example.edu",
        "hello": "1",
        "two_tasks": "2",
        "in_order": "",
        "total": "2.7",
        "max": "10",
        "late seconds": "90061",
        "taken": "0.3",
        "timing": "late",
        "handed in": "2026-11-21T20:20:30Z",
        "time from": "",
        "attempts": "",
        "with": "",
        "not judged": "",
        "by hand": "",
        "comments": "",
        "problems": "",
    }
    assert len(rows) == 5


def test_points_less_what_is_taken_are_the_total() -> None:
    rows = {row["id"]: row for row in read(class_csv.table(CLASS))}
    assert [rows[each]["total"] for each in ("ada", "bob", "cleo", "dora")] == ["8", "2.7", "", ""]
    for row in (rows["ada"], rows["bob"]):
        earned = sum(int(row[exercise.name] or 0) for exercise in CLASS.exercises)
        assert earned - float(row["taken"]) == pytest.approx(float(row["total"]))


def test_what_was_not_judged_has_no_points_and_is_named() -> None:
    row = next(row for row in read(class_csv.table(CLASS)) if row["id"] == "cleo")
    assert (row["hello"], row["not judged"], row["two_tasks"], row["in_order"]) == ("", "hello", "0", "0")


def test_the_table_is_for_spreadsheets_and_what_machines_import_is_not() -> None:
    assert class_csv.table(CLASS).encode().startswith(b"\xef\xbb\xbf")
    assert class_csv.moodle(CLASS).isascii()
    assert class_csv.canvas(CLASS).startswith('"Student"')


# --- formulas -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1", "＝1+1", "Eve;=1+1", "\ufeff=1+1"],
)
@pytest.mark.parametrize("write", [class_csv.table, class_csv.moodle, class_csv.canvas])
def test_no_text_becomes_a_formula(write: object, name: str) -> None:
    written = write(replace(CLASS, entries=(replace(ADA, student=Student("ada", name)),)))  # type: ignore[operator]
    # Whether a cell ends at a comma, or also at a semicolon as in half of Europe.
    for row in csv.reader(io.StringIO(written, newline="")):
        for cell in (part for text in row for part in text.split(";")):
            assert not cell.strip().startswith(("=", "+", "-1", "@", "＝"))
            assert "\t" not in cell
            assert "\r" not in cell


def test_numbers_stay_numbers() -> None:
    assert ',2.7,10,90061,0.3,"late","2026' in class_csv.table(CLASS)
    for name in ("-5", "-5.25", "+49", "-", "007"):
        result = replace(CLASS, entries=(replace(ADA, student=Student("ada", name)),))
        assert read(class_csv.table(result))[0]["name"] == name


def test_nothing_invisible_gets_through_and_each_student_stays_a_line() -> None:
    for text in (class_csv.table(CLASS), class_csv.moodle(CLASS), class_csv.canvas(CLASS)):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert all(line.endswith("\r\n") for line in text.splitlines(keepends=True))
    assert class_csv.table(CLASS).count("\n") == 6


# --- Moodle ---------------------------------------------------------------------------------------------------------


def test_a_worksheet_given_as_the_roster_comes_back_with_grades() -> None:
    roster = {
        "identifier": "Participant 4711",
        "Full  name": "Lovelace, Ada",
        "Email address": "ada@school.example",
        "Status": "Submitted for grading",
        "Grade": "",
        "Last modified (grade)": "Friday, 20 November 2026, 9:15 PM",
    }
    (row,) = read(class_csv.moodle(with_roster(ADA, roster)))
    assert row == {
        "Identifier": "Participant 4711",
        "Full name": "Lovelace, Ada",
        "Email address": "ada@school.example",
        "Status": "Submitted for grading",
        "Grade": "8",
        "Maximum grade": "10",
        "Grade can be changed": "Yes",
        "Last modified (submission)": "-",
        "Last modified (grade)": "Friday, 20 November 2026, 9:15 PM",
        "Feedback comments": "8 of 10 points: hello 2 of 2; two_tasks 4 of 4; in_order 2 of 4.",
    }


def test_moodle_gets_no_grade_where_there_is_none_yet() -> None:
    rows = {row["Full name"]: row for row in read(class_csv.moodle(CLASS))}
    assert (rows["Cleo"]["Grade"], rows["Cleo"]["Feedback comments"]) == ("", "Not judged yet.")
    assert (rows["Dora"]["Grade"], rows["Dora"]["Feedback comments"]) == (
        "",
        "Nothing was handed in that could be judged.",
    )
    assert rows["Bob"]["Feedback comments"].startswith("2.7 of 10 points after 0.3 taken for being late: hello 1 of 2;")


def test_feedback_holds_nothing_that_a_student_wrote() -> None:
    told = " ".join(row["Feedback comments"] for row in read(class_csv.moodle(CLASS)))
    assert "crashed" in told
    assert HOSTILE[:4] not in told


# --- Canvas ---------------------------------------------------------------------------------------------------------


def test_canvas_knows_the_columns_the_points_possible_and_who_has_a_grade() -> None:
    possible, *rows = read(class_csv.canvas(CLASS))
    assert list(possible) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Turtles"]
    assert possible["Student"].strip() == "Points Possible"
    assert possible["Turtles"] == "10"
    # Canvas would take an empty grade for one to remove.
    assert [(row["Student"], row["SIS Login ID"], row["Turtles"]) for row in rows[1:]] == [
        ("Ada Lovelace", "ada", "8"),
        ("Bob", "bob", "2.7"),
    ]


def test_an_exported_gradebook_given_as_the_roster_says_who_is_who() -> None:
    roster = {"Student": "Lovelace, Ada", "SIS User ID": "S-9", "SIS Login ID": "alovelace", "Section": "Tuesday"}
    _, row = read(class_csv.canvas(with_roster(ADA, roster, id="4711")))
    assert row == {
        "Student": "Lovelace, Ada",
        "ID": "4711",
        "SIS User ID": "S-9",
        "SIS Login ID": "alovelace",
        "Section": "Tuesday",
        "Turtles": "8",
    }


def test_a_number_that_is_not_of_canvas_is_never_its_id() -> None:
    _, row = read(class_csv.canvas(with_roster(ADA, {"Section": "Tuesday"}, id="4711")))
    assert (row["ID"], row["SIS Login ID"]) == ("", "4711")


def test_no_student_is_taken_for_the_points_possible() -> None:
    _, row = read(class_csv.canvas(with_roster(ADA, {}, name="Points Possible")))
    assert "Points Possible" not in row["Student"]


def test_an_empty_class_is_a_header() -> None:
    empty = replace(CLASS, entries=())
    assert read(class_csv.table(empty)) == []
    assert read(class_csv.moodle(empty)) == []
    assert len(read(class_csv.canvas(empty))) == 1
