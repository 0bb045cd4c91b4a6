# Style: callbacks of the checks complete one future.

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
    verdict = asyncio.get_running_loop().create_future()
    checks = [asyncio.ensure_future(check(part)) for part in parts]

    def look(_):
        if verdict.done():
            return
        for each in checks:
            if each.done() and not each.cancelled() and each.exception():
                if isinstance(each.exception(), ValueError):
                    verdict.set_result(f"no launch: {each.exception()}")
                else:
                    verdict.set_exception(each.exception())
                return
        if all(each.done() for each in checks):
            verdict.set_result("launch with " + ", ".join(each.result() for each in checks))

    for each in checks:
        each.add_done_callback(look)
    try:
        return await verdict
    finally:
        for each in checks:
            each.cancel()


async def main() -> None:
    await announce(await countdown(PARTS))


if __name__ == "__main__":
    asyncio.run(main())
