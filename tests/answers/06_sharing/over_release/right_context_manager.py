# Style: a context manager that takes and gives back, and a TaskGroup.

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
        self.sockets = asyncio.Semaphore(sockets)
        self.plugged = 0

    async def plug_in(self) -> None:
        await self.sockets.acquire()
        self.plugged += 1

    def unplug(self) -> None:
        if self.plugged == 0:
            raise ValueError("no car is plugged in")
        self.plugged -= 1
        self.sockets.release()

    @asynccontextmanager
    async def socket(self, patience: float) -> AsyncIterator[bool]:
        try:
            async with asyncio.timeout(patience):
                await self.plug_in()
        except TimeoutError:
            yield False
            return
        try:
            yield True
        finally:
            self.unplug()


async def visit(station: Station, car: str, patience: float) -> str:
    async with station.socket(patience) as mine:
        if not mine:
            return "drove on"
        try:
            await charge(car)
        except RuntimeError:
            return "failed"
        return "charged"


async def arrive(station: Station, car: str, arrival: float, patience: float) -> None:
    await asyncio.sleep(arrival)
    print(f"{car}: {await visit(station, car, patience)}")


async def main() -> None:
    station = Station(SOCKETS)
    async with asyncio.TaskGroup() as group:
        for car in CARS:
            group.create_task(arrive(station, *car))


if __name__ == "__main__":
    asyncio.run(main())
