# Mistake: takes every OSError for a broken connection, also a missing file.
# Caught by: any other error ends watch at once, and watch raises it
# Shows: caught-too-much

import asyncio

GAUGES = ["north", "south"]
FIRST, MOST, STEADY = 0.2, 0.8, 1.0


async def listen(gauge: str, number: int) -> None:
    """One connection, until it is over or breaks (leave it as it is)."""
    if gauge == "north" and number < 3:
        await asyncio.sleep(0.1)
        print(f"{gauge}: connection {number} is broken")
        raise ConnectionError(f"connection {number} of {gauge}")
    await asyncio.sleep(0.4 if gauge == "north" else 0.6)
    print(f"{gauge}: over")


async def sign_off() -> None:
    await asyncio.sleep(0.3)
    print("signed off")


async def supervise(gauge: str) -> None:
    clock = asyncio.get_running_loop().time
    pause, number = FIRST, 1
    while True:
        connected = clock()
        try:
            return await listen(gauge, number)
        except OSError:
            if clock() - connected > STEADY:
                pause = FIRST
        await asyncio.sleep(pause)
        pause = min(2 * pause, MOST)
        number += 1


async def watch(gauges: list[str]) -> None:
    async with asyncio.TaskGroup() as group:
        for gauge in gauges:
            group.create_task(supervise(gauge))


async def main() -> None:
    try:
        await watch(GAUGES)
    finally:
        await sign_off()


if __name__ == "__main__":
    asyncio.run(main())
