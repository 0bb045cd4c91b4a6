"""What the environment variables say about where the grader runs."""

from __future__ import annotations

import os


def in_ci() -> bool:
    """Whether this is a CI system, where everything is judged anew."""
    return os.environ.get("CI", "").lower() in ("1", "true")
