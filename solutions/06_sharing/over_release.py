"""Over-release.

A charging station has two sockets and one fuse for both. A driver who has waited too long drives on. As handed out, the
fuse blows soon after a driver has driven on, because a third car is being charged.

Once it is right, `python over_release.py` prints this (the seconds on the left count from the start and are not
printed):

    0.30   cleo: drove on
    0.60   ada: charged
    0.80   bert: charged
    1.00   dan: charged

Leave alone: `SOCKETS`, `CARS`, `SECONDS` and `charge`.

Required:
- the four lines come at the times shown
- a Station(sockets) never has more cars charged at once than it has sockets
- a free socket is taken at once, by the car that came first
- visit(station, car, patience) returns "charged"; "drove on" if the car got no socket within its patience, which ends
  when charging begins; or "failed" if charge raised a RuntimeError
- visit raises any other error of charge, even a TimeoutError; visit can be cancelled at any time; and however a visit
  ends, a socket that the car had is free again
- station.unplug() raises ValueError when no car is plugged in by station.plug_in(), and does not add a socket
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
        # A plain Semaphore accepts every release. This one knows how many sockets there are, so one release too many
        # raises ValueError where it happens, instead of blowing a fuse an hour later.
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
        return "drove on"  # this driver had no socket, so there is nothing to give back
    # The try whose finally gives the socket back begins after the socket has been taken, not before. BoundedSemaphore
    # does not replace this: while sockets are in use, a release too many looks like a rightful one.
    try:
        await charge(car)
    except RuntimeError:
        return "failed"
    finally:
        station.unplug()
    return "charged"


async def arrive(station: Station, car: str, arrival: float, patience: float) -> None:
    await asyncio.sleep(arrival)
    print(f"{car}: {await visit(station, car, patience)}")


async def main() -> None:
    station = Station(SOCKETS)
    await asyncio.gather(*[arrive(station, *car) for car in CARS])


if __name__ == "__main__":
    asyncio.run(main())
