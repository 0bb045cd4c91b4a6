# Style: a class with a task for each attempt, whose exception is asked for.

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


class Radio:
    def __init__(self, reading: str) -> None:
        self.reading = reading
        self.attempts = 0

    async def attempt(self) -> BaseException | None:
        self.attempts += 1
        sending = asyncio.create_task(transmit(self.reading, self.attempts))
        try:
            await asyncio.wait({sending})
        except asyncio.CancelledError:
            sending.cancel()
            raise
        return sending.exception()


async def deliver(reading: str) -> int:
    radio = Radio(reading)
    while await radio.attempt():
        print(f"attempt {radio.attempts} failed")
        await asyncio.sleep(PAUSE)
    return radio.attempts


async def main() -> None:
    try:
        attempts = await asyncio.wait_for(deliver("21 knots"), PATIENCE)
        print(f"delivered, attempts: {attempts}")
    except TimeoutError:
        print("no contact today")


if __name__ == "__main__":
    asyncio.run(main())
