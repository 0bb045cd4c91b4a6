"""The tool that judges the bank several times: it finds the check that does not say the same each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.again import Round, differences
from tests.grader.kits import make_kit

ROOT = Path(__file__).resolve().parents[2]


def again(kit: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.again", *arguments],
        cwd=kit,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_suite_that_says_the_same_each_time(tmp_path: Path) -> None:
    done = again(make_kit(tmp_path), "--times", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "round 2: 8 answers" in done.stdout
    assert done.stdout.endswith("\nchecks that were not the same each time: 0\n")


def test_a_check_that_changes_its_mind_is_named_with_what_it_said(tmp_path: Path) -> None:
    kit = make_kit(tmp_path)
    suite = kit / "tests" / "hidden" / "02_together" / "test_two_tasks.py"
    seen = tmp_path / "seen"
    suite.write_text(
        suite.read_text(encoding="utf-8")
        + f"""

@points(1, "seen before")
def test_seen(both: Trace) -> None:
    seen, session = __import__("pathlib").Path({str(seen)!r}), str(__import__("os").getpid())
    if "Task B ends" in both.lines:  # one answer leaves it out
        if not seen.exists():
            seen.write_text(session)
        # Not only the first time: beside much noise, a failure counts only when it comes twice.
        assert seen.read_text() != session, "never seen"
""",
        encoding="utf-8",
    )
    done = again(kit, "--times", "2", "--only", "two_tasks")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "seen before: failed, passed\n    failed: never seen\n" in done.stdout
    assert "wrong_one" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [(["--times", "1"], 2, "once says nothing: --times 1"), (["--only", "tow_tasks"], 2, "two_tasks")],
)
def test_wrong_usage_is_one_line(tmp_path: Path, arguments: list[str], status: int, said: str) -> None:
    done = again(make_kit(tmp_path), *arguments)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_session_that_breaks_down_is_no_verdict(tmp_path: Path) -> None:
    kit = make_kit(tmp_path)
    suite = kit / "tests" / "hidden" / "02_together" / "test_two_tasks.py"
    suite.write_text("import nothing_like_this\n", encoding="utf-8")
    done = again(kit, "--times", "2")
    assert done.returncode == 3, done.stdout + done.stderr
    assert done.stderr.startswith("again: the session broke down: ")
    assert "nothing_like_this" in done.stderr
    assert "Traceback" not in done.stderr
    assert "checks that" not in done.stdout


def test_an_answer_that_is_missing_in_a_round_differs_and_an_inconclusive_check_does_not() -> None:
    there: Round = {"two_tasks/right": {"lines": ("passed", ""), "time": ("passed", "")}}
    undecided: Round = {"two_tasks/right": {"lines": ("passed", ""), "time": ("inconclusive", "too noisy")}}
    assert not list(differences([there, undecided, there]))
    assert list(differences([there, {}])) == [
        "two_tasks/right: lines: passed, not there",
        "two_tasks/right: time: passed, not there",
    ]
