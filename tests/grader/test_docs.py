"""What the documentation shows is what there is."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_worked_example_is_the_suite_itself() -> None:
    page = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
    suite = (ROOT / "tests" / "hidden" / "02_together" / "test_two_tasks.py").read_text(encoding="utf-8")
    assert f"```python\n{suite}```" in page, "copy the suite into docs/authoring.md"


def test_the_layout_fits_on_a_screen_and_names_what_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    layout = text.partition("## Layout\n")[2].partition("\n## ")[0]
    rows = [line for line in layout.splitlines() if line.startswith("| `")]
    assert 15 <= len(rows) <= 25
    folders = {name for row in rows for name in re.findall(r"`(grader/[a-z_]+)/`", row.partition(" | ")[0])}
    there = {f"grader/{path.parent.name}" for path in (ROOT / "grader").glob("*/__init__.py")}
    assert folders - {"grader/handout"} == there


def test_every_list_of_pythons_is_the_same() -> None:
    def pythons(file: str, pattern: str) -> list[list[str]]:
        text = (ROOT / file).read_text(encoding="utf-8")
        return [re.findall(r"3\.[0-9]+", found) for found in re.findall(pattern, text, re.DOTALL)]

    declared = re.findall(r'Python :: (3\.[0-9]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert declared[0] == "3.11"
    matrices = pythons(".github/workflows/ci.yml", r"python: (\[.*?\])") + pythons(
        ".github/workflows/release.yml", r"python: (\[.*?\])"
    )
    assert matrices[0] == declared
    ends = [declared[0], declared[-1]]
    assert matrices[1:] == [ends, ends]
    assert pythons(".ci/every-python", r"\|\| pythons=\((.*?)\)") == [declared]
    assert pythons("CONTRIBUTING.md", r"Python (3\.[0-9]+ to 3\.[0-9]+)") == [ends, ends]
    assert pythons("grader/classroom/templates/setup.sh", r"for version in (.*?);") == [declared[::-1]]
