"""Hypothesis as suites need it: the same file gets the same verdict every time, and shows one smallest failure."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from types import ModuleType


def load_if_used(suite: str, *, shrink: bool = True) -> None:
    """Load the profile before a suite of that text is imported: ``@given`` takes its settings there and then.

    With ``shrink`` the smallest failure is looked for; without, the first one will do. Only a session with a suite that
    uses Hypothesis pays for importing it.
    """
    if "hypothesis" not in suite:
        return
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "turtles",
        database=None,
        deadline=None,  # time is judged on the virtual clock
        derandomize=True,
        max_examples=90,  # who is right nine times in ten passes all of them once in ten thousand times
        phases=(Phase.explicit, Phase.generate, *([Phase.shrink] if shrink else [])),
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=(HealthCheck.function_scoped_fixture, HealthCheck.too_slow),
    )
    settings.load_profile("turtles")


def seed_properties(module: ModuleType, path: Path) -> None:
    """Let each property of a suite draw by its name, so that it tries the same when its text changes or is sealed.

    Hypothesis itself would go by the text of the test: another word in a message, and it draws something else.
    """
    if "hypothesis" not in sys.modules:
        return
    from hypothesis import seed

    exercise = path.name.partition(".")[0].removeprefix("test_")
    for name, test in vars(module).items():
        if hasattr(test, "hypothesis"):
            digest = hashlib.sha256(f"{exercise} {name}".encode()).digest()
            seed(int.from_bytes(digest, "big"))(test)
