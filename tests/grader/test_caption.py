"""What stands over a timeline: what ran, and what was different from the file."""

from __future__ import annotations

from typing import Any

import pytest

from grader.record.caption import caption
from grader.record.recording import Subject
from grader.record.spec import Double, RecordingSpec
from grader.runner.protocol import PORT

FILE = "TABLES = 2\nDELAYS = {'a': 1}\nmaximum = max(1, 2)\n\nasync def main(): ...\n"


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"target": None}, ""),
        ({"target": "main"}, "main()"),
        ({"target": "main", "world": {"TABLES": 5, "DELAYS": {"a": 1}}}, "main(), with TABLES = 5"),
        (
            {"target": "main", "world": {"TABLES": 5, "DELAYS": {"a": 2}, "new": 1}},
            "main(), with TABLES = 5, DELAYS = {'a': 2}",
        ),
        ({"target": None, "world": {"TABLES": 3}}, "the whole file, with TABLES = 3"),
        ({"target": "main", "world": {"TABLES": Double("tables")}}, "main(), with TABLES = 'tables'"),
        ({"target": "main", "args": (3, ["x"]), "virtual": True}, "main(3, ['x']), in simulated seconds"),
        ({"target": "receive", "args": (PORT,)}, "receive(port)"),
        (
            {"target": "show", "args": (["EUR", "TRY", "CZK", "PLN", "HUF", "DKK"],)},
            "show(['EUR', 'TRY', 'CZK', 'PLN', 'HUF', …])",
        ),
        ({"target": "two_clients", "scenario": True}, "the grader called your functions"),
        (
            {"target": "main", "world": {"TABLES": "x" * 99}},
            "main(), with TABLES = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
        ),
    ],
)
def test_a_run_is_told_by_what_was_different(spec: dict[str, Any], told: str) -> None:
    assert caption(RecordingSpec(**spec), Subject(FILE, "file.py")) == told


def test_a_file_that_does_not_load_has_no_values_to_compare() -> None:
    assert caption(RecordingSpec("main", world={"TABLES": 3}), Subject("def (", "file.py")) == "main()"
