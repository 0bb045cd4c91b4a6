"""What grading a class is like: ``python -m benchmarks.classroom``, on a machine that has nothing else to do.

A class whose grades are known (``tests/classroom/synthetic_class.py``) is graded by ``turtles class grade``, as a
teacher does, into gradebooks of its own:

    python -m benchmarks.classroom                  500 submissions: every grade, how many a minute, and again
    python -m benchmarks.classroom --kills 10       and with kill -9 of the command at 10 random moments
    python -m benchmarks.classroom --submissions 20 --chapters 01-02 --kills 3      sooner
    python -m benchmarks.classroom --peak 500 2000 --chapters 01                    instead, its memory

``--kills``: the command is killed, and the same command goes on, until the grading is through; then another one begins,
until there were so many kills. Each gradebook is compared with that of a grading which was left alone: students, where
their submissions lay, when they were handed in, what is told of them, points, and each exercise's verdict and points
and the titles and verdicts of its checks. What is measured or explained is left out, as no two gradings have the same:
seconds, messages, findings, kinds of mistake, timelines. What was inconclusive in one of them is counted by itself.
None of the processes that judge may outlive a killed command.

``--peak``: the most memory that the command itself had resident, without the processes that judge. Every file is
another one, and broken, so that nothing is run; ``--kinds`` takes others, ``--shared`` has students share files.

Exit status: 0 everything was as it should be, 1 something was not, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.classroom.contents import chapters_of
from grader.errors import TurtlesError
from grader.load.kit import Kit, find_root, load_kit
from grader.result import Verdict
from tests.classroom.synthetic_class import SHARES, Differences, differences, make_class

_SPAN = 0.5
"""A kill comes within this part of the time that a whole grading takes, so that most gradings need several."""

_FAREWELL_S = 10.0
"""For the processes that judge to end after the command was killed."""

_MOST_SHOWN = 20

_JUDGED = re.compile(r"(\d+) of (\d+) files? judged")

_WITH_ITS_PEAK = """
import atexit, sys
from pathlib import Path
place = Path(sys.argv.pop(1))
def tell():
    lines = Path("/proc/self/status").read_text().splitlines()
    place.write_text(next(line.split()[1] for line in lines if line.startswith("VmHWM:")))
atexit.register(tell)
from grader.cli import main
main()
"""
"""Runs ``turtles``, and writes the most kilobytes that it had resident into the file that is its first argument.

