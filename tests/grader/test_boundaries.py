"""Dependencies point one way: load, record, judge, report; the runner stands alone beside the learner's code."""

from __future__ import annotations

import ast
import graphlib
import sys
from collections import Counter
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


GROUND = {
    "kinds", "result", "assignment", "class_result", "class_grade",
    "errors", "text", "files", "isolated", "environment",
}  # fmt: skip
"""The ground floor: what everything but the runner may use."""

BELOW = {
    "kinds": set(),
    "result": {"kinds"},
    "errors": set(),
    "text": set(),
    "environment": set(),
    "files": {"errors"},
    "isolated": set(),
    "assignment": set(),
    "class_result": {"assignment", "result"},
    "class_grade": {"assignment", "class_result", "result"},
    "runner": set(),
    "report": GROUND,
    "load": GROUND,
    "record": GROUND | {"runner", "report"},
    "explain": GROUND | {"record", "report"},
    "tracing": GROUND | {"runner", "record", "explain", "report"},
    "suite": {"record", "runner"},
    "judge": GROUND | {"runner", "load", "record", "explain", "report", "suite", "workers"},
    "workers": {"errors", "isolated"},
    "grade": GROUND | {"load", "record", "judge"},
    "practice": GROUND | {"load", "record", "grade", "report"},
    "watch": GROUND | {"load", "record", "grade", "report", "practice", "workers"},
    "authoring": GROUND | {"runner", "load", "record", "explain", "judge", "grade"},
    "collect": GROUND | {"load", "record", "judge", "grade", "report", "workers"},
    "classroom": GROUND | {"load", "record", "judge", "grade", "report", "practice", "collect"},
    "cluster": GROUND | {"load", "record", "collect"},
    "cli": None,
}
"""What each part may import besides itself; ``cli`` may import everything, and nothing imports ``cli``."""


@pytest.mark.parametrize("part", BELOW)
def test_a_part_imports_only_what_lies_below_it(part: str) -> None:
    allowed = BELOW[part]
    if allowed is None:
        return
    for file in of(part):
        used = {name.split(".")[1] for name in imports(file) if name.startswith("grader.")} - {"__version__", part}
        assert used <= allowed, f"{file.relative_to(ROOT)} imports grader.{', grader.'.join(sorted(used - allowed))}"


def test_every_part_is_known() -> None:
    there = {file.relative_to(ROOT).parts[0].removesuffix(".py") for file in FILES} - {"handout"}
    assert there - {"__init__", "__main__"} == BELOW.keys()


def test_no_import_leads_back_to_where_it_started() -> None:
    modules = {".".join(("grader", *file.relative_to(ROOT).with_suffix("").parts)): file for file in FILES}
    imported = {
        module: {target for name in imports(file) for target in (name, name.rpartition(".")[0]) if target in modules}
        for module, file in modules.items()
        if "handout" not in file.parts
    }
    graphlib.TopologicalSorter(imported).prepare()  # raises CycleError, which names the circle


def test_no_two_files_or_public_classes_share_a_name() -> None:
    own = [file for file in FILES if "handout" not in file.parts and "templates" not in file.parts]
    # Python looks for these two by their names.
    names = Counter(file.name for file in own if file.name not in ("__init__.py", "sitecustomize.py"))
    for file in own:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names.update(node.name for node in tree.body if isinstance(node, ast.ClassDef) and node.name[0] != "_")
    assert {name for name, count in names.items() if count > 1} == set()


def test_the_runner_needs_nothing_but_the_standard_library() -> None:
    for file in of("runner"):
        foreign = {name.split(".")[0] for name in imports(file)} - set(sys.stdlib_module_names) - {"grader"}
        assert not foreign, f"{file.relative_to(ROOT)} imports {', '.join(foreign)}"


@pytest.mark.parametrize(
    "folder",
    [
        "judge",
        "record",
        "load",
        "report",
        "explain",
        "watch",
        "grade",
        "authoring",
        "practice",
        "collect",
        "cli",
        "suite",
        "workers",
    ],
)
def test_nothing_outside_the_runner_runs_code_of_a_file(folder: str) -> None:
    # compile alone runs nothing: that is how a syntax error is found. And a sealed suite is the kit's own.
    suites = ROOT / "judge" / "sealed_module.py"
    running = {"exec", "eval", "__import__", "import_module", "run_path", "run_module", "exec_module"}
    for file in (each for each in of(folder) if each != suites):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        called = {call.id for call in calls if isinstance(call, ast.Name)}
        called |= {call.attr for call in calls if isinstance(call, ast.Attribute)}
        assert not called & running, f"{file.relative_to(ROOT)} calls {', '.join(called & running)}"


def test_the_top_level_holds_the_ground_floor_and_three_entrances() -> None:
    loose = {file.stem for file in ROOT.glob("*.py")} - {"__init__", "__main__"}
    assert loose == GROUND | {"grade", "suite", "workers"}
