"""Plain pytest, as most courses write it: the learner's file is imported into this process, and called.

    python -m pytest benchmarks/baseline --exercises=solutions

It makes the same demands as the suites of chapters 01 to 03, with the same bounds, as far as this way of testing can.
"""

from __future__ import annotations

import ast
import importlib
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--exercises", default="exercises", help="the folder with the learner's files (exercises)")


@pytest.fixture
def exercise(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The learner's file, imported anew for each test."""
    name = request.module.__name__.rpartition(".")[2].removeprefix("test_")
    (file,) = Path(request.config.getoption("--exercises")).resolve().glob(f"*/{name}.py")
    monkeypatch.syspath_prepend(str(file.parent))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    # One of the files puts another function here.
    monkeypatch.setattr(socket, "getaddrinfo", socket.getaddrinfo)
    sys.modules.pop(name, None)
    yield importlib.import_module(name)
    sys.modules.pop(name, None)


@pytest.fixture
def run_script(exercise: ModuleType) -> Callable[[], float]:
    """Runs what ``python FILE`` would run, with what the test has replaced; returns the seconds that it took."""

    def run() -> float:
        assert exercise.__file__
        tree = ast.parse(Path(exercise.__file__).read_text(encoding="utf-8"))
        guards = [node for node in tree.body if isinstance(node, ast.If) and "__main__" in ast.dump(node.test)]
        assert guards, "the file does not run anything under `if __name__ == '__main__':`"
        start = time.monotonic()
        for guard in guards:
            exec(compile(ast.Module(guard.body, []), exercise.__file__, "exec"), exercise.__dict__)
        return time.monotonic() - start

    return run
