# Mistake: ends the loop when it is being cancelled, and raises an exception of its own.
# Caught by: deliver ends as cancelled when it is cancelled

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


async def deliver(reading: str) -> int:
    task = asyncio.current_task()
    for attempt in count(1):
        try:
            await transmit(reading, attempt)
            return attempt
        except BaseException:
            if task.cancelling():
                break
            print(f"attempt {attempt} failed")
        await asyncio.sleep(PAUSE)
    raise TimeoutError("cancelled")


async def main() -> None:
    try:
        attempts = await asyncio.wait_for(deliver("21 knots"), PATIENCE)
        print(f"delivered, attempts: {attempts}")
    except TimeoutError:
        print("no contact today")


if __name__ == "__main__":
    asyncio.run(main())
