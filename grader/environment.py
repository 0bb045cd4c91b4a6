"""What the environment of the grader says of where it runs."""

from __future__ import annotations

import os


def in_ci() -> bool:
    """Whether this is a CI system: there everything is judged, whatever is remembered."""
    return os.environ.get("CI", "").lower() in ("1", "true")
