"""What a command costs that does next to nothing."""

from __future__ import annotations

import sys
from functools import partial

from benchmarks.measured import BASELINE, CPU, TURTLES, Column, Options, Row, Section, by_turns, row_of, run, shown

_WAYS = {
    "Python itself": (sys.executable, "-c", "pass"),
    "turtles --help": (*TURTLES, "--help"),
    "turtles list": (*TURTLES, "list"),
    "turtles next": (*TURTLES, "next"),
    "turtles grade of what is known": (*TURTLES, "grade", "hello", "--exercises", "solutions", "--no-color"),
    "pytest --version": (sys.executable, "-m", "pytest", "--version"),
    "plain pytest, collecting the baseline": (*BASELINE, "--collect-only"),
}


def _measure(options: Options) -> list[Row]:
    for command in _WAYS.values():  # so that nothing is read or compiled for the first time
        run(command)
    found = by_turns(options.rounds_or(10), {name: partial(run, command) for name, command in _WAYS.items()})
    return [row_of(name, shown(command), found[name]) for name, command in _WAYS.items()]


START_UP = Section(
    "start-up",
    "Start-up and memory",
    "Commands that do next to nothing, after one run of each that is not counted.",
    (Column("wall_s", "wall time, s", 3), Column("cpu_s", CPU.title, 3), Column("peak_mb", "memory, MB", 0)),
    ("wall_s", "peak_mb"),
    _measure,
)
