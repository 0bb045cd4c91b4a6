"""As in ``tests/grader``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.grader.command import be_patient, let_properties_take_their_time, restore_signals

restore_signals()
let_properties_take_their_time()


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Give the tests of this folder time."""
    be_patient(item for item in items if Path(__file__).parent in item.path.parents)
