"""A class, on one machine and on clusters of workers on the same machine."""

from __future__ import annotations

import itertools
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.cluster import Processes
from benchmarks.measured import CHAPTERS, CPU, ROOT, WALL, Column, Options, Row, Section, by_turns, run, shown
from grader.classroom.contents import chapters_of
from grader.load.kit import load_kit
from grader.record.sandbox import choose
from tests.classroom.synthetic_class import make_class

_SUBMISSIONS = 40
_QUICK_SUBMISSIONS = 4
_LIST = f"{CHAPTERS[0]}-{CHAPTERS[-1]}"


def _measure(options: Options) -> list[Row]:
    kit, sandbox = load_kit(ROOT), choose("auto")
    count = _QUICK_SUBMISSIONS if options.quick else _SUBMISSIONS
    numbers = itertools.count()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="turtles-bench-")))
        some = replace(kit, chapters=chapters_of(kit, _LIST))
        make_class(some, folder / "submissions", count, unique=True)
        processes = Processes(folder, stack)
        addresses = {}
        for workers in (1, 2):
            addresses[workers], _ = processes.scheduler()
            for core in range(workers):
                processes.worker(addresses[workers], core, sandbox)
        grade = [sys.executable, "-m", "grader", "class", "grade", "submissions", "--chapters", _LIST]
        grade += ["--sandbox", sandbox.name, "--no-color"]
        commands = {
            "one machine, a process on each core": grade,
            "Dask, 1 worker": [*grade, "--cluster", addresses[1]],
            "Dask, 2 workers": [*grade, "--cluster", addresses[2]],
        }

        def graded(command: list[str]) -> dict[str, float]:
            book = folder / f"{next(numbers)}.db"
            here = [str(folder / word) if word == "submissions" else word for word in command]
            cost = run([*here, "--gradebook", str(book)], expect=(0, 1, 3))
            return {"rate": count * 60 / cost.wall_s, "wall_s": cost.wall_s, "cpu_s": cost.cpu_s}

        found = by_turns(options.rounds_or(2), {name: partial(graded, command) for name, command in commands.items()})
    rows = []
    for name, samples in found.items():
        figures = {key: [sample[key] for sample in samples] for key in samples[0]}
        if name.startswith("Dask"):  # the workers are not the command's own processes
            del figures["cpu_s"]
        address = next((each for each in addresses.values() if each in commands[name]), "")
        command = shown(commands[name]).replace(address, "tcp://127.0.0.1:8786") if address else shown(commands[name])
        rows.append(Row(name, command, figures))
    return rows


CLASSES = Section(
    "classes",
    "A class",
    f"A synthetic class hands in chapters 01 to 03 ({_SUBMISSIONS} submissions; a smaller one with `--quick`), right, "
    "wrong and broken, no two files alike; each grading begins a gradebook. Each Dask worker has a core of its own.",
    (Column("rate", "submissions a minute", 1), WALL, CPU),
    ("rate",),
    _measure,
)
