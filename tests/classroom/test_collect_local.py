"""Batches judged by processes of this machine: real ones, which are killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.collect import local_workers
from grader.collect.batches import Batch, Delivery, Work
from grader.collect.cache_key import Keys
from grader.collect.local_workers import Local
from grader.errors import JudgeError, KitError
from grader.load.kit import Kit, load_kit
from grader.record.sandbox import Sandbox
from grader.result import Verdict
from tests.classroom.deliveries import decided
from tests.grader.command import ROOT, environment, wait_until
from tests.grader.kits import SOLVED, TWO_TASKS, edit, make_kit

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

NO_WALL = Sandbox(wall=False)

FOREVER = TWO_TASKS.replace("    await task_a()\n    await task_b()\n", "    await asyncio.sleep(50)\n")
"""It runs until somebody ends it."""


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    kit = load_kit(make_kit(tmp_path, {"01_first": ["hello"], "02_together": ["two_tasks"]}))
    for exercise in kit.exercises:  # longer than any test waits for the end of a program
        edit(kit.suite_file(exercise), 'record("main")', 'record("main", deadline_s=50.0)')
    return kit


def work(kit: Kit, exercise: str, text: str) -> Work:
    return Work(Keys(kit, "none").key(exercise, text.encode()), exercise, text.encode())


def batch(kit: Kit, number: int, *texts: str) -> Batch:
    return Batch(number, tuple(work(kit, "hello", text) for text in texts))


def verdicts(delivery: Delivery) -> list[Verdict]:
    return [delivery.results[work.key].verdict for work in delivery.batch.files]


def collect(judges: Local, number: int) -> dict[int, Delivery]:
    deliveries = [decided(judges) for _ in range(number)]
    return {delivery.batch.number: delivery for delivery in deliveries}


def workers(judges: Local) -> list[int]:
    return [worker.pid for worker in judges._workers]


def busy(judges: Local) -> int:
    """The process that judges the one batch that is under way."""
    (worker,) = [worker for worker in judges._workers if worker.batch]
    return worker.pid


def descendants(pid: int) -> set[int]:
    """All processes below one."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found.update(children)
        waiting += children
    return found


def alive(pids: set[int]) -> set[int]:
    """Those that have not ended; what nobody has reaped has."""
    return {pid for pid in pids if _state(pid) not in ("", "Z", "X")}


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def test_batches_are_judged_side_by_side_and_each_comes_back_with_all_its_results(kit: Kit) -> None:
    with Local(kit, NO_WALL, 2) as judges:
        assert judges.room == 4
        assert workers(judges) == []  # nobody is there before there is something to do
        judges.send(Batch(1, (work(kit, "hello", SOLVED), work(kit, "two_tasks", TWO_TASKS))))
        judges.send(batch(kit, 2, TWO_TASKS, "def broken(:"))
        judges.send(batch(kit, 3, SOLVED.replace("both tasks", "the tasks")))
        found = collect(judges, 3)
        assert len(workers(judges)) == 2
    assert verdicts(found[1]) == [Verdict.PASSED, Verdict.UNTOUCHED]
    assert verdicts(found[2]) == [Verdict.UNTOUCHED, Verdict.BROKEN]
    assert verdicts(found[3]) == [Verdict.PASSED]


def test_whoever_is_killed_loses_its_batch_and_nothing_else(kit: Kit) -> None:
    with Local(kit, NO_WALL, 1) as judges:
        judges.send(batch(kit, 1, SOLVED))
        assert not judges.next().lost
        judges.send(batch(kit, 2, FOREVER))
        judges.send(batch(kit, 3, SOLVED))
        victim = busy(judges)
        wait_until(lambda: len(descendants(victim)) >= 3)  # a fork server, a supervisor and a program
        below = descendants(victim)
        os.kill(victim, signal.SIGKILL)
        lost, judged = judges.next(), decided(judges)
        wait_until(lambda: not alive(below))
        assert workers(judges) != [victim]
    assert (lost.batch.number, lost.lost) == (2, "the process that judged it died (by SIGKILL)")
    assert lost.results == {}
    assert (judged.batch.number, verdicts(judged)) == (3, [Verdict.PASSED])


