# Mistake: the checks are stopped only after the announcement.
# Caught by: when a failure is announced, no other check is running any more

import asyncio

PARTS = ["helium", "radio", "parachute"]
SECONDS = {"helium": 1.8, "radio": 1.2, "parachute": 0.3}


async def check(part: str) -> str:
    """Check one part; raises ValueError when it is not in order (leave it as it is)."""
    try:
        await asyncio.sleep(SECONDS[part])
    except asyncio.CancelledError:
        print(f"{part}: check stopped")
        raise
    if part == "parachute":
        print("parachute: wet")
        raise ValueError("the parachute is wet")
    print(f"{part}: in order")
    return f"{part} in order"


async def announce(text: str) -> None:
    """The loudspeaker (leave it as it is)."""
    await asyncio.sleep(0.4)
    print(text)


CHECKS: list[asyncio.Task[str]] = []


async def countdown(parts: list[str]) -> str:
    CHECKS.extend(asyncio.create_task(check(part)) for part in parts)
    try:
        found = await asyncio.gather(*CHECKS)
    except ValueError as error:
        return f"no launch: {error}"
    return f"launch with {', '.join(found)}"


async def main() -> None:
    await announce(await countdown(PARTS))
    for running in CHECKS:
        running.cancel()


if __name__ == "__main__":
    asyncio.run(main())
