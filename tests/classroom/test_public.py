"""Public checks: what of a suite is public, and that what students get judges as the whole suite does."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.classroom.public_suite import public_part, public_points, public_scenario
from grader.errors import KitError
from grader.judge.session import judge
from grader.judge.task import Task
from grader.load.curriculum import Exercise
from grader.load.kit import Kit, Suites, load_kit
from grader.load.submission import read_submission
from grader.record.recorder import Recorder
from grader.record.sandbox import Sandbox
from grader.result import PUBLIC_ONLY
from tests.grader.command import ROOT, conclusive, environment, graded, turtles
from tests.grader.kits import SOLVED, as_handed_out, edit, make_kit, write
from tests.grader.runs import all_judged

CHAPTER = "02_together"
HERE = load_kit(ROOT)
ONLY_PUBLIC = "only the public checks were made"

WHOLE = '''\
"""tea: it is poured when it has drawn."""

from __future__ import annotations

import asyncio
import re  # for the hidden check
from collections.abc import Mapping, Sequence
from itertools import pairwise

from grader.suite import Trace, double, fresh, points, record

# How long it draws.
DRAWS, POURED = 0.4, 0.1
CUPS = fresh.words(3)
HIDDEN = fresh.words(4)
LIMIT: float = 1.0
"""Seconds that all of it may take."""


def kettle(cups: Sequence[str]) -> Mapping[str, float]:
    """What each cup takes."""
    trace = {cup: POURED for cup in cups}
    return {cup: taken for cup, taken in trace.items() if cup}


class Tray:
    """Holds cups."""

    size = len(CUPS)


tea = record("tea", CUPS, world={"pour": double("pour", delay=lambda cup: kettle(CUPS)[cup])})
late = record("tea", HIDDEN)
trace = record("nothing")


def total(trace: Trace) -> float:
    return sum(float(later.start) - float(earlier.start) for earlier, later in pairwise(trace.spans))


# Only what is seen.
@points(2, "the tea is poured", means="wrong-order", public=True)
def test_poured(tea: Trace) -> None:
    assert tea.elapsed < LIMIT, f"{total(tea)} s on a tray of {Tray.size}"


@points(1, "nobody waits")
def test_late(late: Trace) -> None:
    assert late.elapsed < LIMIT
    assert re.match("x", str(late)) or asyncio


@points(1, "nothing is spilt", public=False)
def test_spilt(trace: Trace) -> None:
    assert not trace.lines
'''

PUBLIC = '''\
"""tea: it is poured when it has drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from grader.suite import Trace, double, fresh, points, record

# How long it draws.
DRAWS, POURED = 0.4, 0.1
CUPS = fresh.words(3)
LIMIT: float = 1.0
"""Seconds that all of it may take."""


def kettle(cups: Sequence[str]) -> Mapping[str, float]:
    """What each cup takes."""
    trace = {cup: POURED for cup in cups}
    return {cup: taken for cup, taken in trace.items() if cup}


class Tray:
    """Holds cups."""

    size = len(CUPS)


tea = record("tea", CUPS, world={"pour": double("pour", delay=lambda cup: kettle(CUPS)[cup])})


def total(trace: Trace) -> float:
    return sum(float(later.start) - float(earlier.start) for earlier, later in pairwise(trace.spans))


# Only what is seen.
@points(2, "the tea is poured", means="wrong-order", public=True)
def test_poured(tea: Trace) -> None:
    assert tea.elapsed < LIMIT, f"{total(tea)} s on a tray of {Tray.size}"
