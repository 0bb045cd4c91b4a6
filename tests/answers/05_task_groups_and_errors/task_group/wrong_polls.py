# Mistake: looks at the checks a hundred times a second.
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


async def countdown(parts):
    tasks = [asyncio.create_task(check(p)) for p in parts]
    try:
        while True:
            for t in tasks:
                if t.done() and t.exception():
                    if isinstance(t.exception(), ValueError): return f"no launch: {t.exception()}"
                    raise t.exception()
            if all(t.done() for t in tasks):
                return f"launch with {', '.join(t.result() for t in tasks)}"
            await asyncio.sleep(0.01)
    finally:
        for t in tasks: t.cancel()




async def main() -> None:
    await announce(await countdown(PARTS))


if __name__ == "__main__":
    asyncio.run(main())
