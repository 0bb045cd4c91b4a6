"""What these tests run is timed: where two of a session's tests run at the same time, they never are both of these."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.grader.command import be_patient, restore_signals

restore_signals()


def pytest_collection_modifyitems(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """Keep the tests of this folder with one worker, if there are several."""
    own = [item for item in items if Path(__file__).parent in item.path.parents]
    be_patient(own)
    if config.pluginmanager.hasplugin("xdist"):
        for item in own:
            item.add_marker(pytest.mark.xdist_group("timed"))
