"""What ``turtles trace`` costs a program in processor time: ``python -m benchmarks.tracing``.

The program makes many tasks that sleep once. It runs by turns as it is and traced; of each pair the ratio is taken, of
all ratios the median. Only the program's own process counts, user and system time: drawing comes after it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from grader.tracing.collector import Collector
from grader.tracing.foreground import TracedProgram, run

PROGRAM = """
import asyncio

async def job():
    await asyncio.sleep(0.01)

async def main():
    await asyncio.gather(*(job() for _ in range({tasks})))

asyncio.run(main())
"""


def main() -> None:
    """Measure as many pairs as were asked for, and print the medians."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tracing", description="The cost of being traced.")
    parser.add_argument("--tasks", type=int, default=10_000, help="how many tasks the program makes (default 10,000)")
    parser.add_argument("--pairs", type=int, default=9, help="how often it runs in each way (default 9)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="turtles-tracing-") as folder:
        file = Path(folder, "program.py")
        file.write_text(PROGRAM.format(tasks=options.tasks), encoding="utf-8")
        pairs = [(_plain(file), _traced(file)) for _ in range(options.pairs)]
    plain, traced = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(traced / plain for plain, traced in pairs)
    print(f"{options.tasks:,} tasks: {plain:.2f} s, traced {traced:.2f} s: {ratio:.2f} times (medians of {len(pairs)})")


def _plain(file: Path) -> float:
    before = _processor_s()
    subprocess.run([sys.executable, str(file)], check=True)
    return _processor_s() - before


def _traced(file: Path) -> float:
    before = _processor_s()
    run(sys.executable, TracedProgram(str(file)), Collector().take)
    return _processor_s() - before


def _processor_s() -> float:
    """Of all child processes that have ended, so far."""
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    main()
