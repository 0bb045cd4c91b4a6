"""Suites as pytest sees them: modules of a kind of their own, whose recordings become fixtures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.judge import hypothesis_settings, sealed_module
from grader.record.spec import RecordingSpec


class Suite(pytest.Module):
    """A module of checks: its recordings become fixtures before pytest looks for any."""

    make_fixture: Callable[[Path, str, RecordingSpec], Any]
    shrink: bool

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        # Here and not when it is made: pytest makes a collector for each suite of a folder, asked for or not.
        hypothesis_settings.load_if_used(self.text(), shrink=self.shrink)
        hypothesis_settings.seed_properties(self.obj, self.path)
        for name, value in list(vars(self.obj).items()):
            if isinstance(value, RecordingSpec):
                setattr(self.obj, name, self.make_fixture(self.path, name, value))
        return super().collect()

    def text(self) -> str:
        """The suite's own text."""
        return self.path.read_text(encoding="utf-8-sig")


class SealedSuite(Suite):
    """A suite whose text is known, and lies in no file."""

    opened: str

    def text(self) -> str:
        return self.opened

    def _getobj(self) -> ModuleType:
        try:
            return sealed_module.load(self.path, self.opened, self.config)
        except Exception as error:
            raise self.CollectError(sealed_module.fault(error, self.path)) from None


def is_suite(path: Path) -> bool:
    """Whether a file lies where suites lie."""
    in_the_open = path.match("tests/hidden/*/test_*.py") or path.match("tests/public/*/test_*.py")
    return in_the_open or sealed_module.is_sealed(path)


def load_error(report: pytest.CollectReport) -> str:
    """Which suite, on which line of it, and what: ``tests/hidden/…/test_two_tasks.py:3: SyntaxError: …``."""
    text = str(report.longrepr).strip()
    lines = re.findall(rf'{re.escape(Path(report.nodeid).name)}(?:", line |:)(\d+)', text)
    said = text.splitlines()[-1].removeprefix("E").strip()
    return f"{report.nodeid}:{lines[-1]}: {said}" if lines else f"{report.nodeid}: {said}"