def test_whoever_is_killed_while_it_has_nothing_to_do_loses_nothing(kit: Kit) -> None:
    with Local(kit, NO_WALL, 1) as judges:
        judges.send(batch(kit, 1, "def broken(:"))
        judges.next()
        (pid,) = workers(judges)
        os.kill(pid, signal.SIGKILL)
        wait_until(judges._workers[0].pipe.poll)
        judges.send(batch(kit, 2, "def broken(:"))
        assert verdicts(judges.next()) == [Verdict.BROKEN]


def test_when_it_is_left_nobody_is_at_work(kit: Kit) -> None:
    with Local(kit, NO_WALL, 2) as judges:
        judges.send(batch(kit, 1, "def broken(:"))
        judges.next()
        judges.send(batch(kit, 2, FOREVER))
        victim = busy(judges)
        judges.send(batch(kit, 3, FOREVER))  # for which a second process is being started
        wait_until(lambda: len(descendants(victim)) >= 3)
        below = {*workers(judges), *descendants(victim)}
        assert len(workers(judges)) == 2
    wait_until(lambda: not alive(below))


def test_a_broken_kit_is_said(kit: Kit) -> None:
    edit(kit.suite_file(kit.exercise("hello")), "from grader.suite", "import nothing_of_that_name\nfrom grader.suite")
    with Local(kit, NO_WALL, 1) as judges:
        judges.send(batch(kit, 1, SOLVED))
        with pytest.raises(KitError, match=r"a suite could not be loaded: .*nothing_of_that_name"):
            judges.next()


def test_an_error_of_the_graders_own_loses_the_batch_only(kit: Kit) -> None:
    with Local(kit, NO_WALL, 1) as judges:
        judges.send(Batch(1, (Work("k", "hello", None),)))  # type: ignore[arg-type]
        assert judges.next().lost.startswith("an error of the grader's own: TypeError")
        judges.send(batch(kit, 2, "def broken(:"))
        assert verdicts(judges.next()) == [Verdict.BROKEN]


def test_processes_that_cannot_be_started_are_not_started_for_ever(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    started: list[int] = []
    begin = Local._bury

    def count(self: Local, worker: local_workers._LocalWorker) -> None:
        started.append(worker.pid)
        begin(self, worker)

    monkeypatch.setattr(Local, "_bury", count)
    with Local(kit, NO_WALL, 1) as judges:
        judges.send(batch(kit, 1, SOLVED))
        with pytest.raises(JudgeError, match=r"cannot be started \(exit status 1\)"):
            judges.next()
    assert len(started) == 3
    monkeypatch.setattr(sys, "executable", "/none")
    with Local(kit, NO_WALL, 1) as judges, pytest.raises(JudgeError, match=r"cannot be started \(No such file"):
        judges.send(batch(kit, 1, SOLVED))


def test_nothing_can_come_when_nothing_was_sent(kit: Kit) -> None:
    with Local(kit, NO_WALL, 1) as judges, pytest.raises(JudgeError, match="no batch is under way"):
        judges.next()


_CLIENT = """
import sys
from tests.classroom.test_collect_local import *
kit = load_kit(Path(sys.argv[1]))
with Local(kit, NO_WALL, 2) as judges:
    for number in range(2):
        judges.send(batch(kit, number, FOREVER + f"# {number}"))
    print("sent", flush=True)
    judges.next()
"""


@pytest.fixture
def client(kit: Kit) -> Iterator[subprocess.Popen[str]]:
    """Whoever has batches judged, in a process of its own, with two programs under way."""
    process = subprocess.Popen(
        [sys.executable, "-c", _CLIENT, str(kit.root)], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    process.stdout.readline()
    wait_until(lambda: len(descendants(process.pid)) >= 2 * 4)  # a worker, a fork server, a supervisor and a program
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_when_whoever_sent_them_is_killed_nobody_is_left(client: subprocess.Popen[str]) -> None:
    below = descendants(client.pid)
    client.kill()
    client.wait()
    wait_until(lambda: not alive(below))


def test_ctrl_c_at_the_terminal_reaches_nobody_but_whoever_sent_them(client: subprocess.Popen[str]) -> None:
    for pid in descendants(client.pid):
        assert os.getsid(pid) != os.getsid(client.pid)
