"""The table of what is taught is computed, and the published page is the computed one."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring.coverage import HIGH_LEVEL, as_markdown, as_text, tables
from grader.load.kit import load_kit
from tests.grader.kits import make_kit

ROOT = Path(__file__).parents[2]


def test_the_published_page_is_what_the_curriculum_says() -> None:
    published = (ROOT / "docs" / "curriculum.md").read_text(encoding="utf-8")
    if published != as_markdown(load_kit(ROOT)):
        pytest.fail("docs/curriculum.md is out of date: turtles coverage --markdown > docs/curriculum.md")


def test_names_without_an_exercise_are_shown_as_missing(tmp_path: Path) -> None:
    kit = load_kit(make_kit(tmp_path))
    high_level = tables(kit)[0]
    assert [row.exercises for row in high_level.rows if row.name == "gather"] == [("two_tasks",)]
    assert high_level.covered == 1
    assert len(high_level.rows) == len(HIGH_LEVEL)
    assert "| `Barrier` | not yet |" in as_markdown(kit)
    assert "High-level API: 1 of 35" in as_text(kit)


def test_a_name_outside_the_index_gets_a_row_of_its_own(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    curriculum = root / "exercises" / "curriculum.toml"
    curriculum.write_text(curriculum.read_text().replace('covers = ["gather"]', 'covers = ["iscoroutine"]'))
    assert any(row.name == "iscoroutine" for row in tables(load_kit(root))[1].rows)
