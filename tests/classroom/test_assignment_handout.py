"""What is handed out for an assignment: its exercises and no others, with its title, its points and its total."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.assignment import Assignment, to_hundredths
from grader.report.formats import classroom50, gradescope_results
from grader.report.formats.scaled_points import assignment_points
from grader.result import Check, CheckVerdict, ExerciseResult, Result, Verdict
from tests.classroom.test_bundles import SCHEMAS, check_schema
from tests.grader.command import ROOT, environment, turtles
from tests.grader.kits import SOLVED, make_kit, write

HALF = SOLVED.replace("asyncio.gather(task_a(), task_b())", "task_a()\n    await task_b()")
GIVEN = """\
name = "HW1: concurrency"
exercises = ["two", "four"]
total = 10
due = 2026-12-01T18:00:00+01:00
[weights]
four = 6
[extensions]
secretive = 2026-12-03T18:00:00+01:00
"""


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_kit(tmp_path_factory.mktemp("teacher"), {"01_first": ["one", "two"], "02_more": ["three", "four"]})
    ignored = shutil.ignore_patterns("__pycache__", "handout")
    shutil.copytree(ROOT / "grader", root / "grader", ignore=ignored, dirs_exist_ok=True)
    shutil.copytree(ROOT / "docs" / "mistakes", root / "docs" / "mistakes")
    for file in ("LICENSE", "Makefile", "pyproject.toml", "requirements.txt", "requirements-sealed.txt"):
        shutil.copyfile(ROOT / file, root / file)
    write(root / "hw1.toml", GIVEN)
    return root


def said(teacher: Path, *arguments: str) -> str:
    done = turtles(teacher, *arguments, "--assignment", "hw1.toml")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def exercises(folder: Path) -> list[str]:
    return sorted(path.stem for path in (folder / "exercises").rglob("*.py"))


# --- the starter ----------------------------------------------------------------------------------------------------


def test_a_starter_has_the_assignments_exercises_title_points_and_due_time(teacher: Path, tmp_path: Path) -> None:
    out = tmp_path / "hw1"
    assert said(teacher, "starter", str(out)).startswith(f"{out}: HW1: concurrency, 2 exercises of 2 chapters (01, 02)")
    assert exercises(out) == ["four", "two"]
    assert sorted(path.name for path in (out / "tests" / "public").rglob("test_*.py")) == [
        "test_four.py",
        "test_two.py",
    ]
    page = (out / "README.md").read_text(encoding="utf-8")
    assert page.startswith("# HW1: concurrency\n\n**Due 01 December 2026, 18:00 +0100**, 10 points.")
    assert "| `two` | 3.33 |\n| `four` | 6.67 |\n" in page
    everything = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert b"secretive" not in everything  # who has more time is nobody else's business
    done = turtles(out, "list")
    assert (done.returncode, "three" in done.stdout, "four" in done.stdout) == (0, False, True)


def test_a_starter_stays_what_it_is_when_it_is_brought_up_to_date(teacher: Path, tmp_path: Path) -> None:
    out = tmp_path / "hw1"
    said(teacher, "starter", str(out))
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    done = turtles(teacher, "starter", str(out))
    assert "everything was up to date" in done.stdout
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_an_assignment_and_a_list_of_chapters_contradict_each_other(teacher: Path, tmp_path: Path) -> None:
    done = turtles(teacher, "starter", str(tmp_path / "x"), "--assignment", "hw1.toml", "--chapters", "01")
    assert (done.returncode, "so leave --chapters out" in done.stderr) == (2, True)
    assert not (tmp_path / "x").exists()


# --- bundles --------------------------------------------------------------------------------------------------------


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    write(folder / "exercises" / "01_first" / "two.py", SOLVED)
    write(folder / "exercises" / "02_more" / "four.py", HALF)
    return folder


def test_classroom_50_shows_the_assignments_points(teacher: Path, handed_in: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "hw1"
    told = said(teacher, "class50", str(bundle))
    assert "it shows hundredths of points: 1000 stand for 10 points" in told
    assert exercises(bundle / "kit") == ["four", "two"]
    # An open bundle makes the public checks only; here it is the way that the points go that matters.
    env = {
        "CLASSROOM": "c", "ASSIGNMENT": "hw1", "SUBMISSION_TAG": "submit/1", "COMMIT_URL": "https://x/1",
        "RELEASE_URL": "https://x/2", "TURTLES_PYTHON": sys.executable, "GITHUB_OUTPUT": str(tmp_path / "output"),
    }  # fmt: skip
    result = _until_graded(bundle, handed_in, env)
    check_schema("classroom50-result", result)
    assert result["max-score"] == 1000 == sum(test["max-score"] for test in result["tests"])
    assert result["score"] == 333 == sum(test["score"] for test in result["tests"])
    body = (handed_in / "release-body.md").read_text(encoding="utf-8")
    assert body.startswith("# HW1: concurrency: 3.33 of 10 points")
    assert "summary=3.33/10 points: 1 passed, 1 failed" in (tmp_path / "output").read_text(encoding="utf-8")


def _until_graded(bundle: Path, checkout: Path, env: dict[str, str]) -> dict[str, Any]:
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, str(bundle / "autograder.py")], cwd=checkout, env=environment(**env),
            capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=150, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        if "status=error" not in Path(env["GITHUB_OUTPUT"]).read_text(encoding="utf-8").splitlines()[-2:]:
            break
    found: dict[str, Any] = json.loads((checkout / "result.json").read_bytes())
    return found


def test_gradescope_is_told_the_total_and_gets_points_of_it(teacher: Path, tmp_path: Path) -> None:
    out = tmp_path / "hw1.zip"
    told = said(teacher, "gradescope", str(out))
    assert "set the assignment's Autograder points to 10" in told.splitlines()
    with zipfile.ZipFile(out) as packed:
        assert "secretive" not in packed.read("kit/assignment.json").decode()
        names = [name for name in packed.namelist() if name.startswith("kit/exercises/") and name.endswith(".py")]
    assert sorted(names) == ["kit/exercises/01_first/two.py", "kit/exercises/02_more/four.py"]


# --- points in another system's units -------------------------------------------------------------------------------


def checked(name: str, *checks: tuple[bool, int]) -> ExerciseResult:
    made = tuple(
        Check(f"check {at}", CheckVerdict.PASSED if passed else CheckVerdict.FAILED, points * passed, points)
        for at, (passed, points) in enumerate(checks)
    )
    verdict = Verdict.PASSED if all(passed for passed, _ in checks) else Verdict.FAILED
    return ExerciseResult(
        name, name, "01_first", f"exercises/01_first/{name}.py", verdict,
        sum(each.score for each in made), sum(each.max_score for each in made), 0.1, made,
    )  # fmt: skip


def judged(*exercises: ExerciseResult) -> Result:
    return Result("1", "3", "2026-12-01T12:00:00Z", 1.0, "none", exercises)


ENV = {
    "CLASSROOM": "c", "ASSIGNMENT": "hw1", "SUBMISSION_TAG": "submit/1", "COMMIT_URL": "https://x/1",
    "RELEASE_URL": "https://x/2",
}  # fmt: skip


def test_whole_points_stay_whole() -> None:
    result = judged(checked("a", (True, 1), (False, 1)), checked("b", (True, 3)))
    given = Assignment(weights={"a": 4, "b": 6}, total=10)
    written = classroom50.result_json(result, ENV, datetime.now(UTC), given)
    assert (written["score"], written["max-score"]) == (8, 10)
    assert [test["score"] for test in written["tests"]] == [2, 0, 6]


checks = st.lists(st.tuples(st.booleans(), st.integers(1, 7)), min_size=1, max_size=5)


@given(st.lists(checks, min_size=1, max_size=5), st.integers(1, 2000), st.data())
def test_the_parts_add_up_whatever_the_weights(
    handed: list[list[tuple[bool, int]]], total: int, data: st.DataObject
) -> None:
    result = judged(*(checked(f"e{at}", *each) for at, each in enumerate(handed)))
    weights = {each.name: data.draw(st.integers(1, 1000)) / 100 for each in result.exercises}
    given_ = Assignment(weights=weights, total=total / 100)
    worth = given_.worth({each.name: each.max_score for each in result.exercises})
    had = [worth[each.name] * each.score / each.max_score for each in result.exercises]
    grade = to_hundredths(sum(had, Fraction(0)))
    assert float(assignment_points(result, given_)[0]) == grade
    written = classroom50.result_json(result, ENV, datetime.now(UTC), given_)
    unit = 1 if written["max-score"] == total / 100 and total > 100 else 100
    assert written["max-score"] == round(total / 100 * unit) == sum(test["max-score"] for test in written["tests"])
    assert written["score"] == round(grade * unit) == sum(test["score"] for test in written["tests"])
    scope = gradescope_results.results_json(result, given_)
    assert scope["score"] == grade
    assert round(sum(test["max_score"] for test in scope["tests"]), 2) == total / 100
    for test in written["tests"]:
        assert test["score"] == (test["max-score"] if test["passed"] else 0)
    for test in scope["tests"]:
        assert test["score"] == (test["max_score"] if test["status"] == "passed" else 0)


def test_without_an_assignment_points_are_as_they_were() -> None:
    result = judged(checked("a", (True, 1), (False, 1)))
    assert gradescope_results.results_json(result)["score"] == 1
    assert classroom50.release_body(result).startswith("## ")
    jsonschema.validate(
        gradescope_results.results_json(result),
        json.loads((SCHEMAS / "gradescope-results.schema.json").read_text(encoding="utf-8")),
    )


def test_a_half_of_a_hundredth_goes_up_once() -> None:
    result = judged(checked("a", (True, 1), (False, 1)))
    written = gradescope_results.results_json(result, Assignment(total=0.01))
    assert written["score"] == 0.01
    assert [test["max_score"] for test in written["tests"]] == [0.01, 0]
