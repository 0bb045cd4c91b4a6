"""The real ``turtles`` command, in a process of its own, as a user has it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[2]

TURTLES = (sys.executable, "-m", "grader")

PATIENCE_S = 300.0
"""A test that takes longer hangs. A grading of a small kit takes 2 s on a machine that has nothing else to do."""

TOO_BUSY = 3
"""The exit status of a command that could not judge everything."""

ATTEMPTS = 5
"""With a load of ten on each core, two in a row were in vain."""

Found = TypeVar("Found")


def restore_signals() -> None:
    """Let Ctrl-C interrupt again: whatever a shell starts in the background ignores it, and so would its children."""
    for number in (signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def let_properties_take_their_time() -> None:
    """Hold no example to a time: on a busy machine the quickest takes a second now and then."""
    settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("patient")


def be_patient(items: Iterable[pytest.Item]) -> None:
    """Let tests that say nothing else take their time: beside much other work, a grading may take that of ten."""
    for item in items:
        if not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(PATIENCE_S))


def environment(**changes: str) -> dict[str, str]:
    """The environment of a user with a terminal of 100 columns and a UTF-8 locale, and with ``changes``."""
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR", "PYTEST_ADDOPTS")}
    defaults = {"PYTHONPATH": str(ROOT), "COLUMNS": "100", "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": ""}
    return {**kept, **defaults, **changes}


def turtles(
    folder: Path,
    *arguments: str,
    environ: Mapping[str, str] | None = None,
    wrapper: Sequence[str] = (),
    command: Sequence[str] = TURTLES,
) -> subprocess.CompletedProcess[str]:
    """Run the command in ``folder``. ``wrapper``: a command that starts it, such as ``setpriv …``."""
    return subprocess.run(
        [*wrapper, *command, *arguments],
        cwd=folder,
        env=environment(**(environ or {})),
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE_S / 2,
        check=False,
    )


def graded(
    folder: Path,
    *arguments: str,
    environ: Mapping[str, str] | None = None,
    wrapper: Sequence[str] = (),
    command: Sequence[str] = TURTLES,
) -> subprocess.CompletedProcess[str]:
    """The same for a command that judges programs: when the machine was too busy to judge all of them, once more.

    What was judged by then is remembered, as with a user who tries again.
    """
    return conclusive(
        lambda: turtles(folder, *arguments, environ=environ, wrapper=wrapper, command=command),
        lambda done: done.returncode != TOO_BUSY,
    )


def conclusive(attempt: Callable[[], Found], is_conclusive: Callable[[Found], bool]) -> Found:
    """What an attempt comes to that times real programs; while noise keeps it from a verdict, once more."""
    for _ in range(ATTEMPTS - 1):
        if is_conclusive(found := attempt()):
            return found
    return attempt()


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for what has to happen soon."""
    give_up = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def without_override() -> tuple[str, ...] | None:
    """A wrapper under which permissions of files hold for root too; None where there is no way to have one."""
    if os.geteuid() != 0:
        return ()
    wrapper = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--")
    try:
        done = subprocess.run([*wrapper, "true"], capture_output=True, check=False)
    except OSError:
        return None
    return wrapper if done.returncode == 0 else None
