"""What noise does to verdicts: ``python -m benchmarks.torture`` (``make torture``) grades while others use the machine.

Solutions and right answers have to pass, wrong answers have to fail, whoever runs beside: nobody (quiet), busy
processes, one that uses up memory, or some that write to the disk. A round is one ordinary judge session over all the
chosen programs of a kind, in a process of its own (suites draw their random inputs when they are imported, and pytest
imports a suite once in a process), and rounds are repeated until there are enough gradings.

    python -m benchmarks.torture                                  quiet, 4 and 16 busy, memory, disk: one round of each
    python -m benchmarks.torture --busy 16 --solutions 1000 --wrong 1000 --seconds 7200
    python -m benchmarks.torture --busy 16 --solutions 1000 --wrong 1000 --sessions 4     sooner
    python -m benchmarks.torture --busy 4 --only two_tasks too_many --seconds 120

A false fail is a solution or right answer of which any check failed; a false pass a wrong answer of which all checks
passed. Bounds are upper 95 % bounds (Clopper-Pearson, one-sided; for none in n that is the rule of three, 3/n).
Exit status: 0 no false verdict, 1 some, or a session that broke down, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.sessions import judge_files
from grader.errors import TurtlesError
from grader.judge.session import Judged
from grader.load.curriculum import Exercise
from grader.load.kit import Kit, find_root, load_kit
from grader.load.select import select
from grader.result import CheckVerdict, Verdict

KINDS = ("right", "wrong")

_MOST_MEMORY = 0.7
"""Of what is free: the machine shall be short of it, not out of it."""
_LEAVE_BYTES = 1 << 30

_FAREWELL_S = 10.0
"""For a round that is stopped to end its processes itself."""

_MOST_SHOWN = 3
"""Checks named for a false verdict."""

# -- neighbours -------------------------------------------------------------------------------------------------------

# Each ends with whoever started it, however that ends, and after its time.
_ALIVE = """
import os, sys, time
parent, end = os.getppid(), time.monotonic() + float(sys.argv[1])
def going_on():
    return os.getppid() == parent and time.monotonic() < end
"""
_BUSY = f"""{_ALIVE}
while going_on():
    for _ in range(100_000): pass
"""
_MEMORY = f"""{_ALIVE}
with open("/proc/self/oom_score_adj", "w") as file: file.write("1000")  # should it come to that, then this one
size = int(sys.argv[2])
data = bytearray(size)
while going_on():
    for start in range(0, size, 1 << 26):
        data[start : start + (1 << 26) : 4096] = bytes(len(range(start, min(start + (1 << 26), size), 4096)))
        if not going_on(): break
"""
_DISK = f"""{_ALIVE}
piece = os.urandom(1 << 20)
with open(sys.argv[2], "wb", buffering=0) as file:
    while going_on():
        file.seek(0)
        for _ in range(128):
            file.write(piece)
            os.fsync(file.fileno())
            if not going_on(): break
"""


@contextlib.contextmanager
def neighbours(condition: str, seconds: float) -> Iterator[None]:
    """Those who run beside: none for ``quiet``; else ``N busy``, ``memory`` or ``disk``; ended with the block."""
    with tempfile.TemporaryDirectory(prefix="turtles-torture-") as folder:
        commands: list[tuple[str, ...]] = []
        if condition.endswith(" busy"):
            commands = [(_BUSY,)] * int(condition.split()[0])
        elif condition == "memory":
            free = _free_bytes()
            commands = [(_MEMORY, str(int(min(free * _MOST_MEMORY, free - _LEAVE_BYTES))))]
        elif condition == "disk":
            commands = [(_DISK, str(Path(folder, str(n)))) for n in range(2)]
        started: list[subprocess.Popen[bytes]] = []
        try:
            for script, *arguments in commands:
                command = [sys.executable, "-I", "-c", script, str(seconds), *arguments]
                started.append(
                    subprocess.Popen(
                        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                    )
                )
            if started:
                time.sleep(1)
            yield
        finally:
            for process in started:
                process.kill()
            for process in started:
                process.wait()


def _free_bytes() -> int:
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    raise TurtlesError("/proc/meminfo does not say how much memory is available")


# -- one round, in a process of its own -------------------------------------------------------------------------------


def play_round(kit: Kit, chosen: Sequence[Exercise], kind: str, sandbox: str) -> dict[str, Any]:
    """Judge all programs of a kind in one session, as ``turtles verify`` does. Returns counts, as JSON has them."""
    began = time.monotonic()
    judged = judge_files(kit, chosen, sandbox, lambda exercise: _programs(kit, exercise, kind))
    false = [said for each in judged if (said := _false(each, kind))]
    undecided = [
        f"{each.task.exercise.name}/{each.task.label}: {each.result.message}"
        for each in judged
        if each.result.verdict is Verdict.INCONCLUSIVE
    ]
    return {
        "gradings": len(judged), "false": false, "undecided": undecided, "seconds": time.monotonic() - began
    }  # fmt: skip


def _programs(kit: Kit, exercise: Exercise, kind: str) -> list[Path]:
    bank = [answer.path for answer in kit.answers(exercise) if answer.right == (kind == "right")]
    return [kit.solution_file(exercise), *bank] if kind == "right" else bank


def _false(judged: Judged, kind: str) -> str:
    """What is wrong with a verdict; empty when it is right, or none."""
    result = judged.result
    failed = [f"{each.title}: {each.message}" for each in result.checks if each.verdict is CheckVerdict.FAILED]
    name = f"{result.name}/{judged.task.label}"
    if kind == "right" and (failed or result.verdict in (Verdict.BROKEN, Verdict.CRASHED, Verdict.FAILED)):
        return f"false fail: {name}: {'; '.join(failed[:_MOST_SHOWN]) or result.message}"
    if kind == "wrong" and result.verdict is Verdict.PASSED:
        return f"false pass: {name} passes every check"
    return ""


# -- rounds under a condition -----------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What came of the rounds of one kind under one condition."""

    rounds: int = 0
    gradings: int = 0
    false: int = 0
    undecided: int = 0
    seconds: float = 0.0
    broken: int = 0
    """Rounds that ended without a result."""
    under_way: int = 0

    @property
    def seconds_a_round(self) -> float:
        return self.seconds / self.rounds if self.rounds else math.nan


