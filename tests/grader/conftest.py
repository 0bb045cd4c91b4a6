"""Some of these tests time what they run. With several workers, only one of those tests runs at a time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.grader.command import be_patient, let_properties_take_their_time, restore_signals

restore_signals()
let_properties_take_their_time()

TIMED = {
    "test_doubles", "test_double_errors", "test_explore", "test_faults", "test_hidden_program", "test_noise",
    "test_observe", "test_own_noise", "test_plugin", "test_recorder", "test_run", "test_run_program", "test_sandbox",
    "test_seconds", "test_spawn", "test_timed", "test_trace_fidelity", "test_trace_program", "test_virtual",
    "test_watch", "test_workers",
}  # fmt: skip
"""Modules whose tests make recordings and look at their times. A test that runs a whole grading is not one of them: a
grading that noise disturbs is repeated."""


def pytest_collection_modifyitems(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """If there are several workers, keep the timed tests with one, and each other module together for its fixtures."""
    own = [item for item in items if Path(__file__).parent in item.path.parents]
    be_patient(own)
    if config.pluginmanager.hasplugin("xdist"):
        for item in own:
            module = item.path.stem
            item.add_marker(pytest.mark.xdist_group("timed" if module in TIMED else module))
