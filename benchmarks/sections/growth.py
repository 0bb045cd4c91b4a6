"""How cost grows with the number of programs that are recorded at once."""

from __future__ import annotations

import json
import sys
from functools import partial

from benchmarks.measured import CPU, WALL, Column, Options, Row, Section, by_turns, run, shown

SIZES = (1, 10, 50, 95, 500, 2000)
_QUICK_SIZES = (1, 10)
_WAYS = {"Turtles": "turtles", "an interpreter for each": "plain"}
_MOST_INTERPRETERS = 500
"""Two thousand would take twenty gigabytes."""


def _measure(options: Options) -> list[Row]:
    rows = []
    for size in _QUICK_SIZES if options.quick else SIZES:
        ways = {
            name: [sys.executable, "-m", "benchmarks.growth", way, str(size)]
            for name, way in _WAYS.items()
            if way == "turtles" or size <= _MOST_INTERPRETERS
        }
        rounds = options.rounds_or(2)
        timed = by_turns(rounds, {f"{name}, {size}": partial(_figures, ways[name]) for name in ways})
        # To look at the memory costs processor time, so it is looked at in runs of their own.
        weighed = by_turns(1, {name: partial(_figures, [*ways[name], "--memory"]) for name in ways})
        for name, command in ways.items():
            samples = timed[f"{name}, {size}"]
            figures = {key: [sample[key] for sample in samples] for key in samples[0]}
            figures["memory_mb"] = [sample["memory_mb"] for sample in weighed[name]]
            rows.append(Row(f"{name}, {size}", shown(command), figures, name, size))
    return rows


def _figures(command: list[str]) -> dict[str, float]:
    cost = run(command)
    found: dict[str, float] = json.loads(cost.output.splitlines()[-1])
    if "--memory" in command:
        return found
    return {**found, "cpu_s": cost.cpu_s - found.pop("before_s")}


GROWTH = Section(
    "growth",
    "How cost grows",
    "A program that waits for one second is recorded so many times at once. Turtles forks it from a process that has "
    "imported everything, and lets as many run as the machine carries; the alternative starts a Python interpreter for "
    "each. The error of a gap is how far from one second two lines lie that the program prints one second apart.",
    (
        WALL,
        CPU,
        Column("memory_mb", "private memory of all processes, MB", 0),
        Column("worst_ms", "worst error of a gap, ms", 1),
        Column("median_ms", "median error, ms", 1),
    ),
    ("wall_s", "cpu_s", "memory_mb", "worst_ms"),
    _measure,
    "programs",
    log_x=True,
)