@dataclass
class Campaign:
    """Everything that was asked for, and what has come of it."""

    options: argparse.Namespace
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    rounds: Rounds = field(default_factory=lambda: Rounds())

    def run(self, condition: str) -> None:
        """Rounds of both kinds, several sessions at once, until there are enough gradings or the time is over."""
        wanted = {"right": self.options.solutions, "wrong": self.options.wrong}
        if condition == "quiet":  # only to compare the time with
            wanted = {kind: min(count, 1) for kind, count in wanted.items()}
        sessions = 1 if condition == "quiet" else self.options.sessions
        end = time.monotonic() + self.options.seconds
        tallies = {kind: self.tallies.setdefault((condition, kind), Tally()) for kind in KINDS}
        print(f"{condition}:", flush=True)

        def play() -> None:
            while kind := self._due(tallies, wanted):
                tallies[kind].under_way += 1
                try:
                    if not self._round(condition, kind, tallies[kind], end):
                        return
                finally:
                    tallies[kind].under_way -= 1

        with neighbours(condition, self.options.seconds + 60), ThreadPoolExecutor(sessions) as threads:
            playing = [threads.submit(play) for _ in range(sessions)]
            try:
                for session in playing:
                    session.result()
            except BaseException:
                self.rounds.stop()
                raise

    @staticmethod
    def _due(tallies: dict[str, Tally], wanted: dict[str, int]) -> str:
        """The kind that lacks the most rounds, with those under way counted; empty when none does."""
        if any(tally.broken > 2 for tally in tallies.values()):
            return ""

        def lacking(kind: str) -> float:
            tally = tallies[kind]
            size = tally.gradings / tally.rounds if tally.rounds else 1.0
            return (wanted[kind] - tally.gradings) / size - tally.under_way

        kind = max(KINDS, key=lacking)
        return kind if lacking(kind) > 0 else ""

    def _round(self, condition: str, kind: str, tally: Tally, end: float) -> bool:
        """One more round; False when the time is over."""
        found = self.rounds.play(kind, self.options, end - time.monotonic())
        if found is None:
            print(f"  {kind}: the time is over; this round does not count", flush=True)
            return False
        if "error" in found:
            tally.broken += 1
            print(f"  {kind}: the session broke down: {found['error']}", flush=True)
            return True
        tally.rounds += 1
        tally.gradings += found["gradings"]
        tally.false += len(found["false"])
        tally.undecided += len(found["undecided"])
        tally.seconds += found["seconds"]
        for line in [*found["false"], *(f"inconclusive: {each}" for each in found["undecided"])]:
            print(f"    {line}", flush=True)
        print(
            f"  {condition}, {kind}, round {tally.rounds}: {found['gradings']} gradings in {found['seconds']:.0f} s; "
            f"so far {tally.gradings}, {tally.false} false, {tally.undecided} inconclusive",
            flush=True,
        )
        return True

    def table(self) -> str:
        """What a person wants to know, a line for each condition and kind."""
        lines = [
            f"{'condition':<10} {'kind':<6} {'rounds':>6} {'gradings':>8} {'false':>5} {'bound':>8} "
            f"{'inconclusive':>12} {'bound':>8} {'s a round':>9} {'× quiet':>7}"
        ]
        for (condition, kind), tally in self.tallies.items():
            if not tally.gradings:
                continue
            quiet = self.tallies.get(("quiet", kind), Tally()).seconds_a_round
            lines.append(
                f"{condition:<10} {kind:<6} {tally.rounds:>6} {tally.gradings:>8} {tally.false:>5} "
                f"{_percent(upper_bound(tally.false, tally.gradings)):>8} "
                f"{tally.undecided:>4} {_percent(tally.undecided / tally.gradings):>7} "
                f"{_percent(upper_bound(tally.undecided, tally.gradings)):>8} {tally.seconds_a_round:>9.1f} "
                f"{tally.seconds_a_round / quiet:>7.2f}"
            )
        return "\n".join(lines)

    @property
    def bad(self) -> bool:
        return any(tally.false or tally.broken for tally in self.tallies.values())


