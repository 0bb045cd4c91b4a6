"""The whole kit, and chapters 01 to 03 in several ways."""

from __future__ import annotations

from functools import partial

from benchmarks.measured import (
    BASELINE,
    CHAPTERS,
    CPU,
    PEAK,
    TURTLES,
    WALL,
    Options,
    Row,
    Section,
    by_turns,
    row_of,
    run,
    shown,
)

_GRADE = (*TURTLES, "grade", "--all", "--exercises", "solutions", "--no-color")
_WAYS = {
    "the whole kit": _GRADE,
    "the whole kit, one program at a time": (*_GRADE, "--jobs", "1"),
    "chapters 01 to 03": (*_GRADE, *CHAPTERS),
    "chapters 01 to 03, one program at a time": (*_GRADE, *CHAPTERS, "--jobs", "1"),
    "chapters 01 to 03, plain pytest": (*BASELINE, "--exercises=solutions"),
    "chapters 01 to 03, plain pytest, xdist -n 2": (*BASELINE, "--exercises=solutions", "-n", "2"),
    "chapters 01 to 03, plain pytest, xdist -n 16": (*BASELINE, "--exercises=solutions", "-n", "16"),
}
_SLOW = [name for name in _WAYS if name.endswith(("one program at a time", "plain pytest"))]
"""These take minutes and mostly sleep, so that they vary little."""


def _measure(options: Options) -> list[Row]:
    ways = {name: command for name, command in _WAYS.items() if not options.quick or "whole" not in name}
    # What noise makes inconclusive, or a test of the baseline fail, is counted in the section on steadiness.
    work = {name: partial(run, command, expect=(0, 1, 3)) for name, command in ways.items()}
    costs = by_turns(options.rounds_or(2), {name: each for name, each in work.items() if name not in _SLOW})
    costs |= by_turns(options.rounds_or(1), {name: each for name, each in work.items() if name in _SLOW})
    return [row_of(name, shown(command), costs[name]) for name, command in ways.items()]


KIT = Section(
    "kit",
    "The whole kit",
    "All reference answers are graded, none from memory. For chapters 01 to 03, plain pytest makes the same demands as "
    "well, as most courses write it: the tests import the learner's file and call it "
    "([benchmarks/baseline](../benchmarks/baseline)). For many demands Turtles also tries 40 schedules under virtual "
    "time, which the baseline does not.",
    (WALL, CPU, PEAK),
    ("wall_s", "cpu_s"),
    _measure,
)
