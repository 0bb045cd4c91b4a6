"""Workers: real processes, which are asked, killed and left alone. This module is what they run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.errors import JudgeError, KitError
from grader.workers import AskedWorker, ending, serve
from tests.grader.command import ROOT, environment
from tests.grader.runs import ended

MODULE = "tests.grader.test_workers"


@contextmanager
def answering(word: str) -> Iterator[Callable[[str], object]]:
    def answer(asked: str) -> object:
        match asked:
            case "word":
                return word
            case "session":
                return os.getsid(0)
            case "broken kit":
                raise KitError("the suite is missing")
            case "own error":
                raise ValueError("too small")
            case _:
                time.sleep(float(asked))
                return None

    yield answer


@pytest.fixture
def worker() -> Iterator[AskedWorker]:
    worker = AskedWorker(MODULE, "turtle")
    yield worker
    worker.end()


def test_a_worker_replies_to_one_thing_after_the_other_and_survives_errors(worker: AskedWorker) -> None:
    assert not worker.ready
    assert worker.ask("word") == "turtle"
    assert worker.ready
    with pytest.raises(KitError, match="the suite is missing"):
        worker.ask("broken kit")
    with pytest.raises(JudgeError, match="an error of the grader's own: ValueError: too small"):
        worker.ask("own error")
    assert worker.ask("word") == "turtle"


def test_the_death_of_a_worker_is_heard_and_told(worker: AskedWorker) -> None:
    assert worker.ask("word") == "turtle"
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(EOFError):
        worker.ask("word")
    assert ending(worker.end()) == "by SIGKILL"
    assert (ending(1), ending(-999)) == ("exit status 1", "by signal 999")


def test_one_that_cannot_be_started_is_an_error_that_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(JudgeError, match=r"cannot be started \(No such file or directory\)"):
        AskedWorker(MODULE, "turtle")


def test_ctrl_c_at_the_terminal_does_not_reach_it(worker: AskedWorker) -> None:
    assert worker.ask("session") == worker.pid != os.getsid(0)
    os.kill(worker.pid, signal.SIGINT)
    assert worker.ask("word") == "turtle"


def test_nothing_in_the_working_directory_takes_the_place_of_the_grader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "grader.py").write_text("raise SystemExit(7)\n")
    monkeypatch.chdir(tmp_path)
    worker = AskedWorker(MODULE, "turtle")
    assert worker.ask("word") == "turtle"
    worker.end()


_OWNER = """
from tests.grader.test_workers import *
worker = AskedWorker(MODULE, "turtle")
worker.ask("word")
worker.give("50")
print(worker.pid, flush=True)
time.sleep(50)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_worker_in_the_middle_of_something_ends_with_its_owner_however_that_ends(how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _OWNER], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as owner:
        assert owner.stdout
        pid = int(owner.stdout.readline())
        assert not ended_now(pid)
        os.kill(owner.pid, how)
        owner.wait(20)
        assert ended({pid})


def ended_now(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


if __name__ == "__main__":
    serve(sys.argv[1], answering)
