# Style: wait(return_when=FIRST_EXCEPTION).

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
    checks = [asyncio.ensure_future(check(part)) for part in parts]
    try:
        done, _ = await asyncio.wait(checks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        stopped = [running for running in checks if running.cancel()]
        if stopped:
            await asyncio.wait(stopped)
    for finished in done:
        error = finished.exception()
        if isinstance(error, ValueError):
            return f"no launch: {error}"
    for finished in done:
        finished.result()  # any other error comes out here
    return f"launch with {', '.join(finished.result() for finished in checks)}"


async def main() -> None:
    await announce(await countdown(PARTS))


if __name__ == "__main__":
    asyncio.run(main())
