"""What a cluster gains and costs: ``python -m benchmarks.cluster``, on a machine that has nothing else to do.

The same batches are judged by one worker and by two, each pinned to a core of its own (``taskset``), by turns; printed
are the medians of batches a minute. Beside it stands how much more two cores of this machine compute than one, when
they share nothing: virtual cores often share a real one, and no cluster gains more than the machine has. Then batches
go through workers that only say what they would have found, which shows what client and scheduler take for each:
processor time, and memory that grows.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from distributed import Worker

from grader.cluster import worker as turtles
from grader.cluster.dask_cluster import Cluster
from grader.collect.batches import Batch, Delivery, Judges, Work
from grader.load.kit import Kit, load_kit
from grader.record.sandbox import Sandbox, choose

ROOT = Path(__file__).parents[1]
HOLLOW = "BENCHMARK_RESULTS"
"""The environment variable that names a file of results, by source, for workers that judge nothing."""

_COMPUTE = """
import time
rounds, end = 0, time.monotonic() + 5
while time.monotonic() < end:
    rounds += 1
    sum(each * each for each in range(10_000))
print(rounds)
"""

numbers = itertools.count(1)


def programs_of(kit: Kit) -> list[tuple[str, bytes]]:
    """What a class hands in of each exercise: as it was handed out, the reference answer, right and wrong ones."""
    found = []
    for exercise in kit.exercises:
        if not exercise.needs_newer_python:
            paths = [kit.handed_out_file(exercise), kit.solution_file(exercise)]
            paths += [answer.path for answer in kit.answers(exercise)[:4]]
            found.append([(exercise.name, path.read_bytes()) for path in paths])
    # Not one exercise after the other, so that batches are alike.
    return [each for some in itertools.zip_longest(*found) for each in some if each]


def batches_of(programs: Sequence[tuple[str, bytes]], count: int, size: int) -> Iterator[Batch]:
    """The same programs each time it is called, and no two files that are the same."""
    endless = itertools.cycle(programs)
    for _ in range(count):
        number = next(numbers)
        some = itertools.islice(endless, size)
        files = [Work(f"{number}.{n}", name, source + b"\n# %d\n" % number) for n, (name, source) in enumerate(some)]
        yield Batch(number, tuple(files))


def judge_all(judges: Judges, batches: Iterator[Batch]) -> Iterator[Delivery]:
    """As a grading does it: as many under way as there is room for."""
    under_way = 0
    while True:
        for batch in itertools.islice(batches, max(0, judges.room - under_way)):
            judges.send(batch)
            under_way += 1
        if not under_way:
            return
        delivery = judges.next()
        assert not delivery.lost, delivery.lost
        under_way -= 1
        yield delivery


class Processes:
    """Schedulers and workers, which end with it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._count = itertools.count()

    def scheduler(self) -> tuple[str, int]:
        """Its address and process."""
        started = self._start([], "scheduler", ["--port", "0", "--dashboard-address", "127.0.0.1:0"], {})
        return _wait_for(started[1], r"Scheduler at: +(tcp://\S+)"), started[0]

    def worker(self, scheduler: str, core: int, sandbox: Sandbox, **environ: str) -> None:
        """A worker, as soon as it is there."""
        options = [scheduler, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        options += ["--preload", "benchmarks.cluster", "--preload", "grader.cluster.worker"]
        environ |= {"TURTLES_KIT": str(ROOT), "TURTLES_SANDBOX": sandbox.name}
        _wait_for(self._start(["taskset", "-c", str(core)], "worker", options, environ)[1], "(Registered to)")

    def _start(
        self, wrapper: Sequence[str], what: str, options: Sequence[str], environ: dict[str, str]
    ) -> tuple[int, Path]:
        log = self._folder / f"{next(self._count)}.log"
        command = [*wrapper, sys.executable, "-m", "dask", what, "--host", "127.0.0.1", *options]
        with log.open("wb") as file:
            process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environ}, stdout=file, stderr=file)
        self._stack.callback(process.wait)
        self._stack.callback(process.terminate)
        return process.pid, log


def _wait_for(log: Path, pattern: str) -> str:
    give_up = time.monotonic() + 60
    while not (found := re.search(pattern, log.read_text())):
        if time.monotonic() > give_up:
            sys.exit(log.read_text())
        time.sleep(0.05)
    return found[1]


