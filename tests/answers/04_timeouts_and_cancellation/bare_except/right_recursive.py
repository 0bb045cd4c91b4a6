# Style: two functions, one attempt in each call.

import asyncio

PATIENCE = 1.3
PAUSE = 0.2
FAILURES = [ConnectionError("no echo"), ValueError("bad checksum"), TimeoutError("waves"), OSError("low power")]


async def transmit(reading: str, attempt: int) -> None:
    """Send it by radio, a little longer each time; raises whatever goes wrong."""
    await asyncio.sleep(0.2 * attempt)
    if attempt < 4:
        raise FAILURES[attempt]


async def attempt_succeeds(reading: str, attempt: int) -> bool:
    try:
        await transmit(reading, attempt)
    except Exception:
        print("attempt", attempt, "failed")
        return False
    return True


async def deliver(reading: str, attempt: int = 1) -> int:
    while not await attempt_succeeds(reading, attempt):
        await asyncio.sleep(PAUSE)
        attempt += 1
    return attempt


async def main() -> None:
    try:
        attempts = await asyncio.wait_for(deliver("21 knots"), PATIENCE)
        print(f"delivered, attempts: {attempts}")
    except TimeoutError:
        print("no contact today")


if __name__ == "__main__":
    asyncio.run(main())
