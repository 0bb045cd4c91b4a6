# Mistake: stops the others when one fails, but not when countdown itself is cancelled.
# Shows: leaked-task
# Caught by: when countdown is cancelled, every check stops with it

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
    done, pending = await asyncio.wait(checks, return_when=asyncio.FIRST_EXCEPTION)
    for running in pending:
        running.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    errors = [error for finished in done if (error := finished.exception())]
    if errors:
        return f"no launch: {errors[0]}"
    return f"launch with {', '.join(finished.result() for finished in checks)}"


async def main() -> None:
    await announce(await countdown(PARTS))


if __name__ == "__main__":
    asyncio.run(main())