def processor_s(pid: int) -> float:
    """Processor time of a process until now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def dask_setup(worker: Worker) -> None:
    """Of a worker that judges nothing, if it is to be one."""
    del worker
    if file := os.environ.get(HOLLOW):
        known = json.loads(Path(file).read_text())

        def judge(number: int, files: Sequence[tuple[str, str, bytes]], setup: dict[str, str]) -> bytes:
            del number, setup
            return json.dumps({"results": {key: known[exercise] for key, exercise, _ in files}}).encode()

        turtles.judge = judge


def computing_gain() -> float:
    """How many times as much two cores compute as one, each with a process of its own and nothing to share."""

    def rate(cores: int) -> float:
        command = [sys.executable, "-I", "-c", _COMPUTE]
        running = [
            subprocess.Popen(["taskset", "-c", str(core), *command], stdout=subprocess.PIPE, text=True)
            for core in range(cores)
        ]
        return sum(float(process.communicate()[0]) for process in running)

    return rate(2) / rate(1)


def measure_gain(options: argparse.Namespace, kit: Kit, sandbox: Sandbox, processes: Processes) -> dict[str, object]:
    """Print batches a minute of one worker and of two. Returns a result of each exercise, as JSON."""
    programs = programs_of(kit)
    found: dict[str, object] = {}
    addresses = {}
    for workers in (1, 2):
        addresses[workers], _ = processes.scheduler()
        for core in range(workers):
            processes.worker(addresses[workers], core, sandbox)
    rates: dict[int, list[float]] = {1: [], 2: []}
    computing: list[float] = []
    for turn in range(options.rounds + 1):
        for workers, address in addresses.items():
            batches = options.batches if turn else workers  # the first turn warms up
            with Cluster(address, kit, sandbox) as cluster:
                began = time.monotonic()
                for delivery in judge_all(cluster, batches_of(programs, batches, options.programs)):
                    found |= {result.name: result.to_json() for result in delivery.results.values()}
                rate = batches * 60 / (time.monotonic() - began)
            if turn:
                rates[workers].append(rate)
                print(f"  {workers} worker{'s'[: workers - 1]}: {rate:.1f} batches a minute", flush=True)
        computing.append(computing_gain())
    one, two = (statistics.median(rates[workers]) for workers in (1, 2))
    print(
        f"batches of {options.programs} programs a minute: {one:.1f} by one worker, {two:.1f} by two, "
        f"{two / one:.2f} times; two cores compute {statistics.median(computing):.2f} times as much as one"
    )
    return found


def measure_cost(options: argparse.Namespace, kit: Kit, sandbox: Sandbox, processes: Processes, results: Path) -> None:
    """Print what client and scheduler take for a batch."""
    names = set(json.loads(results.read_text()))
    programs = [program for program in programs_of(kit) if program[0] in names]
    address, scheduler = processes.scheduler()
    for core in range(2):
        processes.worker(address, core, sandbox, **{HOLLOW: str(results)})
    pids = {"client": os.getpid(), "scheduler": scheduler}
    with Cluster(address, kit, sandbox) as cluster:
        # Dask's logs of the last of everything are full by then, and grow no more.
        for count in (options.hollow // 2, options.hollow):
            before = {who: (processor_s(pid), resident_mb(pid)) for who, pid in pids.items()}
            began = time.monotonic()
            for _ in judge_all(cluster, batches_of(programs, count, options.programs)):
                pass
            took = time.monotonic() - began
    print(f"{options.hollow} batches that nobody judged: {options.hollow / took:.0f} a second")
    for who, pid in pids.items():
        used, grown = processor_s(pid) - before[who][0], resident_mb(pid) - before[who][1]
        print(
            f"  {who}: {used / options.hollow * 1000:.1f} ms of processor time a batch; {resident_mb(pid):.0f} MB, "
            f"{grown / options.hollow * 1000:+.1f} MB for 1000 batches"
        )


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description="What a cluster gains and costs.")
    parser.add_argument(
        "--batches",
        type=int,
        default=12,
        help="in each measurement (default 12): with few, one worker waits for the other at the end",
    )
    parser.add_argument("--programs", type=int, default=24, help="in each batch (default 24)")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each kind (default 3)")
    parser.add_argument("--hollow", type=int, default=2000, help="batches that nobody judges (default 2000)")
    options = parser.parse_args()
    kit, sandbox = load_kit(ROOT), choose("auto")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="turtles-cluster-")))
        results = folder / "results.json"
        with contextlib.ExitStack() as some:
            results.write_text(json.dumps(measure_gain(options, kit, sandbox, Processes(folder, some))))
        measure_cost(options, kit, sandbox, Processes(folder, stack), results)


if __name__ == "__main__":
    main()
