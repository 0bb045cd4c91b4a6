# Mistake: prints what is expected.
# Caught by: each visit returns the right outcome, as soon as it is known

import asyncio

SOCKETS = 2
CARS = [("ada", 0.0, 0.5), ("bert", 0.0, 0.5), ("cleo", 0.1, 0.2), ("dan", 0.4, 0.5)]  # arrival, patience: seconds
SECONDS = {"ada": 0.6, "bert": 0.8, "cleo": 0.7, "dan": 0.4}
charging: list[str] = []


async def charge(car: str) -> None:
    """Charge a car. Raises RuntimeError (leave it as it is)."""
    if len(charging) == SOCKETS:
        raise RuntimeError("the fuse is blown")
    charging.append(car)
    await asyncio.sleep(SECONDS[car])
    charging.remove(car)


class Station:
    def __init__(self, sockets: int) -> None:
        self.free = asyncio.BoundedSemaphore(sockets)

    async def plug_in(self) -> None:
        await self.free.acquire()

    def unplug(self) -> None:
        self.free.release()


async def visit(station: Station, car: str, patience: float) -> str:
    try:
        async with asyncio.timeout(patience):
            await station.plug_in()
    except TimeoutError:
        return "drove on"
    try:
        await charge(car)
    except RuntimeError:
        return "failed"
    finally:
        station.unplug()
    return "charged"


async def main() -> None:
    for pause, line in [(0.3, "cleo: drove on"), (0.3, "ada: charged"), (0.2, "bert: charged"), (0.2, "dan: charged")]:
        await asyncio.sleep(pause)
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
