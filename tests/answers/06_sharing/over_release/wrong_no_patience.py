# Mistake: whoever finds no free socket drives on at once.
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
    if station.free.locked():
        return "drove on"
    async with station.free:
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
    await asyncio.gather(*[arrive(station, *car) for car in CARS])


if __name__ == "__main__":
    asyncio.run(main())
