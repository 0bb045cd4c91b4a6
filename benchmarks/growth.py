"""So many programs at once, in one of two ways: ``python -m benchmarks.growth turtles 50`` (or ``plain``).

Prints, as JSON, the wall time, the processor time that this process took before the first program, and how far the
gaps that were seen from outside lie from what they are in the program. With ``--memory`` it prints the most private
memory of all processes instead.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import resource
import statistics
import sys
import threading
import time
from collections.abc import Iterator

from benchmarks.recording import PROGRAM, private_kb_of_children
from grader.record.recorder import Job, Recorder
from grader.record.sandbox import choose
from grader.record.spec import RecordingSpec

_GAPS = {"A": 1.0, "B": 0.8}
_LOOK_EVERY_S = 0.25
_RUN = f"{PROGRAM.source}\nasyncio.run(main())\n"


def record(count: int) -> list[float]:
    """Record the program as the grader does. Returns the error of each gap in seconds."""
    jobs = {number: Job(PROGRAM, RecordingSpec("main", observe=False)) for number in range(count)}
    with Recorder(choose("auto")) as recorder:
        traces = [made.trace for made in recorder.record_all(jobs).values()]
    return [
        abs(float(trace.gap(f"{name} starts", f"{name} ends")) - gap) for trace in traces for name, gap in _GAPS.items()
    ]


def start_interpreters(count: int) -> list[float]:
    """Start an interpreter for each program, all at once, and stamp its lines. Returns the error of each gap."""

    async def one() -> dict[str, float]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-u", "-c", _RUN, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout
        seen = {}
        while line := await process.stdout.readline():
            seen[line.decode().strip()] = time.monotonic()
        await process.wait()
        return seen

    async def every() -> list[dict[str, float]]:
        return await asyncio.gather(*(one() for _ in range(count)))

    runs = asyncio.run(every())
    return [abs(seen[f"{name} ends"] - seen[f"{name} starts"] - gap) for seen in runs for name, gap in _GAPS.items()]


_WAYS = {"turtles": record, "plain": start_interpreters}


@contextlib.contextmanager
def weighed() -> Iterator[list[float]]:
    """The private memory of all processes that this one has started, in megabytes, each time it was looked at."""
    seen = [0.0]
    over = threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_EVERY_S):
            seen.append(private_kb_of_children() * 1024 / 1e6)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def main() -> None:
    """Run them, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description="Many programs at once.")
    parser.add_argument("way", choices=_WAYS)
    parser.add_argument("count", type=int)
    parser.add_argument("--memory", action="store_true", help="the most memory instead")
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    began, before_s = time.monotonic(), time.process_time()
    with weighed() if options.memory else contextlib.nullcontext([0.0]) as seen:
        errors = _WAYS[options.way](options.count)
    wall_s = time.monotonic() - began
    figures = {
        "wall_s": wall_s,
        "before_s": before_s,
        "worst_ms": max(errors) * 1000,
        "median_ms": statistics.median(errors) * 1000,
    }
    if options.memory:
        figures = {"memory_mb": max(seen)}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
