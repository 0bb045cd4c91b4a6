"""Whether an answer gets the same points each time: ``python -m benchmarks.again`` judges the bank several times.

Suites draw their inputs anew in each session. That must not decide how many points a wrong answer gets: two learners
with the same mistake deserve the same, and a class that was interrupted and goes on the grades it would have had. What
a check says of an answer varies when the answer meets a bound by luck of the draw, or when it races; then the suite
should look at it with bigger differences.

    python -m benchmarks.again                                    every right and wrong answer, three times
    python -m benchmarks.again --times 20 --only too_slow 06

A round is one judge session in a process of its own, as pytest imports a suite once in a process.
Exit status: 0 each check the same each time, 1 not, 2 wrong usage, 3 a session broke down.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.sessions import judge_files
from grader.errors import JudgeError, TurtlesError
from grader.load.curriculum import Exercise
from grader.load.kit import Kit, find_root, load_kit
from grader.load.select import select
from grader.result import CheckVerdict

Round = Mapping[str, Mapping[str, tuple[str, str]]]
"""For each answer (exercise/name), and each check by its title: the verdict and what it says."""


def play_round(kit: Kit, chosen: Sequence[Exercise], sandbox: str) -> Round:
    """Judge all answers in one session."""
    judged = judge_files(kit, chosen, sandbox, lambda exercise: [answer.path for answer in kit.answers(exercise)])
    return {
        f"{each.result.name}/{each.task.label}": {
            check.title: (check.verdict.value, check.message) for check in each.result.checks
        }
        for each in judged
    }


def differences(rounds: Sequence[Round]) -> Iterator[str]:
    """A line for each check of an answer that was not decided in the same way each time, with an example of each way.

    A check that is inconclusive decides nothing: it is compared with nothing.
    """
    for name in sorted({name for each in rounds for name in each}):
        for title in dict.fromkeys(title for each in rounds for title in each.get(name, {})):
            said = [each.get(name, {}).get(title, ("not there", "")) for each in rounds]
            ways = dict(each for each in reversed(said) if each[0] != CheckVerdict.INCONCLUSIVE.value)
            if len(ways) > 1:
                yield f"{name}: {title}: {', '.join(verdict for verdict, _ in said)}" + "".join(
                    f"\n    {verdict}: {message}" for verdict, message in ways.items() if message
                )


def _play(options: argparse.Namespace) -> Round:
    command = [sys.executable, "-m", "benchmarks.again", "--round", "--sandbox", options.sandbox]
    command += ["--only", *options.only] if options.only else []
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    try:
        found = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        reason = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise JudgeError(f"the session broke down: {reason.removeprefix('again: ')}") from None
    return {name: {title: tuple(said) for title, said in checks.items()} for name, checks in found.items()}


def main() -> None:
    """Carry out what the command line asks for."""
    options = _options()
    try:
        kit = load_kit(find_root(Path.cwd()))
        chosen = select(kit, options.only)
        if options.round:
            print(json.dumps(play_round(kit, chosen, options.sandbox)))
            return
        load = os.getloadavg()[0]
        print(f"{len(chosen)} exercises, {os.cpu_count()} cores, load {load:.1f}", flush=True)
        rounds: list[Round] = []
        for number in range(1, options.times + 1):
            began = time.monotonic()
            rounds.append(_play(options))
            print(f"  round {number}: {len(rounds[-1])} answers in {time.monotonic() - began:.0f} s", flush=True)
    except TurtlesError as error:
        print(f"again: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.exit(130)
    found = list(differences(rounds))
    print(*found, f"checks that were not the same each time: {len(found)}", sep="\n")
    sys.exit(1 if found else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.again", description="The same points each time?")
    parser.add_argument("--times", type=int, default=3, help="so many rounds (3)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these exercises or chapters")
    parser.add_argument("--sandbox", choices=("auto", "bwrap", "none"), default="auto")
    parser.add_argument("--round", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.times < 2:
        parser.error(f"once says nothing: --times {options.times}")
    return options


if __name__ == "__main__":
    main()
