"""As in ``tests/grader``; nothing here is timed by the tests, so they may run beside each other."""

from __future__ import annotations

from tests.grader.command import restore_signals

restore_signals()
