"""Over-release.

A charging station has two sockets, one fuse for both, and drivers who drive on when they have waited too long. Since it
opened, the fuse blows whenever one has driven on: somehow there is then a third car at the cable.

Once it is right, `python over_release.py` prints this (on the left: seconds from the start, not printed):

    0.30   cleo: drove on
    0.60   ada: charged
    0.80   bert: charged
    1.00   dan: charged

What may not change: SOCKETS, CARS and charge (when graded, others take their place). visit(station, car, patience) says
"charged", "drove on" or "failed" (charge raised RuntimeError; the socket is free again). Never more than SOCKETS cars
are charged at once; first come, first served; a free socket is taken at once; nobody waits longer than their patience.
Station(sockets) has plug_in and unplug; to unplug when no car is plugged in raises ValueError and does not make a
socket more.
"""

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
        self.free = asyncio.Semaphore(sockets)

    async def plug_in(self) -> None:
        await self.free.acquire()

    def unplug(self) -> None:
        self.free.release()


async def visit(station: Station, car: str, patience: float) -> str:
    try:
        async with asyncio.timeout(patience):
            await station.plug_in()
        await charge(car)
        return "charged"
    except TimeoutError:
        return "drove on"
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
