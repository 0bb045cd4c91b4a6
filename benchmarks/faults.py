"""Kill -9 the grader, its fork server, a supervisor or a run at random moments: ``python -m benchmarks.faults``.

After each kill: no process is left, the next ``turtles grade`` is right, no scratch folder is left after it, and the
memory is whole. One kill takes about 3 s on a quiet machine. A kill that went wrong is printed with its seed, by which
it can be repeated (``--seed N --kills 1``). Exit status: 0 everything was as it should be, 1 something was not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from grader.record.sandbox import choose
from tests.grader.strikes import VICTIMS, kit_to_strike, strike


def main() -> None:
    """Strike as often as was asked for, by turns behind the wall and without it, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description="Kill -9 at random moments.")
    parser.add_argument("--kills", type=int, default=200, help="how many (default 200)")
    parser.add_argument("--seed", type=int, default=0, help="the seed of the first; each next is one more")
    options = parser.parse_args()
    sandboxes = ("bwrap", "none") if choose("auto").wall else ("none",)
    hits: Counter[str] = Counter()
    bad = 0
    began = time.monotonic()
    for number in range(options.seed, options.seed + options.kills):
        victim = VICTIMS[number % len(VICTIMS)]
        sandbox = sandboxes[number // len(VICTIMS) % len(sandboxes)]
        with tempfile.TemporaryDirectory(prefix="turtles-faults-") as folder:
            blow = strike(kit_to_strike(Path(folder)), victim, sandbox, number)
        hits[f"{victim}, {sandbox}, ended with {blow.status}" if blow.hit else f"{victim} had gone"] += 1
        if blow.complaints:
            bad += 1
            print(f"seed {number}: {victim}, {sandbox}: " + "\n    ".join(blow.complaints), flush=True)
        if (number + 1) % 20 == 0:
            print(f"{number + 1 - options.seed} kills, {bad} not as it should be", flush=True)
    for what, count in sorted(hits.items()):
        print(f"  {count:4} {what}")
    print(f"{options.kills} kills in {time.monotonic() - began:.0f} s: {bad} not as it should be")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
