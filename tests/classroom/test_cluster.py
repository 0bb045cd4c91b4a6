"""A cluster judges as this machine does, whoever dies: a real scheduler, real workers, on the loopback."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytest.importorskip("distributed")

from distributed import Client

from grader.cluster import dask_cluster
from grader.cluster.dask_cluster import Cluster, ClusterLost
from grader.collect import grading
from grader.collect.batches import Batch, Delivery, Judges, Work
from grader.collect.gradebook import Gradebook
from grader.collect.grading import ClassRequest, Tally, grade_class
from grader.collect.local_workers import Local
from grader.collect.submissions import Found, Handed
from grader.errors import UsageError
from grader.load.kit import Kit, load_kit
from grader.record.sandbox import Sandbox, choose
from grader.result import ExerciseResult, Verdict
from tests.classroom.cluster_preload import MARK
from tests.classroom.deliveries import decided
from tests.grader.command import environment, wait_until
from tests.grader.kits import SOLVED, TWO_TASKS, edit, make_kit

PRELOAD = Path(__file__).parent / "cluster_preload.py"
NO_SANDBOX = {"TURTLES_SANDBOX": "none"}


class Process:
    """A command of Dask's, with a file for what it says."""

    def __init__(self, log: Path, *arguments: str, **environ: str) -> None:
        self.log = log
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                cwd=log.parent,
                env=environment(**environ),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    def said(self, pattern: str) -> str:
        """The first that it says of that form; waits for it."""

        def found() -> re.Match[str] | None:
            assert self.process.poll() is None, self.log.read_text()
            return re.search(pattern, self.log.read_text())

        wait_until(found)
        match = found()
        assert match
        return match[1]

    def kill(self) -> None:
        """With all that it started, as a power cut does."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Place:
    """A folder with a kit, and the processes of a cluster."""

    folder: Path
    kit: Kit
    sandbox: Sandbox = field(default_factory=lambda: choose("none"))
    stack: ExitStack = field(default_factory=ExitStack)
    count: int = 0

    def scheduler(self) -> Process:
        return self._start("scheduler", "--dashboard-address", "127.0.0.1:0", "--port", "0")

    def worker(self, scheduler: str, *options: str, kit: Path | None = None, **environ: str) -> Process:
        """Started, and not yet there."""
        environ = {**NO_SANDBOX, "TURTLES_KIT": str(kit or self.kit.root), **environ}
        preloads = ("--preload", str(PRELOAD), "--preload", "grader.cluster.worker")
        nanny = () if "--nanny" in options else ("--no-nanny",)
        return self._start(
            "worker", scheduler, "--nthreads", "1", "--no-dashboard", *nanny, *preloads, *options, **environ
        )

    def _start(self, command: str, *arguments: str, **environ: str) -> Process:
        self.count += 1
        process = Process(
            self.folder / f"{self.count}.{command}.log", command, "--host", "127.0.0.1", *arguments, **environ
        )
        self.stack.callback(process.kill)
        return process

    def address(self, scheduler: Process) -> str:
        return scheduler.said(r"Scheduler at: +(tcp://\S+)")

    def cluster(self, address: str, **options: float) -> Cluster:
        return Cluster(address, self.kit, self.sandbox, **options)

    def batch(self, number: int, *sources: str | bytes) -> Batch:
        """A batch of files that are all of the one exercise."""
        files = (each.encode() if isinstance(each, str) else each for each in sources)
        return Batch(number, tuple(Work(f"{number}.{n}", "two_tasks", each) for n, each in enumerate(files)))

    def held(self, number: int) -> tuple[Batch, Path]:
        """A batch whose program waits for the file ``go``, and a file that is there as soon as it runs."""
        sign = self.folder / f"{number}.runs"
        head = f"import pathlib\npathlib.Path({str(sign)!r}).touch()\n"
        wait = f"    while not pathlib.Path({str(self.go)!r}).exists():\n        await asyncio.sleep(0.02)\n"
        body = "    # gather wraps both in tasks at once.\n"
        assert body in SOLVED
        return self.batch(number, head + SOLVED.replace(body, wait)), sign

    @property
    def go(self) -> Path:
        return self.folder / "go"


def joined(worker: Process) -> str:
    """The worker's address, as soon as the scheduler knows it."""
    worker.said(r"(Registered to)")
    return worker.said(r"Start worker at: +(tcp://\S+)")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("cluster")
    with ExitStack() as stack:
        yield Place(folder, load_kit(make_kit(folder)), stack=stack)


@pytest.fixture(scope="module")
def address(place: Place) -> str:
    """A scheduler that lives as long as the tests."""
    return place.address(place.scheduler())


@pytest.fixture(scope="module")
def steady(place: Place, address: str) -> Process:
    """Its one worker, unless a test adds some."""
    worker = place.worker(address)
    joined(worker)
    return worker


