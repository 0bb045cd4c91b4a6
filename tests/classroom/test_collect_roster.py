"""Rosters as systems export them, and whose a submission is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.class_result import Student
from grader.collect.roster import Roster, read_roster
from grader.collect.submissions import Handed
from grader.errors import UsageError


def roster(folder: Path, text: str | bytes) -> Roster:
    path = folder / "students.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_roster(path)


def handed(place: str, name: str = "", *known_as: str) -> Handed:
    return Handed(place, name or place, {}, (), "", (), "", known_as)


def whose(found: Roster, place: str, name: str = "", *known_as: str) -> str | None:
    student = found.student(handed(place, name, *known_as))
    return student.id if student else None


# --- tables ---------------------------------------------------------------------------------------------------------


def test_a_plain_table_is_read(tmp_path: Path) -> None:
    found = roster(tmp_path, "id,name,email,group\n007,Ann Lee,ann@uni.example,A\n")
    assert found.students == (Student("007", "Ann Lee", "ann@uni.example", {"group": "A"}),)
    assert found.problems == ()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_marks_and_line_endings_do_not_matter(tmp_path: Path, separator: str, mark: str, end: str) -> None:
    text = mark + end.join([separator.join(row) for row in (("ID", "Name"), ("1", '"Lee, Ann; ""A"""'), ("2", "Bo"))])
    found = roster(tmp_path, text)
    assert [(student.id, student.name) for student in found.students] == [("1", 'Lee, Ann; "A"'), ("2", "Bo")]


def test_canvas_exports_are_read_and_keep_what_canvas_needs(tmp_path: Path) -> None:
    found = roster(
        tmp_path,
        'Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"Smith, Bob",340934,S20,bsmith,CS 1\n',
    )
    (student,) = found.students
    assert (student.id, student.name) == ("340934", "Smith, Bob")
    assert student.roster == {"SIS User ID": "S20", "SIS Login ID": "bsmith", "Section": "CS 1"}
    assert found.problems == ()
    for place in (("smithbob_340934", "smithbob", "340934"), ("bsmith",), ("hw-bsmith",), ("smithbob",), ("x", "S20")):
        assert whose(found, *place) == "340934", place


def test_moodle_worksheets_are_read(tmp_path: Path) -> None:
    found = roster(
        tmp_path, 'Identifier,"Full name","Email address",Status\n"Participant 12345","Bob Smith",b@u.ex,-\n'
    )
    assert found.students[0] == Student("Participant 12345", "Bob Smith", "b@u.ex", {"Status": "-"})
    assert whose(found, "Smith Bob_12345", "Smith Bob", "12345") == "Participant 12345"


def test_github_classroom_rosters_are_read(tmp_path: Path) -> None:
    found = roster(tmp_path, '"identifier","github_username","github_id","name"\n"s1","Ann-L","55","Ann Lee"\n')
    assert found.students[0].id == "s1"
    assert whose(found, "two-tasks-ann-l", "ann-l") == "s1"
    assert whose(found, "two-tasks-ann-l") == "s1"


def test_classroom_50_rosters_are_read(tmp_path: Path) -> None:
    found = roster(tmp_path, "username,first_name,last_name,email,section,github_id\nannl,Ann,Lee,a@u.ex,1,55\n")
    assert (found.students[0].id, found.students[0].name) == ("annl", "Ann Lee")


def test_an_own_time_is_kept_in_utc(tmp_path: Path) -> None:
    found = roster(tmp_path, "id,handed_in\na,2026-10-01T14:00+02:00\nb,\nc,soon\n")
    assert [found.handed_in(student) for student in found.students] == ["2026-10-01T12:00:00Z", "", ""]
    assert found.problems == ("line 4 of the roster: handed_in is no time: soon",)


def test_lines_that_cannot_be_used_are_named_and_the_rest_is(tmp_path: Path) -> None:
    found = roster(tmp_path, 'id,name\na,Ann\n\n,Nobody\nA,Again\nb,Bo,extra\nc"x,"q"q\nd,Di\n"e,never closed\n')
    assert [student.id for student in found.students] == ["a", "d"]
    assert [problem.split(" of the roster")[0] for problem in found.problems] == [
        "line 4",
        "line 5",
        "line 6",
        "line 7",
        "line 9",
    ]
    assert "a is on line 2 already" in found.problems[1].lower()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"colour,size\nred,3\n", "has no column that tells students apart"),
        (b"id,name\n", "has no student"),
        (b"id,name\n1,\xe9\n", r"is not UTF-8 \(line 2\)"),
    ],
)
def test_what_is_no_roster_is_told(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        roster(tmp_path, content)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not there"):
        read_roster(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="cannot be read"):
        read_roster(tmp_path)


# --- whose it is ----------------------------------------------------------------------------------------------------

CLASS = "id,username,name,email\n1,anna,Anna Maria López,anna@u.ex\n2,bo-anna,Bo Li,bo@u.ex\n3,li,Bo Li,li@u.ex\n"


@pytest.mark.parametrize(
    ("place", "name", "known_as", "student"),
    [
        ("anna", "anna", (), "1"),
        ("ANNA.zip", "ANNA", (), "1"),
        ("x", "anna@U.ex", (), "1"),
        ("x", "López Anna Maria", (), "1"),
        ("x", "Lo\u0301pez, Anna Maria", (), "1"),
        ("lópezannamaria_9", "lópezannamaria", ("9",), "1"),
        ("x", "Lopez Anna Maria", (), None),
        ("hw-bo-anna", "hw-bo-anna", (), "2"),
        ("submission_7", "Bo Li", ("3", "li@u.ex"), "3"),
        ("submission_7", "Bo Li", (), None),
        ("submission_7", "Bo Li", ("1",), None),
        ("nobody", "nobody", (), None),
    ],
)
def test_ids_names_and_addresses_tell_whose_it_is(
    tmp_path: Path, place: str, name: str, known_as: tuple[str, ...], student: str | None
) -> None:
    assert whose(roster(tmp_path, CLASS), place, name, *known_as) == student


def test_why_it_is_nobodys_is_told_in_a_line(tmp_path: Path) -> None:
    found = roster(tmp_path, CLASS)
    assert found.problem(handed("anna")) is None
    assert found.problem(handed("nobody\n\x1b[31m")) == "nobody on the roster is nobody\\n\\x1b[31m"
    assert found.problem(handed("x", "Bo Li")) == (
        "2 students on the roster may be Bo Li; name it after the id of the one who handed it in"
    )


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.lists(st.sampled_from(["id", "name", "a", '"', '"b"', "\n", "\r", "\0", "é", "", "-"])), max_size=9
        ).map(lambda rows: ("id;name\n" + "\n".join(";".join(row) for row in rows)).encode()),
    )
)
def test_whatever_the_file_holds_there_is_a_roster_or_a_clear_error(tmp_path: Path, content: bytes) -> None:
    try:
        found = roster(tmp_path, content)
    except UsageError:
        return
    ids = [student.id.casefold() for student in found.students]
    assert len(set(ids)) == len(ids)
    assert all("\n" not in problem for problem in found.problems)
    for student in found.students:
        assert found.student(handed("x", student.id)) == student or found.problem(handed("x", student.id))
