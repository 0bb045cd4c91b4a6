# Style: each new connection is a call of itself, with the number of failures.

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


async def supervise(gauge, number=1, failures=0):
    start = asyncio.get_running_loop().time()
    try:
        await listen(gauge, number)
    except ConnectionError:
        failures = 1 if asyncio.get_running_loop().time() - start > STEADY else failures + 1
        await asyncio.sleep(min(FIRST * 2 ** (failures - 1), MOST))
        await supervise(gauge, number + 1, failures)
async def watch(gauges):
    async with asyncio.TaskGroup() as tg:
        for g in gauges: tg.create_task(supervise(g))






async def main() -> None:
    try:
        await watch(GAUGES)
    finally:
        await sign_off()


if __name__ == "__main__":
    asyncio.run(main())
