"""Hypothesis as suites need it: the same file gets the same verdict every time, and shows one smallest failure."""

from __future__ import annotations

import sys


def pytest_collection_finish() -> None:
    """Only a session whose suites use Hypothesis pays for importing it."""
    if "hypothesis" not in sys.modules:
        return
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "turtles",
        database=None,
        deadline=None,  # time is judged on the virtual clock
        derandomize=True,
        max_examples=60,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=(HealthCheck.function_scoped_fixture, HealthCheck.too_slow),
    )
    settings.load_profile("turtles")
