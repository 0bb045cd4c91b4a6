"""Tables of learning platforms: known by what stands in them, and given back as they were, with grades."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import replace
from pathlib import Path

import pytest

from grader.assignment import Assignment
from grader.class_result import Entry, Override, Sheet
from grader.collect.overrides import entry_of
from grader.collect.roster import Roster, read_roster
from grader.collect.submissions import Handed
from grader.collect.table_times import time_of_table
from grader.errors import UsageError
from grader.report.class_ import class_csv, feedback_zip
from tests.classroom.class_results import ADA, CLASS, graded

GERMAN = (
    "Kennung;Vollständiger Name;E-Mail-Adresse;Status;Gruppe;Bewertung;Bestwertung;Bewertung kann geändert werden;"
    "Zuletzt geändert (Abgabe);Zuletzt geändert (Bewertung);Feedback als Kommentar\n"
    'Teilnehmer/in 1001;Ada Lovelace;ada@schule.example;"Zur Bewertung abgegeben";;;10,00;Ja;'
    "Dienstag, 1. Dezember 2026, 17:30;-;\n"
    "Teilnehmer/in 1002;Bo Li;bo@schule.example;Keine Abgabe;;;10,00;Ja;-;-;\n"
)
FRENCH = (
    "Identifiant\tNom complet\tAdresse de courriel\tStatut\tNote\tNote maximale\tLa note peut être modifiée\t"
    "Dernière modification (travail remis)\tDernière modification (note)\tFeedback par commentaires\n"
    "Participant 1001\tAda Lovelace\tada@ecole.example\tRemis pour évaluation\t\t10,00\tOui\t"
    "mardi 1 décembre 2026, 17:30\t-\t\n"
)
ENGLISH = (
    "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 1001,Ada Lovelace,ada@school.example,-,,10.00,Yes,"Tuesday, 1 December 2026, 5:30 PM",-,\n'
)


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def roster(folder: Path, text: str, encoding: str = "utf-8", title: str = "") -> Roster:
    path = folder / "sheet.csv"
    path.write_bytes(text.encode(encoding))
    return read_roster(path, title)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sheet", [GERMAN, FRENCH, ENGLISH], ids=["german", "french", "english"])
def test_a_worksheet_is_known_by_its_ids_whatever_its_language(tmp_path: Path, sheet: str, encoding: str) -> None:
    found = roster(tmp_path, sheet, encoding)
    ada = found.students[0]
    assert (ada.name, ada.email.partition("@")[0]) == ("Ada Lovelace", "ada")
    handed = Handed("Somebody Else_1001", "Somebody Else", {}, (), "", (), "", ("1001",))
    assert found.student(handed) == ada
    assert (found.handed_in(ada), found.time_source(ada)) == ("2026-12-01T17:30:00Z", "Moodle")
    assert found.sheet is not None
    roles = [role for _, role in found.sheet.columns if role]
    assert roles == ["id", "name", "email", "grade", "max", "modified", "feedback"]


def with_sheet(found: Roster, *entries: Entry) -> list[list[str]]:
    result = graded(replace(CLASS, entries=entries, sheet=found.sheet, assignment=Assignment("HW1", total=10)))
    return list(csv.reader(io.StringIO(class_csv.moodle(result), newline=""), strict=True))


def test_a_worksheet_comes_back_in_its_language_with_grades_and_comments_in_it(tmp_path: Path) -> None:
    found = roster(tmp_path, GERMAN)
    ada, bo = found.students
    comment = {"": Override(None, "gut", "frau stein", "2026-12-02T12:00:00Z")}
    header, first, second = with_sheet(found, replace(ADA, student=ada, overrides=comment), Entry(bo, ""))
    before = list(csv.reader(io.StringIO(GERMAN), delimiter=";"))
    assert header == before[0]
    grade, feedback = header.index("Bewertung"), header.index("Feedback als Kommentar")
    assert (first[grade], second[grade]) == ("8", "")
    assert first[feedback].endswith(" gut")
    for row, old in ((first, before[1]), (second, before[2])):
        kept = [at for at in range(len(header)) if at not in (grade, feedback)]
        assert [row[at] for at in kept] == [old[at] for at in kept]


def test_a_student_who_is_not_on_the_worksheet_is_not_put_there(tmp_path: Path) -> None:
    assert len(with_sheet(roster(tmp_path, GERMAN), ADA)) == 1


def test_a_student_is_named_by_whatever_a_teacher_has_at_hand(tmp_path: Path) -> None:
    ada, bo = roster(tmp_path, GERMAN).students
    result = replace(CLASS, entries=(Entry(ada, ""), Entry(bo, "")))
    for said in (bo.id, bo.id.upper(), "bo  li", bo.email, "1002"):
        assert entry_of(result, said).student == bo
    with pytest.raises(UsageError, match="there is no student 100 in the gradebook"):
        entry_of(result, "100")


def test_a_feedback_file_for_moodle_goes_by_the_worksheets_number_and_to_everybody_of_a_group(tmp_path: Path) -> None:
    found = roster(tmp_path, GERMAN)
    result = replace(CLASS, sheet=found.sheet)
    ada, bo = found.students
    entry = replace(ADA, student=bo, partners=(ada,), sent_as="Ada Lovelace_1001_assignsubmission_file_")
    assert feedback_zip.moodle(result, entry) == "Bo Li_1002_assignsubmission_file_/feedback.html"
    # Without the worksheet, the name that Moodle gave is that of whoever sent it, and of nobody else.
    assert feedback_zip.moodle(CLASS, entry) == ""


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,HW1 (88123),Quiz (5)\n    Points Possible,,,,,10,3\n"
    '"Lovelace, Ada",340934,S20,ada,CS 1,,2\n'
)


def test_canvas_keeps_the_assignments_own_column(tmp_path: Path) -> None:
    found = roster(tmp_path, CANVAS, title="hw1")
    assert found.sheet is not None
    assert found.sheet.heading("grade") == "HW1 (88123)"
    result = graded(replace(CLASS, entries=(replace(ADA, student=found.students[0]),), sheet=found.sheet))
    header, _, row = csv.reader(io.StringIO(class_csv.canvas(result), newline=""))
    assert (header[-1], row[-1], row[1]) == ("HW1 (88123)", "8", "340934")
    # Another assignment's column is never taken for it.
    other = roster(tmp_path, CANVAS, title="HW2")
    assert other.sheet == Sheet("canvas", tuple((heading, "") for heading in CANVAS.split("\n")[0].split(",")))
    assert "88123" not in class_csv.canvas(replace(result, sheet=other.sheet, assignment=Assignment("HW2")))


@pytest.mark.parametrize(
    ("text", "utc_time"),
    [
        ("Freitag, 20. November 2026, 21:15", "2026-11-20T21:15:00Z"),
        ("vendredi 20 août 2026, 09:05", "2026-08-20T09:05:00Z"),
        ("mercredi 1 juillet 2026, 09:05", "2026-07-01T09:05:00Z"),
        ("lunes, 2 de marzo de 2026, 00:00", "2026-03-02T00:00:00Z"),
        ("sabato, 2 maggio 2026, 12:00", "2026-05-02T12:00:00Z"),
        ("Friday, 20 November 2026, 12:05 AM", "2026-11-20T00:05:00Z"),
        ("November 20, 2026, 12:05 PM", "2026-11-20T12:05:00Z"),
        ("2026-11-20T14:00+02:00", "2026-11-20T12:00:00Z"),
        ("-", ""),
        ("", ""),
        ("2026年11月20日 21:15", ""),
        ("31. Februar 2026, 12:00", ""),
        ("20. November 2026", ""),
    ],
)
def test_times_of_tables_are_read_in_many_languages_or_not_at_all(text: str, utc_time: str) -> None:
    assert time_of_table(text) == utc_time