What the system tells of a child that has ended is the most that any of its own children had.
"""


@dataclass(frozen=True)
class Class:
    """Submissions, and a folder for what comes of them."""

    root: Path
    """Of the kit."""
    folder: Path
    options: argparse.Namespace

    @property
    def submissions(self) -> Path:
        return self.folder / "submissions"

    def command(self, gradebook: str) -> list[str]:
        """What a teacher types to have it graded."""
        options: argparse.Namespace = self.options
        command = ["class", "grade", str(self.submissions), "--gradebook", str(self.folder / gradebook)]
        command += ["--sandbox", options.sandbox, "--no-color"]
        for name in ("chapters", "jobs"):
            if value := getattr(options, name):
                command += [f"--{name}", str(value)]
        return command

    def grade(self, gradebook: str) -> tuple[float, str]:
        """Have it graded. Returns how long that took, in seconds, and what was said."""
        began = time.monotonic()
        said = self.run(sys.executable, "-m", "grader", *self.command(gradebook))
        return time.monotonic() - began, said

    def run(self, *command: str) -> str:
        """Run a command in the kit. Returns what it said; ends the benchmark if it could not do what it is for."""
        done = subprocess.run(
            command, cwd=self.root, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False
        )
        if done.returncode not in (0, 1, 3):
            sys.exit(f"classroom: exit status {done.returncode}: {done.stderr or done.stdout}")
        return done.stdout

    def export(self, gradebook: str) -> dict[str, Any]:
        """The gradebook as ``turtles/class/v1``."""
        file = self.folder / f"{gradebook}.json"
        self.run(
            sys.executable, "-m", "grader", "class", "export", "--gradebook", str(self.folder / gradebook),
            "--json", str(file),
        )  # fmt: skip
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found

    def kept(self, gradebook: str) -> int:
        """How many verdicts are in a gradebook."""
        file = self.folder / gradebook
        with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(sqlite3.connect(file)) as connection:
            return int(connection.execute("SELECT count(*) FROM verdict").fetchone()[0])
        return 0  # it was not begun

    def start(self, gradebook: str) -> subprocess.Popen[bytes]:
        """Begin to have it graded."""
        return subprocess.Popen(
            [sys.executable, "-m", "grader", *self.command(gradebook)],
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


# -- grades and speed -------------------------------------------------------------------------------------------------


def measure_grades(kit: Kit, those: Class) -> tuple[dict[str, Any], float, bool]:
    """Print how many grades are as expected, and how fast they came.

    Returns the gradebook, how long it took in seconds, and whether all was as expected.
    """
    options = those.options
    expected = make_class(
        kit, those.submissions, options.submissions, seed=options.seed, shares=_shares(options), unique=options.unique
    )
    files = sum(bool(each.verdicts) for known in expected.values() for each in known.exercises.values())
    print(f"{options.submissions} submissions with {files} files, load {os.getloadavg()[0]:.1f} (should be near 0)")
    cold_s, _ = _timed(those, "cold")
    gradebook = those.export("class.db")
    found = differences(expected, gradebook)
    _print_differences(found)
    _, judged = _timed(those, "again")
    if forgotten := judged > len(found.undecided):
        print("  files were judged again that had a verdict (were the kit and the grader left as they were?)")
    return gradebook, cold_s, not found.wrong and not forgotten


def _timed(those: Class, what: str) -> tuple[float, int]:
    """Grade it, and print how fast that was. Returns the seconds, and how many files were judged."""
    submissions: int = those.options.submissions
    took_s, said = those.grade("class.db")
    found = _JUDGED.search(" ".join(said.split()))
    judged, files = found.groups() if found else ("0", "0")
    print(
        f"{what}: {took_s:.1f} s, {submissions * 60 / took_s:.0f} submissions a minute; {judged} of {files} files "
        "judged, the others known",
        flush=True,
    )
    return took_s, int(judged)


def _print_differences(found: Differences) -> None:
    for line in [*found.wrong[:_MOST_SHOWN], *(f"inconclusive: {each}" for each in found.undecided[:_MOST_SHOWN])]:
        print(f"  {line}")
    print(
        f"grades: {found.grades} as expected, {len(found.wrong)} otherwise, {len(found.undecided)} inconclusive",
        flush=True,
    )


# -- kills ------------------------------------------------------------------------------------------------------------


def measure_kills(those: Class, gradebook: Mapping[str, Any], cold_s: float) -> bool:
    """Kill gradings, resume them, and print what their gradebooks have otherwise. Returns whether that is nothing."""
    wanted, rng = those.options.kills, random.Random(those.options.seed)
    all_of_them = those.kept("class.db")
    kills = gradings = left = 0
    wrong: list[str] = []
    undecided: list[str] = []
    began = time.monotonic()
    while kills < wanted:
        gradings += 1
        name, kept = f"killed{gradings}.db", 0
        while kills < wanted:
            after_s = rng.uniform(0, cold_s * _SPAN)
            survivors = _kill(those.start(name), after_s)
            if survivors is None:
                break
            kills += 1
            left += len(survivors)
            before, kept = kept, those.kept(name)
            outlived = f"; {len(survivors)} processes outlived it" if survivors else ""
            print(
                f"  grading {gradings}: killed after {after_s:.1f} s, with {kept} of {all_of_them} verdicts{outlived}",
                flush=True,
            )
            if kept < before:
                wrong.append(f"grading {gradings}: {before - kept} verdicts were lost")
        those.grade(name)
        differing, open_ = _compare(gradebook, those.export(name))
        wrong += [f"grading {gradings}: {line}" for line in differing]
        undecided += [f"grading {gradings}: inconclusive in one of them: {line}" for line in open_]
    for line in [*wrong[:_MOST_SHOWN], *undecided[:_MOST_SHOWN]]:
        print(f"  {line}")
    print(
        f"{kills} kills, gradings: {gradings}, {time.monotonic() - began:.0f} s: {len(wrong)} differences from the "
        f"gradebook of the one left alone, {len(undecided)} results inconclusive in one of them, {left} processes left"
    )
    return not wrong and not left


def _kill(process: subprocess.Popen[bytes], after_s: float) -> set[int] | None:
    """Kill it. Returns those processes below it that outlived it; None when it had ended before."""
    try:
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        below = set(_below(process.pid))
        process.kill()
        process.wait()
        give_up = time.monotonic() + _FAREWELL_S
        while (alive := set(filter(_lives, below))) and time.monotonic() < give_up:
            time.sleep(0.05)
        return alive
    return None


def _below(pid: int) -> Iterator[int]:
    """The processes below one (Linux; elsewhere none is found)."""
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text(encoding="ascii").split()):
                yield child
                yield from _below(child)
    except OSError:
        return


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _compare(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """What differs, a line each, and what is inconclusive in one of them."""
    lines = [f"{name} differs" for name in ("exercises", "problems", "max_score") if one[name] != other[name]]
    students, others = ({each["id"]: each for each in book["students"]} for book in (one, other))
    lines += [f"{each} is in one of them only" for each in students.keys() ^ others.keys()]
    undecided = []
    for student in students.keys() & others.keys():
        first, second = students[student], others[student]
        lines += [
            f"{student}: {name} differs"
            for name in ("name", "email", "roster", "place", "handed_in", "late", "protected", "problems")
            if first[name] != second[name]
        ]
        results, other_results = ({each["name"]: each for each in entry["exercises"]} for entry in (first, second))
        lines += [f"{student}: {each} is in one of them only" for each in results.keys() ^ other_results.keys()]
        for exercise in results.keys() & other_results.keys():
            pair = results[exercise], other_results[exercise]
            if doubts := [doubt for each in pair for doubt in _doubts(each)]:
                undecided.append(f"{student}: {exercise}: {doubts[0]}")
            elif _contents(pair[0]) != _contents(pair[1]):
                lines.append(f"{student}: {exercise}: {_contents(pair[0])} and {_contents(pair[1])}")
    return lines, undecided


def _doubts(result: Mapping[str, Any]) -> list[str]:
    """What is inconclusive: it, or a check of it, for an untouched file is called that, whatever its checks say."""
    return [
        f"{result['verdict']}: {each['title']}: {each['message']}"
        for each in (result, *result["checks"])
        if each["verdict"] == Verdict.INCONCLUSIVE
    ]


def _contents(result: Mapping[str, Any]) -> tuple[object, ...]:
    checks = [(check["title"], check["verdict"], check["score"]) for check in result["checks"]]
    return result["verdict"], result["score"], result["max_score"], checks


# -- memory -----------------------------------------------------------------------------------------------------------


def measure_peak(kit: Kit, root: Path, folder: Path, options: argparse.Namespace) -> None:
    """Print the most memory that the command takes for classes of several sizes, and the slope between them."""
    peaks: dict[str, list[float]] = {"graded": [], "graded again": [], "exported": []}
    for size in options.peak:
        those = Class(root, folder / str(size), options)
        make_class(kit, those.submissions, size, seed=options.seed, shares=_shares(options), unique=not options.shared)
        grade = those.command("class.db")
        export = ["class", "export", "--gradebook", grade[grade.index("--gradebook") + 1]]
        export += ["--json", str(those.folder / "class.json")]
        for (what, found), command in zip(peaks.items(), (grade, grade, export), strict=True):
            began = time.monotonic()
            found.append(_peak_mb(those, command))
            print(f"{size} submissions {what}: {found[-1]:.1f} MB, {time.monotonic() - began:.1f} s", flush=True)
    least, most = (options.peak.index(pick(options.peak)) for pick in (min, max))
    if more := options.peak[most] - options.peak[least]:
        for what, found in peaks.items():
            print(f"{what}: {(found[most] - found[least]) / more * 1000:+.2f} MB for 1000 submissions more")


def _peak_mb(those: Class, command: Sequence[str]) -> float:
    place = those.folder / "peak"
    those.run(sys.executable, "-c", _WITH_ITS_PEAK, str(place), *command)
    return int(place.read_text()) * 1024 / 1e6


# -- the command ------------------------------------------------------------------------------------------------------


def _shares(options: argparse.Namespace) -> dict[str, float]:
    return {kind: share for kind, share in SHARES.items() if kind in options.kinds}


def main() -> None:
    """Measure what was asked for."""
    options = _options()
    good = True
    try:
        root = find_root(Path.cwd())
        kit = load_kit(root)
        kit = replace(kit, chapters=chapters_of(kit, options.chapters))
        with tempfile.TemporaryDirectory(prefix="turtles-classroom-") as scratch:
            if options.peak:
                measure_peak(kit, root, Path(scratch), options)
            else:
                those = Class(root, Path(scratch), options)
                gradebook, cold_s, good = measure_grades(kit, those)
                if options.kills:
                    good = measure_kills(those, gradebook, cold_s) and good
    except TurtlesError as error:
        print(f"classroom: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    sys.exit(0 if good else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classroom", description="What grading a class is like.")
    parser.add_argument("--submissions", type=int, default=500, metavar="N", help="how many (500)")
    parser.add_argument("--chapters", metavar="LIST", help="only these: 01-02 (all)")
    parser.add_argument("--kinds", nargs="+", choices=SHARES, help="only such files (all; with --peak broken)")
    parser.add_argument("--unique", action="store_true", help="no two files are the same")
    parser.add_argument("--kills", type=int, default=0, metavar="N", help="kill -9 the command so often (0)")
    parser.add_argument("--peak", type=int, nargs="+", metavar="N", help="its memory for so many submissions, instead")
    parser.add_argument("--shared", action="store_true", help="with --peak: students share files")
    parser.add_argument("--jobs", type=int, metavar="N", help="as of turtles class grade")
    parser.add_argument("--sandbox", choices=("bwrap", "none"), default="bwrap", help="as of turtles class grade")
    parser.add_argument("--seed", type=int, default=0, help="another class, other moments (0)")
    options = parser.parse_args()
    options.kinds = options.kinds or (["broken"] if options.peak else list(SHARES))
    return options


if __name__ == "__main__":
    main()