'''


# --- what is public -------------------------------------------------------------------------------------------------


def test_the_public_part_is_what_its_checks_need_as_the_author_wrote_it() -> None:
    assert public_part(WHOLE) == PUBLIC
    assert public_part(PUBLIC) == PUBLIC
    assert public_points(WHOLE) == 2


def test_an_import_that_stays_too_long_is_broken_over_lines() -> None:
    names = [f"a_name_of_some_length_{number}" for number in range(8)]
    use = ", ".join(names)
    source = f"from somewhere import {', '.join([*names, 'unused'])}\n\n\n@points(1, 'x', public=True)\ndef test_x():\n"
    part = public_part(f"{source}    assert ({use})\n")
    assert "unused" not in part
    assert max(map(len, part.splitlines()[:4])) <= 120
    [imported] = [node for node in ast.parse(part).body if isinstance(node, ast.ImportFrom)]
    assert [alias.name for alias in imported.names] == names


def test_what_changes_a_value_that_is_needed_stays_with_it() -> None:
    source = (
        "A = []\nB = []\nA.append(1)\nB.append(2)\nA += [3]\n\n@points(1, 'x', public=True)\ndef test_x():\n    A\n"
    )
    part = public_part(source)
    assert [line for line in part.splitlines()[:4] if line] == ["A = []", "A.append(1)", "A += [3]"]
    assert "B" not in part


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("@points(1, 'x')\ndef test_x():\n    pass\n", "no public check"),
        ("public = True\n", "no public check"),
        ("def test_x(:\n", "does not compile"),
    ],
)
def test_a_suite_without_a_public_check_is_said(source: str, said: str) -> None:
    with pytest.raises(KitError, match=said):
        public_part(source)


def test_of_a_scenario_only_what_is_driven_is_public() -> None:
    scenario = (
        '"""Ways in."""\n\nimport asyncio\n\nN = 2\n\n\nasync def one():\n    N\n\n\nasync def two():\n    asyncio\n'
    )
    assert public_scenario(scenario, "a = record('one', scenario=True)\n") == (
        '"""Ways in."""\n\nN = 2\n\n\nasync def one():\n    N\n'
    )
    assert public_scenario(scenario, PUBLIC) is None
    with pytest.raises(KitError, match="its scenario has no three"):
        public_scenario(scenario, "a = record('three', scenario=True)\n")
    with pytest.raises(KitError, match="plainly"):
        public_scenario(scenario, "a = record(HOW, scenario=True)\n")


@pytest.mark.parametrize("exercise", HERE.exercises, ids=lambda exercise: exercise.name)
def test_every_suite_of_the_kit_has_a_public_part_that_stands_alone(exercise: Exercise) -> None:
    suite, scenario = HERE.suite(exercise), HERE.scenario(exercise)
    part = public_part(suite)
    assert 1 <= public_points(suite) < exercise.points
    # A learner's own test is also tried on programs, which takes virtual time.
    assert "Virtual" not in part or "HiddenProgram" in part, "a public check is made on a recording, with a timeline"
    if scenario and (driven := public_scenario(scenario, part)):
        compile(driven, "scenario", "exec")


FIRST_PARTY = 'lint.isort.known-first-party = ["grader"]'


def test_the_public_parts_are_written_as_the_kit_is(tmp_path: Path) -> None:
    for exercise in HERE.exercises:
        write(tmp_path / f"test_{exercise.name}.py", public_part(HERE.suite(exercise)))
    for command in (["format", "--check"], ["check", "--select=F,I", "--config", FIRST_PARTY]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length=120", "."],
            cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


# --- judging --------------------------------------------------------------------------------------------------------

SOME = ("hello", "two_tasks", "swallowed", "deadlock", "who_am_i")


def kinds(kit: Kit, recorder: Recorder) -> dict[tuple[str, str], list[tuple[str, int, str]]]:
    """Of some solutions and handed-out files, what the public checks say."""
    files = {"solution": HERE.solution_file, "handed_out": HERE.handed_out_file}
    tasks = [
        Task(kit.exercise(name), read_submission(file(HERE.exercise(name)), f"{name}.py"), label)
        for name in SOME
        for label, file in files.items()
    ]
    return {
        (done.task.exercise.name, done.task.label): [
            (each.title, each.points, each.kind) for each in done.outcomes if each.public
        ]
        for done in conclusive(lambda: judge(kit, tasks, recorder, workers=False, shrink=False), all_judged)
    }


def test_public_checks_say_the_same_with_and_without_the_hidden_ones(tmp_path: Path) -> None:
    for exercise in map(HERE.exercise, SOME):
        folder = tmp_path / "tests" / "public" / exercise.chapter
        write(folder / f"test_{exercise.name}.py", part := public_part(HERE.suite(exercise)))
        if driven := public_scenario(HERE.scenario(exercise) or "", part):
            write(folder / f"{exercise.name}_scenario.py", driven)
    with Recorder(Sandbox(wall=False)) as recorder:
        whole = kinds(HERE, recorder)
        assert kinds(Kit(tmp_path, HERE.chapters, Suites.PUBLIC), recorder) == whole
    assert {kind for key, found in whole.items() if key[1] == "solution" for _, _, kind in found} == {"passed"}
    assert {kind for key, found in whole.items() if key[1] == "handed_out" for _, _, kind in found} == {
        "failed",
        "crashed",
    }


# --- what students have ---------------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """What students get: two exercises, of which one is solved."""
    root = make_kit(tmp_path, {CHAPTER: ["two_tasks", "too_eager"]})
    write(root / "exercises" / CHAPTER / "two_tasks.py", SOLVED)
    return as_handed_out(root)


def test_without_a_key_the_public_checks_are_made_and_every_report_says_so(root: Path) -> None:
    done = graded(root, "grade", "--json", "result.json", "--junit", "result.xml")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    [at] = [number for number, line in enumerate(lines) if "2 of 4 public points" in line]
    assert lines[at + 1] == PUBLIC_ONLY
    result = json.loads((root / "result.json").read_text(encoding="utf-8"))
    assert (result["suites"], result["score"], result["max_score"]) == ("public", 2, 4)
    junit = (root / "result.xml").read_text(encoding="utf-8")
    assert 'name="Together (public checks only)"' in junit
    assert ONLY_PUBLIC in junit
    done = turtles(root, "report")
    page = (root / "report.html").read_text(encoding="utf-8")
    assert "of 4 public points" in page
    assert ONLY_PUBLIC in page
    assert "this kit has no reference answers" in page


def test_a_grade_by_all_checks_says_nothing_of_the_kind(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    done = graded(root, "grade", "--json", "result.json", "--junit", "result.xml")
    turtles(root, "report")
    written = "".join((root / f"{name}").read_text(encoding="utf-8") for name in ("result.xml", "report.html"))
    assert json.loads((root / "result.json").read_text(encoding="utf-8"))["suites"] == "all"
    assert "public" not in done.stdout + written.lower()


def test_what_was_judged_by_the_public_checks_is_not_taken_for_more(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    write(root / "exercises" / CHAPTER / "two_tasks.py", SOLVED)
    assert "2 of 2 public points" in graded(as_handed_out(root), "grade").stdout
    write(root / "tests" / "hidden" / CHAPTER / "test_two_tasks.py", "from grader.suite import points\n\n\n"
          "@points(3, 'never')\ndef test_never() -> None:\n    assert False, 'no'\n")  # fmt: skip
    assert "0 of 3 points · 1 failed" in graded(root, "grade").stdout


def test_every_command_of_a_learner_works_without_solutions(root: Path) -> None:
    for command in ("list", "next", "hint", "check"):
        done = turtles(root, command)
        assert (done.returncode, done.stderr) == (0, ""), command
    done = turtles(root, "solution", "two_tasks")
    assert (done.returncode, done.stderr) == (
        2,
        "turtles: there are no solutions in this kit; ask the people who gave it to you\n",
    )
    done = graded(root, "verify")
    assert done.stdout == "judged rightly: 2 handed out (a kit for students holds nothing else to prove)\n"


def test_plain_pytest_makes_the_public_checks(root: Path) -> None:
    write(root / "pyproject.toml", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/public", "-q"],
        cwd=root, env=environment(), capture_output=True, encoding="utf-8", timeout=150, check=False,
    )  # fmt: skip
    assert "1 failed, 1 passed" in done.stdout, done.stdout


@pytest.mark.parametrize("points", ["", "[]", '{"two_tasks": 2}', '{"two_tasks": 0, "too_eager": 2}', "{"])
def test_points_that_cannot_be_are_said(root: Path, points: str) -> None:
    write(root / "tests" / "public" / "points.json", points)
    done = turtles(root, "list")
    assert done.returncode == 2
    assert done.stderr.startswith("turtles: tests/public/points.json ")


def test_points_that_are_not_there_are_said(root: Path) -> None:
    (root / "tests" / "public" / "points.json").unlink()
    done = graded(root, "grade")
    assert done.returncode == 2
    assert "brings it back" in done.stderr


# --- authors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("", "has no public check; mark one that students see without the key: public=True"),
        (", public=1", "test_time must say plainly whether it is public: public=True"),
    ],
)
def test_check_wants_a_public_check(tmp_path: Path, new: str, said: str) -> None:
    root = make_kit(tmp_path)
    edit(root / "tests" / "hidden" / CHAPTER / "test_two_tasks.py", ", public=True", new)
    done = turtles(root, "check")
    assert done.returncode == 2
    assert said in done.stdout


def test_verify_wants_the_handed_out_file_to_fail_a_public_check(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    suite = root / "tests" / "hidden" / CHAPTER / "test_two_tasks.py"
    edit(suite, ", public=True", "")
    edit(suite, '"every line is printed"', '"every line is printed", public=True')
    done = graded(root, "verify")
    assert done.returncode == 1
    assert f"grader/handout/{CHAPTER}/two_tasks.py: passes every public check" in done.stdout
