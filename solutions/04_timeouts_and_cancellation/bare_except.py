"""Bare except

A weather buoy sends its reading to the coast by radio. That fails for many reasons (no echo, a bad checksum, waves), so
`deliver` tries again until it succeeds. Batteries are precious, so `main` cancels it after PATIENCE seconds. As handed
out, the buoy goes on sending regardless.

Once it is right, `python bare_except.py` prints this (the seconds on the left are not printed):

    0.20   attempt 1 failed
    0.80   attempt 2 failed
    1.30   no contact today

Leave alone: `PATIENCE`, `PAUSE`, `FAILURES`, `transmit` and `main`.

Required of the coroutine function `deliver(reading)`:
- it prints every failure, whatever exception it was, and transmits again PAUSE seconds later
- it returns the number of the attempt that succeeds, and has no limit of its own
- a cancellation during an attempt cancels that attempt; it is not printed as failed, and no other follows
- a cancellation during the pause ends deliver at once
- when deliver is cancelled it ends as cancelled, and not with a number or with another exception
"""

import asyncio

PATIENCE = 1.3
PAUSE = 0.2
FAILURES = [ConnectionError("no echo"), ValueError("bad checksum"), TimeoutError("waves"), OSError("low power")]


async def transmit(reading: str, attempt: int) -> None:
    """Send it by radio, a little longer each time; raises whatever goes wrong."""
    await asyncio.sleep(0.2 * attempt)
    if attempt < 4:
        raise FAILURES[attempt]


async def deliver(reading: str) -> int:
    attempt = 1
    while True:
        try:
            await transmit(reading, attempt)
            return attempt
        # Everything that can go wrong is an Exception. CancelledError is not, on purpose: nothing went wrong, but
        # somebody wants this to end, and a retry is the opposite of that. A bare except catches every BaseException.
        except Exception:
            print(f"attempt {attempt} failed")
        attempt += 1
        await asyncio.sleep(PAUSE)


async def main() -> None:
    try:
        attempts = await asyncio.wait_for(deliver("21 knots"), PATIENCE)
        print(f"delivered, attempts: {attempts}")
    except TimeoutError:
        print("no contact today")


if __name__ == "__main__":
    asyncio.run(main())
