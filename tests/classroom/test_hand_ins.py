"""Hand-ins of every shape, graded by the real command: every total is the one that was computed by hand, everywhere."""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import re
import subprocess
import time
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from grader.record.sandbox import choose
from tests.classroom import hand_ins
from tests.classroom.hand_ins import KNOWN
from tests.grader.command import ROOT, TURTLES, environment, graded, turtles

UTC = {"TZ": "UTC"}
EXPORTS = {
    "--csv": "class.csv", "--json": "class.json", "--moodle": "moodle.csv", "--canvas": "canvas.csv",
    "--html": "pages", "--feedback": "feedback.zip", "--moodle-feedback": "moodle.zip",
    "--canvas-feedback": "canvas.zip",
}  # fmt: skip


def grade_options() -> tuple[str, ...]:
    sandbox = "bwrap" if choose("auto").wall else "none"
    given = ("--assignment", "hw1.toml", "--roster", "students.csv", "--sandbox", sandbox)
    return ("class", "grade", "submissions", *given)


def grade(root: Path) -> str:
    done = graded(root, *grade_options(), environ=UTC)
    assert (done.returncode, done.stderr) == (1, "")
    return done.stdout


def exported(root: Path) -> dict[str, Any]:
    """Everything that can be written of a class, in its folder; the JSON of it."""
    done = turtles(root, "class", "export", *(part for each in EXPORTS.items() for part in each), environ=UTC)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads((root / "class.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = hand_ins.make(tmp_path_factory.mktemp("class"))
    grade(root)
    return root


@pytest.fixture(scope="module")
def result(root: Path) -> dict[str, Any]:
    return exported(root)


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def shown(score: float | None) -> str:
    return "" if score is None else f"{score:g}"


# --- grades ---------------------------------------------------------------------------------------------------------


def test_every_total_is_the_one_that_was_computed_by_hand(result: dict[str, Any]) -> None:
    schema = json.loads((ROOT / "grader" / "report" / "class-v1.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(result)
    students = {each["id"]: each for each in result["students"]}
    assert {student: each["score"] for student, each in students.items()} == {
        student: known.score for student, known in KNOWN.items()
    }
    for student, known in KNOWN.items():
        each = students[student]
        assert (student, each["timing"]) == (student, known.timing)
        assert (student, each["place"]) == (student, known.place)
        assert (student, tuple(each["with"])) == (student, known.partners)
        # These clones are of no starter, which is said of each.
        told = [line for line in each["problems"] if "which files were handed out" not in line]
        assert known.refused in " ".join(told), student
        assert bool(told) == bool(known.refused), (student, told)


def test_every_export_and_page_has_the_same_totals(root: Path, result: dict[str, Any]) -> None:
    assert result["max_score"] == 10
    assert {row["id"]: row["total"] for row in rows(root / "class.csv")} == {
        student: shown(known.score) for student, known in KNOWN.items()
    }
    moodle = {row["Identifier"]: row["Grade"] for row in rows(root / "moodle.csv")}
    assert moodle == {student: shown(known.score) for student, known in KNOWN.items()}
    possible, *canvas = rows(root / "canvas.csv")
    assert possible["HW1"] == "10"
    assert {row["SIS Login ID"]: row["HW1"] for row in canvas} == {
        student: shown(known.score) for student, known in KNOWN.items() if known.score is not None
    }
    assert heat_map(root) == {student: known.score for student, known in KNOWN.items()}
    for student, known in KNOWN.items():
        page = (root / "pages" / "students" / f"{student}.html").read_text(encoding="utf-8")
        said = "no grade yet" if known.score is None else f"{known.score:g} of 10 points"
        assert f"<title>HW1: {said}</title>" in page, student


def heat_map(root: Path) -> Mapping[str, float | None]:
    page = (root / "pages" / "index.html").read_text(encoding="utf-8")
    found = re.search(r'id="packed">([^<]*)<', page)
    assert found
    data = json.loads(zlib.decompress(base64.b64decode(found[1])))
    return {row[0]: row[3] for row in data["rows"]}


def test_the_screen_tells_what_is_late_not_known_and_refused(root: Path) -> None:
    said = grade(root)
    assert "0 graded anew" in said
    untimed = sum(known.timing == "time not known" for known in KNOWN.values())
    assert f"{untimed} at a time that is not known" in said
    assert "1 handed in nothing" in said
    assert "pia.7z: pia.7z: archives of this kind are not read" in said


def test_a_refused_file_is_told_on_the_students_own_page_with_what_to_do(root: Path, result: dict[str, Any]) -> None:
    del result
    for student in ("pia", "quinn", "rosa", "sam", "vic"):
        page = (root / "pages" / "students" / f"{student}.html").read_text(encoding="utf-8")
        assert html.escape(KNOWN[student].refused) in page, student


# --- what a person decides ------------------------------------------------------------------------------------------


def set_(root: Path, *arguments: str) -> str:
    done = turtles(root, "class", "set", *arguments, "--by", "ms stone", environ=UTC)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_what_a_person_decides_survives_grading_again_and_being_killed_and_is_everywhere(tmp_path: Path) -> None:
    root = hand_ins.make(tmp_path)
    grade(root)
    assert set_(root, "pia", "--points", "5", "--comment", "I read it <b>myself</b>") == (
        "pia, the whole grade: 5 of 10 points, instead of no points\n"
    )
    assert set_(root, "Finn Fir", "hello", "--points", "2") == "finn, hello: 2 of 4 points, instead of 4\n"
    (root / "more.csv").write_text(
        "Student;Exercise;Points;Comment\nrosa;two_tasks;3,5;by hand\ncleo;;;a day late\nada;hello;0;copied\n"
    )
    assert len(set_(root, "--from", "more.csv").splitlines()) == 3
    set_(root, "ada", "hello", "--clear")
    assert "7 of 6 points" in set_(root, "ada", "two_tasks", "--points", "7", "--bonus")
    # Changed hand-ins have something to judge, and the grading of them is killed.
    (root / "submissions" / "yan" / "hello.py").write_text(hand_ins.HALF + "# more\n")
    process = subprocess.Popen(
        [*TURTLES, *grade_options()], cwd=root, env=environment(**UTC), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(1)
    process.kill()
    process.wait()
    grade(root)
    expected = {student: known.score for student, known in KNOWN.items()}
    # ada: 4 + 7; finn: 2 + 6, less 10 %; rosa: 4 + 3.5; yan and zoe: 1.33 + 6, of which the second attempt counts.
    expected |= {"ada": 11, "pia": 5, "finn": 7.2, "rosa": 7.5, "yan": 7.33, "zoe": 7.33}
    result = exported(root)
    students = {each["id"]: each for each in result["students"]}
    assert {student: each["score"] for student, each in students.items()} == expected
    assert students["pia"]["by_hand"]
    assert not students["finn"]["by_hand"]
    (override,) = students["finn"]["overrides"]
    assert (override["exercise"], override["points"], override["who"]) == ("hello", 2, "ms stone")
    assert [each["exercise"] for each in students["ada"]["overrides"]] == ["two_tasks"]
    assert [each["score"] for each in students["yan"]["attempts"]] == [10, 7.33]
    said = turtles(root, "class", "export", "--moodle", "moodle.csv", environ=UTC).stdout
    assert "Moodle passes over grades above the maximum, such as those of 1 student here" in said
    by_hand = {row["id"]: (row["by hand"], row["comments"]) for row in rows(root / "class.csv") if row["by hand"]}
    assert by_hand.keys() == {"ada", "pia", "finn", "rosa"}
    assert by_hand["pia"][0].startswith("total: 5 points by ms stone, 20")
    feedback = {row["Identifier"]: row["Feedback comments"] for row in rows(root / "moodle.csv")}
    assert "a day late" in feedback["cleo"]
    assert "5 of 10 points, decided by a person" in feedback["pia"]
    assert "I read it &lt;b&gt;myself&lt;/b&gt;" in feedback["pia"]
    page = (root / "pages" / "students" / "rosa.html").read_text(encoding="utf-8")
    assert "3.5 of 6 points, by hand" in page
    assert "by hand</p></blockquote>" in page
    told = turtles(root, "class", "show", "finn").stdout
    assert "7.2 of 10 points" in told
    assert "ms stone: hello, 2 points" in told
    assert "taken back" in turtles(root, "class", "show", "ada").stdout
    index = (root / "pages" / "index.html").read_text(encoding="utf-8")
    assert "Decided by hand" in index
    assert 'id="progress"' in index


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody", "--points", "1"), "there is no student nobody in the gradebook"),
        (("adda", "--points", "1"), "did you mean ada?"),
        (("Ira Moss", "--points", "1"), "Ira Moss may be ira, ira2: say which"),
        (("ada", "helo", "--points", "1"), "helo is not one of the exercises that were graded; did you mean hello?"),
        (("ada", "hello", "--points", "4.5"), "hello has 4 points, so give 0 to 4 and not 4.5; --bonus allows more"),
        (("ada", "--bonus"), "--bonus is about points"),
        (("ada", "--points", "-1"), "HW1 has 10 points, so give 0 to 10 and not -1"),
        (("ada", "--points", "nan"), "so give 0 to 10 and not nan"),
        (("ada",), "Give points or a comment"),
        (("ada", "--clear", "--points", "1"), "--clear takes back"),
        ((), "name a student, or give a table with --from FILE"),
        (("--from", "twice.csv"), "Ada Ash: the whole grade is in the table twice; decide it once"),
        (("--from", "bad.csv"), "nothing of bad.csv was written:\n  nobody: there is no student nobody"),
        (("ada", "--points", "1", "--gradebook", "none.db"), "there is no gradebook none.db"),
    ],
)
def test_what_cannot_be_decided_is_said_and_nothing_is_written(
    root: Path, arguments: tuple[str, ...], said: str
) -> None:
    (root / "bad.csv").write_text("student,points\nada,1\nnobody,2\n")
    (root / "twice.csv").write_text("student,points\nada,1\nAda Ash,2\n")
    before = exported(root)["students"]
    done = turtles(root, "class", "set", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert exported(root)["students"] == before
    assert not (root / "none.db").exists()


# --- feedback -------------------------------------------------------------------------------------------------------


def test_a_page_holds_nothing_of_a_student_with_whom_it_was_not_handed_in(root: Path, result: dict[str, Any]) -> None:
    names = {each["id"]: each["name"] for each in result["students"] if each["name"]}
    with zipfile.ZipFile(root / "feedback.zip") as packed:
        assert {name.partition("/")[0] for name in packed.namelist()} == KNOWN.keys()
        for student, known in KNOWN.items():
            page = packed.read(f"{student}/feedback.html").decode()
            own = {student, *known.partners}
            others = {name for other, name in names.items() if other not in own} - {names.get(student)}
            assert not [name for name in others if name in page], student
            assert all(names[partner] in page for partner in known.partners)


def test_a_page_has_the_students_code_beside_what_failed(root: Path, result: dict[str, Any]) -> None:
    del result
    page = (root / "pages" / "students" / "jon.html").read_text(encoding="utf-8")
    assert page.count("await task_b()") == 1
    assert "both tasks finish in under 0.6 s" in page
    assert "1.33 of 4 points" in page


def test_moodle_finds_whose_a_page_is(root: Path, result: dict[str, Any]) -> None:
    """By the rule of its own importer: the parts of a name that underscores part, of which the second is the number."""
    del result
    with zipfile.ZipFile(root / "moodle.zip") as packed:
        found = {}
        for path in packed.namelist():
            folder, file = path.split("/")
            _, number, plugin_type, plugin, *_ = folder.split("_", 4)
            assert (plugin_type, plugin, file) == ("assignsubmission", "file", "feedback.html")
            found[int(number)] = packed.read(path).decode()
    assert found.keys() == {1001, 1002, 1003}
    assert "Jon Moss (jon)" in found[1002]


def test_canvas_finds_whose_a_page_is(root: Path, result: dict[str, Any]) -> None:
    """By the numbers in a name, as its upload does: the student's, and that of the file."""
    del result
    with zipfile.ZipFile(root / "canvas.zip") as packed:
        numbers = {tuple(part for part in name.split("_") if part.isdecimal()): name for name in packed.namelist()}
    assert numbers == {
        ("2001", "501"): "nutmegnoah_LATE_2001_501_feedback.html",
        ("2002", "504"): "oakolga_2002_504_feedback.html",
    }
