"""The page on what grading costs is what the JSON files beside it say, and the baseline leaves no exercise out."""

from __future__ import annotations

import ast
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import page
from benchmarks.measured import CHAPTERS, Measured, Options, Row, by_turns, run
from benchmarks.sections import SECTIONS
from benchmarks.sections.steadiness import failures_in
from grader.load.kit import load_kit
from grader.load.select import select

ROOT = Path(__file__).parents[2]
BASELINE = ROOT / "benchmarks" / "baseline"
MACHINE = {
    "processor": "a processor", "cores": 2, "memory_gb": 8.0, "system": "Linux 6", "python": "3.13.1",
    "sandbox": "bwrap", "load": 0.1,
}  # fmt: skip


def sample(name: str) -> Measured:
    """A measurement of a section in which every column has figures."""
    section = SECTIONS[name]
    places = [(f"way {number}", series, x) for x in (1, 10) for number, series in enumerate(("one", "other"))]
    rows = [
        Row(
            f"{way}, {x}",
            f"python {way} {x}",
            {column.key: [2.0 * x, 4.0 * x, 3.0 * x] for column in section.columns},
            series if section.x_title else "",
            x if section.x_title else None,
        )
        for way, series, x in places
    ]
    return Measured(name, "2026-12-01 10:00 UTC", "0123456789", MACHINE, False, 12.3, rows)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Docs with a page of all sections, which no test changes: to draw the charts takes seconds."""
    docs = tmp_path_factory.mktemp("docs")
    (docs / page.FOLDER).mkdir()
    for name in SECTIONS:
        put(docs, sample(name))
    page.write(docs)
    return docs


@pytest.fixture
def docs(written: Path, tmp_path: Path) -> Path:
    """A copy of them."""
    return shutil.copytree(written, tmp_path / "docs")


def put(docs: Path, measured: Measured) -> None:
    (docs / page.FOLDER / f"{measured.section}.json").write_text(measured.to_json(), encoding="utf-8")


def test_the_page_of_this_kit_is_what_its_json_files_say() -> None:
    assert not page.out_of_date(ROOT / "docs")


def test_a_page_just_written_is_up_to_date(docs: Path) -> None:
    assert not page.out_of_date(docs)


def test_figures_that_changed_are_noticed(docs: Path) -> None:
    measured = sample("kit")
    slower = replace(measured.rows[0], figures={"wall_s": [99.0]})
    put(docs, replace(measured, rows=[slower, *measured.rows[1:]]))
    assert page.out_of_date(docs) == [
        "benchmarks.md is not what the JSON files beside it say: run `make bench ARGS=--page`"
    ]


def test_a_page_that_is_missing_is_noticed(docs: Path) -> None:
    (docs / page.PAGE).unlink()
    assert page.out_of_date(docs)


def test_a_page_without_measurements_is_noticed(tmp_path: Path) -> None:
    (tmp_path / page.PAGE).write_text("fast\n", encoding="utf-8")
    assert page.out_of_date(tmp_path) == ["benchmarks.md is there, but nothing was measured"]


def test_a_chart_that_is_missing_is_noticed(docs: Path) -> None:
    (docs / page.FOLDER / "growth-worst.svg").unlink()
    assert page.out_of_date(docs) == ["benchmarks/growth-worst.svg is missing"]


def test_each_figure_stands_with_its_spread_its_command_and_its_machine(docs: Path) -> None:
    text = (docs / page.PAGE).read_text(encoding="utf-8")
    assert [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")] == [
        section.title for section in SECTIONS.values()
    ]
    assert "| way 0, 1 | 3.00 (2.00–4.00) |" in text
    assert "- way 1, 10: `python way 1 10`" in text
    assert text.count("a processor, 2 cores, 8.0 GB, Linux 6, Python 3.13.1") == len(SECTIONS)


def test_counts_are_added_up(docs: Path) -> None:
    steadiness = (docs / page.PAGE).read_text(encoding="utf-8").partition("## Steadiness\n")[2]
    assert "| way 0, 1 | 9 | 9 | 9 | 3.00 (2.00–4.00) |" in steadiness


def test_charts_have_no_background_and_name_their_units(docs: Path) -> None:
    charts = sorted((docs / page.FOLDER).glob("*.svg"))
    assert {chart.name.rpartition("-")[0] for chart in charts} == set(SECTIONS)
    for chart in charts:
        text = chart.read_text(encoding="utf-8")
        assert "fill: #ffffff" not in text, chart
        assert "fill: #808080" in text, chart
    growth = (docs / page.FOLDER / "growth-worst.svg").read_text(encoding="utf-8")
    assert ">worst error of a gap, ms</text>" in growth
    assert ">programs</text>" in growth


def test_a_quick_run_says_that_it_is_one(docs: Path) -> None:
    assert "too small a run" not in page.make(docs)
    put(docs, replace(sample("kit"), quick=True))
    assert "too small a run" in page.make(docs)


def test_what_was_written_is_what_is_read() -> None:
    measured = sample("growth")
    assert Measured.from_json(measured.to_json()) == measured


def test_alternatives_take_turns() -> None:
    order: list[str] = []

    def way(name: str) -> int:
        order.append(name)
        return len(order)

    found = by_turns(3, {"a": lambda: way("a"), "b": lambda: way("b")})
    assert "".join(order) == "abbaab"
    assert found == {"a": [1, 4, 5], "b": [2, 3, 6]}


def test_a_quick_run_takes_one_round_unless_more_are_asked_for() -> None:
    assert [Options().rounds_or(3), Options(True).rounds_or(3), Options(True, 2).rounds_or(3)] == [3, 1, 2]


# -- costs ------------------------------------------------------------------------------------------------------------

BURN = "import time\nwhile time.process_time() < 0.4: pass\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process take in orphans")
def test_processor_time_of_orphans_counts() -> None:
    orphan = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BURN!r}], start_new_session=True)"
    assert run([sys.executable, "-c", orphan]).cpu_s > 0.4


def test_a_command_that_hangs_is_killed() -> None:
    cost = run([sys.executable, "-c", "import time; time.sleep(600)"], expect=(), limit_s=0.5)
    assert (cost.status, cost.wall_s) == (-9, 0.5)


def test_a_command_that_fails_ends_the_benchmark_and_is_named() -> None:
    with pytest.raises(SystemExit, match=r"bench: python -c 'raise SystemExit\(5\)': exit status 5"):
        run([sys.executable, "-c", "raise SystemExit(5)"])


# -- the baseline -----------------------------------------------------------------------------------------------------


def test_the_baseline_has_tests_for_every_exercise_of_its_chapters() -> None:
    wanted = {f"test_{exercise.name}.py" for exercise in select(load_kit(ROOT), CHAPTERS)}
    assert {file.name for file in BASELINE.glob("test_*.py")} == wanted
    for file in BASELINE.glob("test_*.py"):
        tests = [
            node
            for node in ast.parse(file.read_text(encoding="utf-8")).body
            if getattr(node, "name", "")[:5] == "test_"
        ]
        assert tests, f"{file.name} tests nothing"


def test_the_baseline_knows_nothing_of_the_grader() -> None:
    for file in BASELINE.iterdir():
        if file.suffix == ".py":
            tree = ast.parse(file.read_text(encoding="utf-8"))
            imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
            imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
            assert not {name for name in imported if name.split(".")[0] in ("grader", "tests", "benchmarks")}, file


def test_an_exercise_fails_in_the_baseline_when_one_of_its_tests_does(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="test_hello" name="test_a"/>'
        '<testcase classname="test_hello" name="test_b"><failure message="late"/></testcase>'
        '<testcase classname="test_two_tasks" name="test_c"/></testsuite></testsuites>',
        encoding="utf-8",
    )
    assert failures_in(report) == ({"hello"}, {"hello", "two_tasks"})
