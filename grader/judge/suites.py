"""A session of pytest over the suites that are asked for."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from grader.errors import InternalError, JudgeError, KitError
from grader.judge.plan import Part, Plan, Settled
from grader.judge.plugin import JudgePlugin
from grader.judge.task import Task, make_plan
from grader.load.kit import Kit
from grader.record.recorder import Recorder

_OPTIONS = [
    "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:faulthandler",
    "-p", "no:unraisableexception",  # at the end of a session it looks five times for what it never finds in a suite
    "-p", "pytest_asyncio.plugin", "-p", "pytest_timeout", "-p", "grader.judge.plugin",
    "--import-mode=importlib", "--strict-markers", "--override-ini=addopts=", "--override-ini=timeout=120",
    "--override-ini=asyncio_mode=strict", "--override-ini=asyncio_default_fixture_loop_scope=function",
]  # fmt: skip


def judge_part(kit: Kit, tasks: Sequence[Task], recorder: Recorder, part: Part, *, shrink: bool) -> Settled:
    """Make one part of the checks. Raises as ``run_suites`` does."""
    plan = make_plan(kit, tasks, lambda: contextlib.nullcontext(recorder), shrink=shrink, part=part)
    run_suites(kit.home, plan)
    return plan.all_settled


def run_suites(root: Path, plan: Plan) -> None:
    """Run the plan's suites in a session of pytest that nothing from outside can change. Raises as ``judge`` does."""
    arguments = [f"--rootdir={root}", f"--confcutdir={root}", "-c", os.devnull, *_OPTIONS]
    try:
        with _without_settings_from_outside():
            status = pytest.main([*arguments, *map(str, plan.candidates)], plugins=[JudgePlugin(plan)])
    finally:
        _forget(plan.candidates)
    if plan.errors:
        raise KitError(f"a suite could not be loaded: {plan.errors[0]}")
    if status == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if plan.internal_error:
        error = InternalError(f"an error of the grader's own: {plan.internal_error.strip().splitlines()[-1]}")
        error.add_note(plan.internal_error)  # for --debug
        raise error
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise JudgeError(f"the suites could not be run (pytest ended with status {int(status)})")


def _forget(suites: Iterable[Path]) -> None:
    """Unload suites: pytest would give the next session the modules, and so the recordings, of this one."""
    files = {str(suite) for suite in suites}
    for name, module in list(sys.modules.items()):
        if getattr(module, "__file__", None) in files:
            del sys.modules[name]


@contextlib.contextmanager
def _without_settings_from_outside() -> Iterator[None]:
    """A verdict must not depend on the user's own pytest settings; what pytest starts later gets them back."""
    names = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update(before)