class Grade:
    """Grades a class of which everybody handed in the one exercise, and knows what came of it."""

    def __init__(self, kit: Kit, book: Gradebook, monkeypatch: pytest.MonkeyPatch) -> None:
        self._kit = kit
        self._book = book
        self._monkeypatch = monkeypatch

    def __call__(
        self, handed_in: Mapping[str, bytes], judges: Judges, done: Callable[[int], None] = lambda _: None
    ) -> Tally:
        def find(_: Path) -> tuple[list[Found], list[str]]:
            return [Found(place, Path(place)) for place in handed_in], []

        def read(_: Kit, found: Found) -> Handed:
            return Handed(found.place, found.place, {"two_tasks": handed_in[found.place]}, (), "", (), found.place)

        self._monkeypatch.setattr(grading, "find", find)
        self._monkeypatch.setattr(grading, "read", read)
        request = ClassRequest(self._kit, Path("submissions"), "none")
        return grade_class(request, self._book, judges, lambda graded, _: done(graded))

    def verdicts(self) -> dict[str, Verdict]:
        """By student."""
        grades = self._book.grades()
        return {place: self._book.result(keys["two_tasks"]).verdict for place, keys in grades.items()}


@pytest.fixture
def grade(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Grade]:
    with Gradebook.to_grade(tmp_path / "class.db") as book:
        yield Grade(place.kit, book, monkeypatch)


def deliver(judges: Judges, batches: list[Batch]) -> dict[int, Delivery]:
    """Have batches judged, and return what came of them by their number."""
    for batch in batches:
        judges.send(batch)
    return {delivery.batch.number: delivery for delivery in (decided(judges) for _ in batches)}


def verdicts(results: Mapping[str, ExerciseResult]) -> dict[str, object]:
    """What must be the same wherever it was judged."""
    return {
        key: (each.name, each.path, each.verdict, each.score, each.message, [check.verdict for check in each.checks])
        for key, each in results.items()
    }


@pytest.mark.usefixtures("steady")
def test_the_results_are_those_of_this_machine(place: Place, address: str) -> None:
    batches = [place.batch(1, SOLVED, TWO_TASKS), place.batch(2, "async def main(: ..."), place.batch(3, b"\xff\0")]
    with place.cluster(address) as cluster, Local(place.kit, place.sandbox, 1) as local:
        there, here = deliver(cluster, batches), deliver(local, batches)
    assert there.keys() == here.keys() == {1, 2, 3}
    for number, delivery in there.items():
        assert verdicts(delivery.results) == verdicts(here[number].results)
    assert [each.verdict for each in there[1].results.values()] == [Verdict.PASSED, Verdict.UNTOUCHED]


@pytest.mark.usefixtures("steady")
def test_a_batch_that_comes_twice_has_the_same_result_twice(place: Place, address: str) -> None:
    with place.cluster(address) as cluster:
        batch = place.batch(1, SOLVED)
        cluster.send(batch)
        cluster.send(batch)
        first, second = decided(cluster), decided(cluster)
    assert verdicts(first.results) == verdicts(second.results)


def test_a_worker_that_comes_late_takes_part(place: Place, address: str, steady: Process) -> None:
    with place.cluster(address) as cluster, ExitStack() as stack:
        assert cluster.room == 2
        steady.process.send_signal(signal.SIGSTOP)  # it is there, and never done
        stack.callback(steady.process.send_signal, signal.SIGCONT)
        for number in (1, 2):
            cluster.send(place.batch(number, SOLVED))
        late = place.worker(address)
        delivery = cluster.next()
        assert (delivery.batch.number, delivery.lost) == (2, "")
        assert cluster.room == 4
        late.kill()
        wait_until(lambda: cluster.room == 2)


@pytest.mark.usefixtures("steady")
def test_what_a_killed_worker_had_is_lost_and_nothing_else(place: Place, address: str) -> None:
    worker = place.worker(address)
    killed = joined(worker)
    with place.cluster(address) as cluster:
        assert cluster.room == 4
        batches = dict(place.held(number) for number in (1, 2))
        for batch in batches:
            cluster.send(batch)
        for runs in batches.values():
            wait_until(runs.exists)
        os.kill(worker.process.pid, signal.SIGKILL)
        lost = cluster.next()
        place.go.touch()
        judged = cluster.next()
        assert lost.lost == f"the worker {killed} died"
        assert not judged.lost
        assert {lost.batch, judged.batch} == set(batches)
        wait_until(lambda: cluster.room == 2)


def test_when_the_scheduler_dies_it_is_said_and_the_same_command_goes_on_from_there(
    place: Place, address: str, steady: Process, grade: Grade
) -> None:
    del steady
    scheduler = place.scheduler()
    joined(place.worker(place.address(scheduler)))
    handed_in = {f"student{n:02}": f"{SOLVED}\n# {n}\n".encode() for n in range(18)}
    with place.cluster(place.address(scheduler)) as cluster:
        with pytest.raises(ClusterLost, match=r"scheduler is gone .* the same command goes on from there") as error:
            grade(handed_in, cluster, lambda done: scheduler.kill() if done else None)
        assert error.value.exit_status == 3
        with pytest.raises(ClusterLost):
            cluster.next()
    before = grade.verdicts()
    assert 0 < len(before) < len(handed_in)
    with place.cluster(address) as cluster:
        tally = grade(handed_in, cluster)
    assert grade.verdicts() == dict.fromkeys(handed_in, Verdict.PASSED)
    assert tally.judged == len(handed_in) - len(before)


