"""What a command costs, and how alternatives are compared: by turns, so that a slow minute of the machine meets all.

pyperf and pytest-benchmark measure one thing after another; these figures are of whole commands that take seconds, and
what counts is how they compare.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from grader.record.sandbox import choose

ROOT = Path(__file__).parents[1]
TURTLES = (sys.executable, "-P", "-E", "-m", "grader")
BASELINE = (sys.executable, "-m", "pytest", "-q", "benchmarks/baseline")
CHAPTERS = ("01", "02", "03")
"""Those that the baseline has tests for."""

T = TypeVar("T")


@dataclass(frozen=True)
class Cost:
    """What a command took, with all the processes that it started."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    """Resident, of its largest process."""
    status: int
    output: str

    @property
    def figures(self) -> dict[str, float]:
        return {"wall_s": self.wall_s, "cpu_s": self.cpu_s, "peak_mb": self.peak_mb}


def run(command: Sequence[str], *, folder: Path = ROOT, expect: Sequence[int] = (0,), limit_s: float = 1200.0) -> Cost:
    """Run a command to its end, or kill it with its processes after ``limit_s`` (its status is -9 then).

    Raises ``SystemExit`` for an exit status that is not expected (any is, if none is given).
    """
    with tempfile.TemporaryDirectory(prefix="turtles-bench-") as place:
        figures, out = Path(place, "figures"), Path(place, "output")
        with out.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(ROOT / "benchmarks" / "accounted.py"), str(figures), *command],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
            try:
                process.wait(limit_s)
            except subprocess.TimeoutExpired:
                pass
            finally:
                # What is left of it, if anything is.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        output = out.read_text(encoding="utf-8", errors="replace")
        killed = {"wall_s": limit_s, "cpu_s": 0.0, "peak_mb": 0.0, "status": -signal.SIGKILL}
        cost = Cost(output=output, **(json.loads(figures.read_text(encoding="ascii")) if figures.exists() else killed))
    if expect and cost.status not in expect:
        sys.exit(f"bench: {shown(command)}: exit status {cost.status}\n{output[-3000:]}")
    return cost


def shown(command: Sequence[str]) -> str:
    """A command as a reader types it in the kit."""
    words = ["python" if word == sys.executable else word.removeprefix(f"{ROOT}/") for word in command]
    return shlex.join(words)


def by_turns(rounds: int, ways: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
    """What each way brings in each round. Every second round goes through them backwards."""
    found: dict[str, list[T]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in list(ways) if number % 2 == 0 else reversed(list(ways)):
            began = time.monotonic()
            found[name].append(ways[name]())
            print(f"  round {number + 1}: {name}: {time.monotonic() - began:.2f} s", flush=True)
    return found


# -- what is kept -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One alternative: every sample of each figure, by the name of its column."""

    name: str
    command: str
    figures: Mapping[str, Sequence[float]]
    series: str = ""
    """In a chart over ``x``, the line that it belongs to."""
    x: float | None = None


def row_of(name: str, command: str, costs: Sequence[Cost]) -> Row:
    """A row with what a command cost each time."""
    keys = costs[0].figures if costs else ()
    return Row(name, command, {key: [cost.figures[key] for cost in costs] for key in keys})


@dataclass(frozen=True)
class Options:
    """How much is measured."""

    quick: bool = False
    rounds: int | None = None
    """In place of what each section takes."""
    every: int = 3
    """Of answers and mutants, every third one is judged."""

    def rounds_or(self, usual: int) -> int:
        return self.rounds or (1 if self.quick else usual)


@dataclass(frozen=True)
class Column:
    """A figure that the rows of a section have."""

    key: str
    title: str
    digits: int = 2
    total: bool = False
    """Counts of all rounds are added up; of anything else the median is shown, and the spread."""


@dataclass(frozen=True)
class Section:
    """A part of the page."""

    name: str
    title: str
    text: str
    columns: Sequence[Column]
    charts: Sequence[str]
    """The columns that are drawn."""
    measure: Callable[[Options], list[Row]]
    x_title: str = ""
    log_x: bool = False


WALL = Column("wall_s", "wall time, s")
CPU = Column("cpu_s", "processor time, s")
PEAK = Column("peak_mb", "memory of the largest process, MB", 0)


@dataclass(frozen=True)
class Measured:
    """A section as its JSON file keeps it."""

    section: str
    date: str
    commit: str
    machine: Mapping[str, Any]
    quick: bool
    took_s: float
    rows: Sequence[Row] = field(default_factory=list)

    def to_json(self) -> str:
        return json.dumps({"schema": "turtles/bench/v1", **asdict(self)}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Measured:
        data = json.loads(text)
        data.pop("schema")
        rows = [Row(**row) for row in data.pop("rows")]
        return cls(**data, rows=rows)


def measure(section: Section, options: Options) -> Measured:
    """Measure a section here and now."""
    machine, began = _machine(), time.monotonic()
    date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    rows = section.measure(options)
    return Measured(section.name, date, _commit(), machine, options.quick, round(time.monotonic() - began, 1), rows)


def _machine() -> dict[str, Any]:
    """What the figures depend on, with the load before they were taken."""
    return {
        "processor": _first("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(int((_first("/proc/meminfo", "MemTotal") or "0").split()[0]) * 1024 / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sandbox": choose("auto").name,
        "load": round(os.getloadavg()[0], 2),
    }


def _first(file: str, key: str) -> str:
    with contextlib.suppress(OSError):
        for line in Path(file).read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == key:
                return value.strip()
    return ""


def _commit() -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/benchmarks*")
    return f"{git('rev-parse', '--short=10', 'HEAD')}{' with changes' if changed else ''}"
