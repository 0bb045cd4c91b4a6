"""Dependencies point one way: load, record, judge, report; the runner stands alone beside the learner's code."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import grader

ROOT = Path(grader.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))


def imports(file: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it, with what it takes from it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def of(folder: str) -> list[Path]:
    if (ROOT / f"{folder}.py").is_file():
        return [ROOT / f"{folder}.py"]
    found = [file for file in FILES if file.is_relative_to(ROOT / folder) and "handout" not in file.parts]
    assert found, folder
    return found


@pytest.mark.parametrize(
    ("folder", "allowed"),
    [
        ("runner", {"runner"}),
        ("result", set()),
        ("errors", set()),
        ("class_result", {"result"}),
        ("report", {"report", "result", "class_result", "errors"}),
        ("load", {"load", "result", "errors"}),
        ("record", {"record", "runner", "result", "errors"}),
        ("tracing", {"tracing", "record", "runner", "result", "errors"}),
        ("suite", {"record"}),
        ("judge", {"judge", "record", "load", "result", "errors", "suite"}),
    ],
)
def test_a_part_imports_only_what_lies_below_it(folder: str, allowed: set[str]) -> None:
    for file in of(folder):
        used = {name.split(".")[1] for name in imports(file) if name.startswith("grader.")}
        assert used <= allowed, f"{file.relative_to(ROOT)} imports grader.{', grader.'.join(sorted(used - allowed))}"


def test_the_runner_needs_nothing_but_the_standard_library() -> None:
    for file in of("runner"):
        foreign = {name.split(".")[0] for name in imports(file)} - set(sys.stdlib_module_names) - {"grader"}
        assert not foreign, f"{file.relative_to(ROOT)} imports {', '.join(foreign)}"


@pytest.mark.parametrize(
    "folder", ["judge", "record", "load", "report", "tracing", "watch", "grade", "verify", "cli", "suite"]
)
def test_nothing_outside_the_runner_runs_code_of_a_file(folder: str) -> None:
    # compile alone runs nothing: that is how a syntax error is found. And a sealed suite is the kit's own.
    suites = ROOT / "judge" / "sealed.py"
    running = {"exec", "eval", "__import__", "import_module", "run_path", "run_module", "exec_module"}
    for file in (each for each in of(folder) if each != suites):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        called = {call.id for call in calls if isinstance(call, ast.Name)}
        called |= {call.attr for call in calls if isinstance(call, ast.Attribute)}
        assert not called & running, f"{file.relative_to(ROOT)} calls {', '.join(called & running)}"