def test_what_kills_workers_is_set_aside_after_its_third_try_and_each_costs_one_worker(
    place: Place, grade: Grade
) -> None:
    scheduler = place.scheduler()
    address = place.address(scheduler)
    for worker in [place.worker(address, "--nanny") for _ in range(2)]:
        joined(worker)
    handed_in = {f"student{n}": f"{SOLVED}\n# {n}\n".encode() for n in range(4)} | {"poison": MARK}
    with place.cluster(address) as cluster:
        grade(handed_in, cluster)
    verdicts = grade.verdicts()
    assert verdicts.pop("poison") is Verdict.INCONCLUSIVE
    assert verdicts == dict.fromkeys(verdicts, Verdict.PASSED)
    assert len(verdicts) == 4
    # Once in a batch with the others, and three times alone.
    assert scheduler.log.read_text().count("Remove worker addr") == 4


def test_when_all_workers_are_gone_for_too_long_it_is_said(place: Place) -> None:
    address = place.address(place.scheduler())
    worker = place.worker(address)
    joined(worker)
    with place.cluster(address, patience_s=1.0) as cluster:
        worker.kill()
        wait_until(lambda: cluster.workers == 0)
        cluster.send(place.batch(1, SOLVED))
        with pytest.raises(ClusterLost, match="for 1 s the cluster had no worker that could judge"):
            cluster.next()


@pytest.mark.usefixtures("steady")
def test_workers_of_another_kit_or_python_do_not_take_part(place: Place, address: str) -> None:
    kit = make_kit(place.folder / "another")
    edit(kit / "tests/hidden/02_together/test_two_tasks.py", "both.elapsed < 0.6", "both.elapsed < 0.7")
    other_kit = place.worker(address, kit=kit)
    other_python = place.worker(address, TEST_PYTHON_VERSION="3.99.0")
    of_kit, of_python = joined(other_kit), joined(other_python)
    with place.cluster(address) as cluster:
        assert cluster.room == 2
        said = "\n".join(cluster.refused)
    with pytest.raises(UsageError) as error:  # nor does the worker that is left, when it has another sandbox
        Cluster(address, place.kit, Sandbox(True)).__enter__()
    other_kit.kill()
    other_python.kill()
    assert f"{of_kit}: its kit is another (" in said
    assert f"{of_python}: it has CPython 3.99.0 (here " in said
    assert said.count("\n") == 1
    assert str(error.value).count("its sandbox is none (here bwrap)") >= 3


@pytest.mark.usefixtures("steady")
def test_a_worker_whose_kit_changed_under_it_refuses_and_another_judges(place: Place, address: str) -> None:
    kit = make_kit(place.folder / "same")
    worker = place.worker(address, kit=kit)
    changed = joined(worker)
    edit(kit / "tests/hidden/02_together/test_two_tasks.py", "both.elapsed < 0.6", "both.elapsed < 0.7")
    with place.cluster(address) as cluster:
        assert cluster.room == 4
        found = deliver(cluster, [place.batch(number, SOLVED) for number in range(2)])
        assert cluster.refused == (f"{changed}: its kit has changed since it was started: start it again",)
    worker.kill()
    assert all(each.verdict is Verdict.PASSED for delivery in found.values() for each in delivery.results.values())
    assert len(found) == 2


@pytest.mark.usefixtures("steady")
def test_the_scheduler_keeps_nothing_of_what_was_delivered_nor_of_a_client_that_is_gone(
    place: Place, address: str
) -> None:
    with Client(address, set_as_default=False) as onlooker:  # type: ignore[no-untyped-call]
        with place.cluster(address) as cluster:
            deliver(cluster, [place.batch(1, SOLVED)])
            wait_until(lambda: not onlooker.who_has())
            place.go.unlink(missing_ok=True)
            held, runs = place.held(3)
            cluster.send(held)
            cluster.send(place.batch(2, SOLVED))
            wait_until(runs.exists)
            assert any(onlooker.processing().values())
        wait_until(lambda: not any(onlooker.processing().values()) and not onlooker.who_has())
    place.go.touch()


def test_an_address_where_no_scheduler_is_or_has_no_workers_is_said(
    place: Place, steady: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = joined(steady)
    with monkeypatch.context() as patch:
        patch.setattr(dask_cluster, "CONNECT_S", 0.5)
        for wrong in ("tcp://127.0.0.1:1", "tls://127.0.0.1:1", "nonsense", "", "http://127.0.0.1:80", worker):
            with pytest.raises(UsageError, match=r"^--cluster .*: no Dask scheduler answers there \("):
                place.cluster(wrong).__enter__()
    with pytest.raises(UsageError, match=r"has no workers; start some with `dask worker"):
        place.cluster(place.address(place.scheduler())).__enter__()
