# Mistake: retries only what it knows of a radio: OSError and its kind.
# Caught by: every failure is printed and followed by another attempt, after PAUSE

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
        except OSError:
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
