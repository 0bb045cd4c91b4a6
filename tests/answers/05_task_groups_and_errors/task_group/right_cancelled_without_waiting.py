# Style: the others are cancelled and not waited for.

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
    checks = {asyncio.create_task(check(part)): part for part in parts}
    found: dict[str, str] = {}
    try:
        for earliest in asyncio.as_completed([named(task, part) for task, part in checks.items()]):
            part, text = await earliest
            found[part] = text
    except ValueError as error:
        return "no launch: " + str(error)
    finally:
        for task in checks:
            task.cancel()
    return "launch with " + ", ".join(map(found.__getitem__, parts))


async def named(task: asyncio.Task[str], part: str) -> tuple[str, str]:
    return part, await task


async def main() -> None:
    await announce(await countdown(PARTS))


if __name__ == "__main__":
    asyncio.run(main())
