# Style: no semaphore: the sockets themselves lie in a queue.

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
        self.free: asyncio.Queue[int] = asyncio.Queue()
        self.used: list[int] = []
        for socket in range(sockets):
            self.free.put_nowait(socket)

    async def plug_in(self) -> None:
        self.used.append(await self.free.get())

    def unplug(self) -> None:
        if not self.used:
            raise ValueError("no car is plugged in")
        self.free.put_nowait(self.used.pop())


async def visit(station: Station, car: str, patience: float) -> str:
    try:
        await asyncio.wait_for(station.plug_in(), patience)
    except TimeoutError:
        return "drove on"
    try:
        await charge(car=car)
        return "charged"
    except RuntimeError:
        return "failed"
    finally:
        station.unplug()


async def arrive(station: Station, car: str, arrival: float, patience: float) -> None:
    await asyncio.sleep(arrival)
    print(f"{car}: {await visit(station, car, patience)}")


async def main() -> None:
    station = Station(SOCKETS)
    await asyncio.gather(*[arrive(station, *car) for car in CARS])


if __name__ == "__main__":
    asyncio.run(main())
