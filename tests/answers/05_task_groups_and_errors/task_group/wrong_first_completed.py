# Mistake: takes the first check that finishes for the verdict on all.
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
    checks = [asyncio.create_task(check(part)) for part in parts]
    done, pending = await asyncio.wait(checks, return_when=asyncio.FIRST_COMPLETED)
    for running in pending:
        running.cancel()
    try:
        found = [finished.result() for finished in checks if finished in done]
    except ValueError as error:
        return f"no launch: {error}"
    return f"launch with {', '.join(found)}"


async def main() -> None:
    await announce(await countdown(PARTS))


if __name__ == "__main__":
    asyncio.run(main())
