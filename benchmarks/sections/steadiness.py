"""Right answers on a busy machine: how many are failed all the same."""

from __future__ import annotations

import json
import tempfile
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path

from benchmarks.measured import (
    BASELINE,
    CHAPTERS,
    TURTLES,
    WALL,
    Column,
    Options,
    Row,
    Section,
    by_turns,
    run,
    shown,
)
from benchmarks.torture import neighbours
from grader.result import Verdict

_BUSY = (0, 4, 16)
_QUICK_BUSY = (0, 4)
_LONG_ENOUGH_S = 3600.0
_RIGHT = "--exercises=solutions"
_BASELINE = (*BASELINE, _RIGHT, "-n", "2")
_TURTLES = (*TURTLES, "grade", *CHAPTERS, "--all", _RIGHT, "--no-color")

Figures = dict[str, float]


def _measure(options: Options) -> list[Row]:
    rows = []
    for busy in _QUICK_BUSY if options.quick else _BUSY:
        condition = f"{busy} busy" if busy else "quiet"
        with tempfile.TemporaryDirectory(prefix="turtles-bench-") as folder:
            report = Path(folder, "report")
            ways = {"plain pytest": partial(_test, report), "Turtles": partial(_grade, report)}
            with neighbours(condition, _LONG_ENOUGH_S):
                found = by_turns(options.rounds_or(1), ways)
        for (series, samples), command in zip(found.items(), (_BASELINE, _TURTLES), strict=True):
            figures = {key: [sample[key] for sample in samples] for key in samples[0]}
            rows.append(Row(f"{series}, {busy} busy processes", shown(command), figures, series, busy))
    return rows


def _test(report: Path) -> Figures:
    cost = run([*_BASELINE, f"--junitxml={report}"], expect=(0, 1))
    failed, judged = failures_in(report)
    return {"gradings": len(judged), "false": len(failed), "inconclusive": 0, "wall_s": cost.wall_s}


def failures_in(report: Path) -> tuple[set[str], set[str]]:
    """The exercises of which a test failed, and all of them, by a report of the baseline as JUnit XML."""
    failed, judged = set(), set()
    for case in ET.parse(report).iter("testcase"):
        name = case.get("classname", "").rpartition("test_")[2]
        judged.add(name)
        if case.find("failure") is not None or case.find("error") is not None:
            failed.add(name)
    return failed, judged


def _grade(report: Path) -> Figures:
    cost = run([*_TURTLES, "--json", str(report)], expect=(0, 1, 3))
    result = json.loads(report.read_text(encoding="utf-8"))
    verdicts = [exercise["verdict"] for exercise in result["exercises"]]
    false = sum(each in (Verdict.FAILED, Verdict.BROKEN, Verdict.CRASHED) for each in verdicts)
    undecided = sum(each == Verdict.INCONCLUSIVE for each in verdicts)
    return {"gradings": len(verdicts), "false": false, "inconclusive": undecided, "wall_s": cost.wall_s}


STEADINESS = Section(
    "steadiness",
    "Steadiness",
    "The reference answers of chapters 01 to 03 are right, so every fail is false. They are judged alongside busy "
    "processes. Where Turtles cannot measure fairly, it says so (inconclusive), and no points are lost.",
    (
        Column("gradings", "gradings", 0, total=True),
        Column("false", "false fails", 0, total=True),
        Column("inconclusive", "inconclusive", 0, total=True),
        WALL,
    ),
    ("false", "wall_s"),
    _measure,
    "busy processes",
)
