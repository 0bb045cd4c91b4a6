"""Bare except.

A weather buoy sends its reading to the coast by radio. That fails for many reasons (no echo, a bad checksum, waves), so
it tries again until it succeeds. Batteries are precious, and main gives it PATIENCE seconds. It sent on and on.

Once it is right, `python bare_except.py` prints this (on the left: seconds from the start, not printed):

    0.30   attempt 1 failed
    0.70   attempt 2 failed
    1.10   attempt 3 failed
    1.30   no contact today

What may not change: PATIENCE, PAUSE and transmit (when graded, others take their place); the lines that are printed.
`deliver(reading)` transmits again, PAUSE seconds after each failure and whatever exception that was, until it succeeds,
and returns the number of attempts it took. It has no limit of its own, but can be cancelled at any moment: the attempt
under way is cancelled, there is no further one, nothing is printed, and whoever awaits it is told (as always).
"""

import asyncio
from itertools import count

PATIENCE = 1.3
PAUSE = 0.1
FAILURES = [ConnectionError("no echo"), ValueError("bad checksum"), TimeoutError("waves"), OSError("low power")]


async def transmit(reading: str, attempt: int) -> None:
    """Send it by radio; raises whatever went wrong (leave it as it is)."""
    await asyncio.sleep(0.3)
    if attempt < 7:
        raise FAILURES[attempt % len(FAILURES)]


async def deliver(reading: str) -> int:
    for attempt in count(1):
        try:
            await transmit(reading, attempt)
            return attempt
        except:
            print(f"attempt {attempt} failed")
        await asyncio.sleep(PAUSE)
    raise AssertionError("count() has no end")


async def main() -> None:
    try:
        attempts = await asyncio.wait_for(deliver("21 knots"), PATIENCE)
        print(f"delivered, attempts: {attempts}")
    except TimeoutError:
        print("no contact today")


if __name__ == "__main__":
    asyncio.run(main())
