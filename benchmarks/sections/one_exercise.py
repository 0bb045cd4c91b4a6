"""From a save to the verdict, for one exercise."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measured import BASELINE, ROOT, TURTLES, Column, Options, Row, Section, by_turns, run
from benchmarks.watch import copy_kit, save_and_wait
from tests.grader.screens import Terminal

_NAME = "two_tasks"
_FILE = f"02_together/{_NAME}.py"
_TEXT = (ROOT / "solutions" / _FILE).read_text(encoding="utf-8")


def _save(root: Path) -> None:
    (root / "exercises" / _FILE).write_text(f"{_TEXT}\n# {os.urandom(8).hex()}\n", encoding="utf-8")


def _measure(options: Options) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="turtles-bench-") as folder:
        # Each way has a kit of its own, so that none judges what is saved for another.
        cold, warm, plain = (Path(folder, name) for name in ("cold", "warm", "plain"))
        for root in (cold, warm, plain):
            copy_kit(root)
        with Terminal(warm, "watch", _NAME) as terminal:
            terminal.until("judged at")
            own_s = []

            def watched() -> tuple[float, float | None]:
                took_s, program_s = save_and_wait(terminal, warm, _NAME)
                own_s.append(program_s)
                return took_s, None

            ways: dict[str, Callable[[], tuple[float, float | None]]] = {
                "turtles watch, which is warm": watched,
                "turtles grade, a new process": lambda: _graded(cold),
                "plain pytest, a new process": lambda: _tested(plain),
            }
            found = by_turns(options.rounds_or(7), ways)
            terminal.press("q").ended()
    commands = [f"python -m grader watch {_NAME}", f"python -m grader grade {_NAME}"]
    commands.append(f"python -m pytest -q benchmarks/baseline/test_{_NAME}.py --exercises=exercises")
    rows = [
        Row(
            name,
            command,
            {
                "wall_s": [wall_s for wall_s, _ in samples],
                "cpu_s": [cpu_s for _, cpu_s in samples if cpu_s is not None],
            },
        )
        for (name, samples), command in zip(found.items(), commands, strict=True)
    ]
    return [*rows, Row("the longest run of the program itself", commands[0], {"wall_s": own_s})]


def _graded(root: Path) -> tuple[float, float | None]:
    began = time.monotonic()
    _save(root)
    cost = run([*TURTLES, "grade", _NAME, "--no-color"], folder=root, expect=(0, 3))
    return time.monotonic() - began, cost.cpu_s


def _tested(root: Path) -> tuple[float, float | None]:
    began = time.monotonic()
    _save(root)
    command = [*BASELINE[:-1], f"benchmarks/baseline/test_{_NAME}.py", f"--exercises={root / 'exercises'}"]
    cost = run(command, expect=(0, 1))
    return time.monotonic() - began, cost.cpu_s


ONE_EXERCISE = Section(
    "one-exercise",
    "One exercise, from the save to the verdict",
    "A new version of `two_tasks` is saved each time. Turtles makes three recordings at once and tries 40 schedules. "
    "The baseline runs the program three times, one after the other.",
    (Column("wall_s", "save to verdict, s"), Column("cpu_s", "processor time, s")),
    ("wall_s",),
    _measure,
)