def upper_bound(found: int, tries: int, confidence: float = 0.95) -> float:
    """The largest rate at which no more than ``found`` in ``tries`` still has a chance of 5 %: Clopper-Pearson."""
    low, high = found / tries, 1.0
    if low == 1.0:
        return 1.0
    for _ in range(60):
        rate = (low + high) / 2
        if _at_most(found, tries, rate) > 1 - confidence:
            low = rate
        else:
            high = rate
    return high


def _at_most(found: int, tries: int, rate: float) -> float:
    """The chance of at most ``found`` in ``tries``, each with a chance of ``rate``, which is neither 0 nor 1."""
    log = math.lgamma
    return math.fsum(
        math.exp(
            log(tries + 1) - log(k + 1) - log(tries - k + 1) + k * math.log(rate) + (tries - k) * math.log1p(-rate)
        )
        for k in range(found + 1)
    )


def _percent(rate: float) -> str:
    return f"{rate * 100:.3g} %"


class Rounds:
    """Rounds under way, each in a process and a session of its own: Ctrl-C is this process's, which then ends them."""

    def __init__(self) -> None:
        self._under_way: set[subprocess.Popen[str]] = set()
        self._stopped = False

    def play(self, kind: str, options: argparse.Namespace, left_s: float) -> dict[str, Any] | None:
        """What came of a round; None when the time was over before it was."""
        if left_s <= 0 or self._stopped:
            return None
        command = [sys.executable, "-m", "benchmarks.torture", "--round", kind, "--sandbox", options.sandbox]
        command += ["--only", *options.only] if options.only else []
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        ) as process:  # fmt: skip
            self._under_way.add(process)
            try:
                out, err = process.communicate(timeout=left_s)
            except subprocess.TimeoutExpired:
                _end(process)
                return None
            finally:
                self._under_way.discard(process)
        if self._stopped:
            return None
        try:
            found: dict[str, Any] = json.loads(out.splitlines()[-1])
        except (ValueError, IndexError):
            return {"error": (err.strip().splitlines() or [f"exit status {process.returncode}"])[-1]}
        return found

    def stop(self) -> None:
        """End what is under way; nothing more is begun."""
        self._stopped = True
        for process in list(self._under_way):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)


def _end(process: subprocess.Popen[str]) -> None:
    """Let a round end as a grader does on Ctrl-C; after a while without asking."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=_FAREWELL_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


# -- the command ------------------------------------------------------------------------------------------------------


def main() -> None:
    """Carry out what the command line asks for."""
    options = _options()
    kit = load_kit(find_root(Path.cwd()))
    try:
        chosen = select(kit, options.only)
        if options.round:
            print(json.dumps(play_round(kit, chosen, options.round, options.sandbox)))
            return
        conditions = ["quiet"] + [f"{count} busy" for count in options.busy if count]
        conditions += ["memory"] * options.memory + ["disk"] * options.disk
        campaign = Campaign(options)
        load = os.getloadavg()[0]
        print(f"{len(chosen)} exercises, {os.cpu_count()} cores, load {load:.1f} (should be near 0)", flush=True)
        try:
            for condition in conditions:
                campaign.run(condition)
        finally:
            print(campaign.table(), flush=True)
    except TurtlesError as error:
        print(f"torture: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(1 if campaign.bad else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.torture", description="What noise does to verdicts.")
    parser.add_argument("--busy", type=int, nargs="*", help="with so many busy processes beside (several in turn)")
    parser.add_argument("--memory", action="store_true", help="with one that uses up most of the free memory")
    parser.add_argument("--disk", action="store_true", help="with two that write and sync all the time")
    parser.add_argument("--solutions", type=int, default=1, help="at least so many gradings of what is right")
    parser.add_argument("--wrong", type=int, default=1, help="at least so many of what is wrong (0: none)")
    parser.add_argument("--seconds", type=float, default=1800.0, help="the most time for each condition (1800)")
    parser.add_argument("--sessions", type=int, default=1, help="so many at once, which disturb each other as well (1)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these exercises or chapters")
    parser.add_argument("--sandbox", choices=("auto", "bwrap", "none"), default="auto")
    parser.add_argument("--round", choices=KINDS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.busy is None and not options.memory and not options.disk:
        options.busy, options.memory, options.disk = [4, 16], True, True
    options.busy = options.busy or []
    return options


if __name__ == "__main__":
    main()
