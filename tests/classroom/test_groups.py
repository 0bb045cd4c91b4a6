"""Who shares what was handed in: the groups of the roster, as the assignment has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from grader.assignment import Assignment, Attempts
from grader.class_result import Entry, Student
from grader.collect.entries import class_result
from grader.collect.gradebook import Gradebook
from grader.report.class_.class_page import student_page
from tests.classroom.test_gradebook import HEADER, record, result, work

ROSTER = [
    *(Student(name, roster={"group": "blue"}) for name in ("ana", "ben", "col")),
    *(Student(name, roster={"group": "red"}) for name in ("dan", "eva")),
    Student("finn"),
]
DRAFT, FINAL = "2026-11-26T12:00:00Z", "2026-11-27T12:00:00Z"


def graded(path: Path, groups: bool | None, attempts: Attempts = Attempts.LAST) -> Mapping[str, Entry]:
    """ana handed in a draft worth 3 points, ben something later worth 1, and dan alone; finn is in no group."""
    header = replace(HEADER, assignment=Assignment(groups=groups, attempts=attempts))
    handed = {"ana": ("k3", DRAFT), "ben": ("k1", FINAL), "dan": ("k3", DRAFT), "finn": ("k1", FINAL)}
    with Gradebook.to_grade(path / "class.db") as book:
        book.begin(header, ROSTER)
        book.keep([(work("k3"), result(3)), (work("k1"), result(1))], None, {})
        for name, (key, when) in handed.items():
            (student,) = (each for each in ROSTER if each.id == name)
            book.keep([], record(name, students=(student,), handed_in=when, content=key), {"hello": key})
        book.finish(header)
        return {entry.student.id: entry for entry in class_result(book).entries}


def scores(entries: Mapping[str, Entry]) -> dict[str, float | None]:
    return {name: entry.grade.score for name, entry in entries.items()}


@pytest.mark.parametrize(("attempts", "score", "place"), [(Attempts.LAST, 1, "ben"), (Attempts.BEST, 3, "ana")])
def test_what_one_of_a_group_hands_in_is_an_attempt_of_all(
    tmp_path: Path, attempts: Attempts, score: float, place: str
) -> None:
    entries = graded(tmp_path, True, attempts)
    assert scores(entries) == {"ana": score, "ben": score, "col": score, "dan": 3, "eva": 3, "finn": 1}
    blue = [entries[name] for name in ("ana", "ben", "col")]
    assert {entry.place for entry in blue} == {place}
    assert [len(entry.attempts) for entry in blue] == [2, 2, 2]
    assert [partner.id for partner in entries["col"].partners] == ["ben", "ana"][:: 1 if place == "ben" else -1]
    assert all("handed in more than once" in entry.problems[0] for entry in blue)
    assert not entries["eva"].problems
    assert not entries["finn"].partners


def test_without_a_word_only_those_share_who_handed_in_nothing_and_only_what_is_clear(tmp_path: Path) -> None:
    entries = graded(tmp_path, None)
    assert scores(entries) == {"ana": 3, "ben": 1, "col": None, "dan": 3, "eva": 3, "finn": 1}
    assert "it is not clear what counts of the group blue: ana, ben (with `groups = true`" in entries["col"].problems[0]
    assert [partner.id for partner in entries["dan"].partners] == ["eva"]


def test_a_page_does_not_tell_what_others_of_the_group_handed_in(tmp_path: Path) -> None:
    graded(tmp_path, None)
    with Gradebook.to_read(tmp_path / "class.db") as book:
        found = class_result(book)
        (col,) = (entry for entry in found.entries if entry.student.id == "col")
        page = student_page(found, col)
    assert "Nothing was handed in that could be judged" in page
    assert "it is not clear what counts" not in page


def test_an_assignment_may_be_everybodys_own(tmp_path: Path) -> None:
    entries = graded(tmp_path, False)
    assert scores(entries) == {"ana": 3, "ben": 1, "col": None, "dan": 3, "eva": None, "finn": 1}
    assert not any(entry.partners or entry.problems for entry in entries.values())


def test_what_was_decided_about_somebody_who_left_the_class_is_told(tmp_path: Path) -> None:
    graded(tmp_path, None)
    with Gradebook.to_grade(tmp_path / "class.db") as book:
        book.override([("finn", "", 2, ""), ("gone", "", 2, "")], "teacher")
        assert class_result(book).problems == ("a person decided about gone, and nobody in the class has this id now",)
