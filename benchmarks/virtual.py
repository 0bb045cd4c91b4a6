"""How many schedules a second the virtual clock carries: ``python benchmarks/virtual.py``.

A schedule is a new loop with five tasks of two sleeps each, run to the end and closed: in one process, and with a fork
for each, as a property check runs them.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from grader.runner import virtual

TASKS = 5
SECONDS = 2.0
"""Real seconds each figure is measured for."""
SCHEDULES = [[random.Random(n).randint(0, 50) / 10 for _ in range(2 * TASKS)] for n in range(100)]


async def _job(first_s: float, second_s: float) -> None:
    await asyncio.sleep(first_s)
    await asyncio.sleep(second_s)


async def _schedule(delays: list[float]) -> None:
    await asyncio.gather(*(_job(first, second) for first, second in zip(delays[::2], delays[1::2], strict=True)))


def _run(number: int) -> None:
    asyncio.run(_schedule(SCHEDULES[number % len(SCHEDULES)]))


def _run_forked(number: int) -> None:
    child = os.fork()
    if child == 0:
        virtual.install()
        _run(number)
        os._exit(0)
    os.waitpid(child, 0)


def _rate(run: Callable[[int], None]) -> float:
    start = virtual.real_monotonic()
    number = 0
    while (took := virtual.real_monotonic() - start) < SECONDS:
        run(number)
        number += 1
    return number / took


def _main() -> None:
    if hasattr(os, "fork"):
        gc.freeze()  # as a fork server should: a collection in a child would copy every page
        print(f"a fork for each: {_rate(_run_forked):8,.0f} schedules a second")
    began = time.process_time()
    virtual.install()
    rate = _rate(_run)
    print(f"in one process:  {rate:8,.0f} schedules a second ({(time.process_time() - began) / SECONDS:.0%} of a core)")


if __name__ == "__main__":
    _main()
