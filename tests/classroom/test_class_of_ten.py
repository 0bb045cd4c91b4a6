"""A small class whose grades are known, graded by the real command."""

from __future__ import annotations

import copy
import json
import shutil
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from grader.load.kit import load_kit
from grader.record.sandbox import choose
from tests.classroom.synthetic_class import SHAPES, SHARES, ExpectedClass, differences, make_class
from tests.grader import command
from tests.grader.command import ROOT
from tests.grader.kits import make_kit

STUDENTS = 14
"""So many that each shape, each kind of file and each way to be broken is there."""

ALIKE = dict.fromkeys(SHARES, 1.0)


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small kit, with the attacks on verdicts."""
    root = make_kit(tmp_path_factory.mktemp("class"), {"01_first": ["hello"], "02_together": ["two_tasks"]})
    shutil.copytree(ROOT / "tests" / "attacks" / "verdict", root / "tests" / "attacks" / "verdict")
    return root


@pytest.fixture(scope="module")
def expected(kit: Path) -> ExpectedClass:
    return make_class(load_kit(kit), kit / "submissions", STUDENTS, shares=ALIKE)


@pytest.fixture(scope="module")
def graded(kit: Path, expected: ExpectedClass) -> dict[str, Any]:
    """The gradebook of it, as JSON."""
    assert expected
    assert_graded(kit)
    return exported(kit)


def assert_graded(kit: Path) -> str:
    """Grade the class. Returns what is said of it."""
    sandbox = "bwrap" if choose("auto").wall else "none"
    done = command.graded(kit, "class", "grade", "submissions", "--sandbox", sandbox, "--json", "class.json")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def exported(kit: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((kit / "class.json").read_text(encoding="utf-8"))
    return found


def verdicts(kit: Path) -> list[tuple[object, ...]]:
    """Every verdict in the gradebook, byte for byte."""
    connection = sqlite3.connect(kit / "class.db")
    rows = sorted(connection.execute("SELECT rowid, * FROM verdict"))
    connection.close()
    return rows


def test_the_class_holds_every_kind_of_submission_and_file(expected: ExpectedClass) -> None:
    files = [file for student in expected.values() for file in student.exercises.values()]
    assert {student.shape for student in expected.values()} == set(SHAPES)
    assert set(Counter(file.kind for file in files)) == set(SHARES)
    assert {file.origin for file in files if file.kind == "broken"} == {"syntax error", "empty", "not UTF-8"}


def test_every_grade_is_as_expected(expected: ExpectedClass, graded: dict[str, Any]) -> None:
    found = differences(expected, graded)
    assert (found.wrong, found.undecided) == ([], [])
    assert found.grades == STUDENTS * 2


def test_nothing_is_judged_again(kit: Path, graded: dict[str, Any]) -> None:
    before = verdicts(kit)
    said = assert_graded(kit)
    assert "0 graded anew" in said
    assert "all known" in said
    assert verdicts(kit) == before
    assert exported(kit)["students"] == graded["students"]


def test_the_same_seed_makes_the_same_class(kit: Path, tmp_path: Path, expected: ExpectedClass) -> None:
    assert make_class(load_kit(kit), tmp_path / "again", STUDENTS, shares=ALIKE) == expected
    assert make_class(load_kit(kit), tmp_path / "other", STUDENTS, shares=ALIKE, seed=1) != expected
    first, again = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*.py")}
        for root in (kit / "submissions", tmp_path / "again")
    )
    assert first == again


def test_no_two_files_are_the_same_when_they_are_to_be_unique(kit: Path, tmp_path: Path) -> None:
    make_class(load_kit(kit), tmp_path / "unique", STUDENTS, shares=ALIKE, unique=True)
    # What is too large is judged by its beginning.
    contents = [path.read_bytes()[:100_000] for path in (tmp_path / "unique").rglob("*.py")]
    assert len(set(contents)) == len(contents) > STUDENTS


@pytest.mark.parametrize("kind", SHARES)
def test_a_grade_that_is_not_as_expected_is_told(expected: ExpectedClass, graded: dict[str, Any], kind: str) -> None:
    spoilt = copy.deepcopy(graded)
    for entry in spoilt["students"]:
        known = expected[entry["id"]].exercises
        if kind == "missing":
            entry["exercises"] += [
                {**graded_file(graded), "name": name} for name, file in known.items() if file.kind == kind
            ]
        for result in entry["exercises"]:
            if known[result["name"]].kind == kind:
                right = kind == "right"
                result |= {"verdict": "failed" if right else "passed", "score": 1 if right else result["max_score"]}
    count = sum(file.kind == kind for student in expected.values() for file in student.exercises.values())
    assert len(differences(expected, spoilt).wrong) == count > 0


def graded_file(graded: dict[str, Any]) -> dict[str, Any]:
    """Any result."""
    found: dict[str, Any] = next(result for entry in graded["students"] for result in entry["exercises"])
    return copy.deepcopy(found)


def test_a_wrong_answer_that_its_check_does_not_catch_is_told(expected: ExpectedClass, graded: dict[str, Any]) -> None:
    spoilt = copy.deepcopy(graded)
    wrong = {
        (student, name): file.failed
        for student, known in expected.items()
        for name, file in known.exercises.items()
        if file.kind == "wrong"
    }
    for entry in spoilt["students"]:
        for result in entry["exercises"]:
            if title := wrong.get((entry["id"], result["name"])):
                result["checks"] = [check for check in result["checks"] if check["title"] != title]
    assert len(differences(expected, spoilt).wrong) == len(wrong) > 0


def test_a_student_too_many_or_too_few_and_a_file_that_noise_left_open_are_told(
    expected: ExpectedClass, graded: dict[str, Any]
) -> None:
    spoilt = copy.deepcopy(graded)
    first, *others = spoilt["students"]
    others[0]["exercises"][0]["verdict"] = "inconclusive"
    found = differences(expected, {**spoilt, "students": [*others, {**first, "id": "eve"}]})
    assert found.wrong == ["there is a student eve", f"there is no student {first['id']}"]
    assert len(found.undecided) == 1
