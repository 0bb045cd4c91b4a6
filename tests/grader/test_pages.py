"""``turtles report``: the command, on a small kit that a learner is in the middle of."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.grader.command import conclusive, turtles
from tests.grader.kits import SOLVED, TWO_TASKS, edit, make_kit, write

REFERENCE = "<h6>Reference"
RESULTS = ".turtles/reference/results.json"


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """two_tasks is begun and three_tasks is not, later needs a Python that does not exist yet; a report is there."""
    root = make_kit(tmp_path_factory.mktemp("pages"), {"02_together": ["two_tasks", "three_tasks", "later"]})
    write(root / "exercises" / "02_together" / "two_tasks.py", TWO_TASKS.replace("0.4)", "0.41)"))
    edit(root / "exercises" / "curriculum.toml", 'name = "later"', 'name = "later"\npython = "3.99"')
    done = reported(root)
    assert done.stdout == f"report.html is written; open {(root / 'report.html').as_uri()} in your browser\n"
    return root


def reported(root: Path) -> subprocess.CompletedProcess[str]:
    """Make the page; once more when noise kept a verdict or a reference answer's run from it."""
    whole = conclusive(lambda: turtles(root, "report"), lambda done: done.returncode != 0 or is_whole(root))
    assert whole.returncode == 0, whole.stderr
    return whole


def is_whole(root: Path) -> bool:
    return 'class="exercise inconclusive"' not in page(root) and REFERENCE in page(root)


def page(root: Path) -> str:
    return (root / "report.html").read_text(encoding="utf-8")


def card(root: Path, name: str) -> str:
    """What the page has of one exercise."""
    found = re.search(
        rf'<details class="exercise [a-z]+" id="{name}".*?(?=<details class="exercise |\Z)', page(root), re.DOTALL
    )
    assert found
    return found[0]


def test_what_was_not_judged_is_judged_first(kit: Path) -> None:
    assert re.search(r"both tasks finish in under 0\.6 s\s*<span class=\"message\">took 0\.8", card(kit, "two_tasks"))
    assert "nothing changed yet" in card(kit, "three_tasks")
    assert "skipped: needs Python 3.99" in page(kit)


def test_the_reference_stands_beside_what_was_begun_and_spoils_nothing_else(kit: Path) -> None:
    assert REFERENCE in card(kit, "two_tasks")
    assert REFERENCE not in card(kit, "three_tasks")
    assert "gather" not in page(kit)


def test_the_reference_is_recorded_once_and_kept_apart_from_what_the_learner_does(kit: Path) -> None:
    before = (kit / RESULTS).stat().st_mtime_ns
    write(kit / "exercises" / "02_together" / "two_tasks.py", SOLVED)
    reported(kit)
    assert "passed" in card(kit, "two_tasks")
    assert REFERENCE in card(kit, "two_tasks")
    assert (kit / RESULTS).stat().st_mtime_ns == before
    assert "solutions/" not in (kit / ".turtles" / "results.json").read_text(encoding="utf-8")


def test_a_kit_without_solutions_shows_no_reference(kit: Path, tmp_path: Path) -> None:
    root = tmp_path / "kit"
    shutil.copytree(kit, root, ignore=shutil.ignore_patterns("solutions", "reference"))
    done = turtles(root, "report", "--output", "report.html")
    assert done.returncode == 0, done.stderr
    assert REFERENCE not in page(root)
    assert '<svg class="timeline-plot"' in card(root, "two_tasks")


def test_where_it_cannot_be_written_is_said_before_anything_is_judged(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    done = turtles(root, "report", "--output", "nowhere/report.html")
    assert done.returncode == 2
    assert "cannot write nowhere/report.html: the folder nowhere does not exist" in done.stderr
    assert not (root / ".turtles").exists()
