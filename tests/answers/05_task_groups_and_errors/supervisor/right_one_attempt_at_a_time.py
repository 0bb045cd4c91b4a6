# Style: a function for a single attempt, which tells whether and after what pause to try again.

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


async def attempt(gauge: str, number: int, pause: float) -> float | None:
    """Listen once; None when the gauge is over, else how long to wait before the next attempt."""
    loop = asyncio.get_running_loop()
    steady_at = loop.time() + STEADY
    try:
        await listen(gauge, number)
    except ConnectionError:
        return FIRST if loop.time() > steady_at else min(pause, MOST)
    return None


async def supervise(gauge: str) -> None:
    number, pause = 1, FIRST
    while (wait := await attempt(gauge, number, pause)) is not None:
        await asyncio.sleep(wait)
        number += 1
        pause = wait * 2


async def watch(gauges: list[str]) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for gauge in gauges:
                group.create_task(supervise(gauge), name=gauge)
    except ExceptionGroup as faults:
        raise faults.exceptions[0] from faults


async def main() -> None:
    try:
        await watch(GAUGES)
    finally:
        await sign_off()


if __name__ == "__main__":
    asyncio.run(main())
