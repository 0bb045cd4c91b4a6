# Mistake: a second bare except around the pause.
# Shows: swallowed-cancellation
# Caught by: a cancellation during the pause ends deliver at once

import asyncio
from itertools import count

PATIENCE = 1.3
PAUSE = 0.2
FAILURES = [ConnectionError("no echo"), ValueError("bad checksum"), TimeoutError("waves"), OSError("low power")]


async def transmit(reading: str, attempt: int) -> None:
    """Send it by radio, a little longer each time; raises whatever goes wrong."""
    await asyncio.sleep(0.2 * attempt)
    if attempt < 4:
        raise FAILURES[attempt]


async def pause() -> None:
    try:
        await asyncio.sleep(PAUSE)
    except:
        pass


async def deliver(reading: str) -> int:
    for attempt in count(1):
        try:
            await transmit(reading, attempt)
            return attempt
        except Exception:
            print(f"attempt {attempt} failed")
        await pause()


async def main() -> None:
    try:
        attempts = await asyncio.wait_for(deliver("21 knots"), PATIENCE)
        print(f"delivered, attempts: {attempts}")
    except TimeoutError:
        print("no contact today")


if __name__ == "__main__":
    asyncio.run(main())
