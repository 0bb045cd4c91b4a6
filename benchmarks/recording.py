"""What recording costs: run it with ``python -m benchmarks.recording`` on a machine that has nothing else to do.

Prints: many runs of a 1 s program at once (wall time, worst error of a gap, processor time and memory for each), the
same one after the other, runs by spawning, and schedules a second under virtual time.
"""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from grader.record.recorder import Job, Recorder
from grader.record.recording import Recording, Subject
from grader.record.sandbox import Sandbox, choose
from grader.record.spec import Double, RecordingSpec

RUNS = 128

PROGRAM = Subject(
    """
import asyncio

async def task(name, seconds):
    print(f"{name} starts")
    await asyncio.sleep(seconds)
    print(f"{name} ends")

async def main():
    await asyncio.gather(task("A", 1.0), task("B", 0.8))
""",
    "exercises/00_benchmark/two_tasks.py",
)
LINES = ["A starts", "B starts", "B ends", "A ends"]

MEMORY = Subject(
    """
def main():
    wanted = {"Rss": 0, "Private_Clean": 0, "Private_Dirty": 0}
    for line in open("/proc/self/smaps_rollup"):
        name = line.split(":")[0]
        if name in wanted:
            wanted[name] = int(line.split()[1])
    return wanted
""",
    "exercises/00_benchmark/memory.py",
)

JOBS = Subject(
    """
import asyncio

async def fetch(name): ...

async def main(names):
    return await asyncio.gather(*map(fetch, names))
""",
    "exercises/00_benchmark/jobs.py",
)


def main() -> None:
    """Print every figure, behind the wall where there is one, and without."""
    for sandbox in filter(None, (choose("auto") if choose("auto").wall else None, Sandbox(False))):
        print(f"sandbox: {sandbox.name}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        with Recorder(sandbox) as recorder:
            _at_once(recorder, RUNS, observe=True)
            _at_once(recorder, RUNS, observe=False)
            _one(recorder)
            _memory(recorder)
            _schedules(recorder)
        with Recorder(sandbox, spawn=True) as recorder:
            _at_once(recorder, 16, observe=True, how=", spawned")


def _at_once(recorder: Recorder, count: int, *, observe: bool, how: str = "") -> None:
    jobs = {n: Job(PROGRAM, RecordingSpec("main", observe=observe)) for n in range(count)}
    found, wall_s, cpu_s = _measured(lambda: recorder.record_all(jobs))
    wrong = [each for each in found.values() if each.trace.lines != LINES]
    assert len(wrong) < count, next(iter(found.values()))
    errors = [
        abs(each.trace.gap(f"{name} starts", f"{name} ends") - seconds)
        for each in found.values()
        if each not in wrong
        for name, seconds in (("A", 1.0), ("B", 0.8))
    ]
    own = statistics.median(each.cpu_s for each in found.values())
    watched = "watched from inside" if observe else "not watched"
    print(
        f"  {count} at once{how}, {watched}: {wall_s:.2f} s, {len(wrong)} wrong orders, worst gap off by "
        f"{max(errors) * 1000:.0f} ms, median by {statistics.median(errors) * 1000:.1f} ms; processor time of the "
        f"program {own * 1000:.1f} ms, of the grader {cpu_s / count * 1000:.1f} ms a run"
    )


def _one(recorder: Recorder) -> None:
    _, wall_s, _ = _measured(lambda: recorder.record_all({0: Job(PROGRAM, RecordingSpec("main"))}))
    print(f"  1 alone: {wall_s - 1:.3f} s beyond its own second")


def _measured(work: Callable[[], dict[int, Recording]]) -> tuple[dict[int, Recording], float, float]:
    """The result of ``work``, its wall time, and the processor time of this process."""
    wall, cpu = time.monotonic(), time.process_time()
    return work(), time.monotonic() - wall, time.process_time() - cpu


def _memory(recorder: Recorder) -> None:
    spec = RecordingSpec("main")
    found = recorder.record_all({n: Job(MEMORY, spec) for n in range(4)})
    values = [each.trace.returned for each in found.values() if isinstance(each.trace.returned, dict)]
    if not values:
        print("  memory: this system does not tell")
        return
    private = statistics.median(each["Private_Clean"] + each["Private_Dirty"] for each in values) / 1024
    resident = statistics.median(each["Rss"] for each in values) / 1024
    grader = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    server = private_kb_of_children() / 1024
    print(
        f"  memory: a run {private:.1f} MB private, {resident:.0f} MB resident; the fork server {server:.1f} MB "
        f"private; this process {grader:.0f} MB"
    )


def private_kb_of_children() -> float:
    """Kilobytes of the processes that this one started, which are the fork server and its sandbox."""
    total = 0
    for task in Path("/proc/self/task").iterdir():
        waiting = (task / "children").read_text().split()
        while waiting:
            pid = waiting.pop()
            try:
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    total += int(line.split()[1]) if line.startswith("Private_") else 0
                waiting += Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            except OSError:
                continue
    return total


def _schedules(recorder: Recorder) -> None:
    names = ["a", "b", "c"]
    for alone, count in ((False, 400), (True, 30)):
        began = time.monotonic()
        for n in range(count):
            fetch = Double("fetch", delay=lambda name, n=n: n * names.index(name) % 7, reply=str.upper)
            spec = RecordingSpec("main", (names,), world={"fetch": fetch}, virtual=True, observe=alone)
            recording = recorder.explore(JOBS, spec, alone=alone)
            assert recording.trace.returned == ["A", "B", "C"], recording
        rate = count / (time.monotonic() - began)
        print(f"  virtual time: {rate:.0f} schedules a second{', each alone and watched' if alone else ''}")


if __name__ == "__main__":
    main()
