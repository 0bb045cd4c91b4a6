# Mistake: stops what has to be stopped, but lists what was found in the order of completion.
# Shows: wrong-order
# Caught by: with all parts in order, the launch comes after the last check

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
    found: list[str] = []

    async def checked(part: str) -> None:
        found.append(await check(part))

    try:
        async with asyncio.TaskGroup() as group:
            for part in parts:
                group.create_task(checked(part))
    except* ValueError as failures:
        found = [str(failures.exceptions[0])]
        verdict = "no launch: "
    else:
        verdict = "launch with "
    return verdict + ", ".join(found)


async def main() -> None:
    await announce(await countdown(PARTS))


if __name__ == "__main__":
    asyncio.run(main())
