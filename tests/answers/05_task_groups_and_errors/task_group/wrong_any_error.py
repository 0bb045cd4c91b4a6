# Mistake: takes every error of a check for a part that is not in order.
# Caught by: whenever and however a check fails, the others stop at that moment

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


async def countdown(parts: list[str]) -> str:
    try:
        async with asyncio.TaskGroup() as group:
            checks = [group.create_task(check(part)) for part in parts]
    except* Exception as failures:
        verdict = f"no launch: {failures.exceptions[0]}"
    else:
        verdict = f"launch with {', '.join(done.result() for done in checks)}"
    return verdict


async def main() -> None:
    await announce(await countdown(PARTS))


if __name__ == "__main__":
    asyncio.run(main())
