# Mistake: prints what is expected.
# Caught by: each message is transmitted once, as soon as the satellite is up

import asyncio

PASSES = 2
MESSAGES = [("weather", 0.0), ("orbit", 0.4), ("photo", 0.6)]  # what comes, and after how many seconds


async def rises(number: int) -> None:
    """Wait until the satellite rises for that pass (leave it as it is)."""
    await asyncio.sleep([0.2, 0.45][number])


async def sets(number: int) -> None:
    """Wait until the satellite, now up, sets (leave it as it is)."""
    await asyncio.sleep([0.25, 0.3][number])


async def transmit(message: str) -> None:
    """Send a message up (leave it as it is)."""
    await asyncio.sleep(0.1)


async def main() -> None:
    for pause, line in [(0.3, "weather sent"), (0.2, "orbit sent"), (0.5, "photo sent")]:
        await asyncio.sleep(pause)
        print(line)
    await asyncio.sleep(0.2)


if __name__ == "__main__":
    asyncio.run(main())
