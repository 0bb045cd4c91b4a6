# Style: a class for a bed, a TaskGroup, and a decorator that moves a driver to a thread

import asyncio
import functools
import time

BEDS = ["tomatoes", "basil", "chard"]


def read_probe(bed: str) -> int:
    """The probe's driver: takes its time, returns a raw value from 0 to 1000."""
    time.sleep(0.4)
    return 400 - 30 * len(bed)


def open_valve(bed: str, litres: int) -> None:
    """The valve's driver: returns when the water has run."""
    print(f"watering {bed}: {litres} litres")
    time.sleep(0.3)


def in_thread(function):
    @functools.wraps(function)
    async def moved(*args):
        return await asyncio.to_thread(function, *args)

    return moved


class Bed:
    probe = staticmethod(in_thread(read_probe))
    valve = staticmethod(in_thread(open_valve))

    def __init__(self, name: str) -> None:
        self.name = name
        self.reading = 0

    async def tend(self) -> None:
        self.reading = await self.probe(self.name) // 10
        await self.valve(self.name, max(0, (70 - self.reading) // 10))


async def main() -> None:
    start = time.perf_counter()
    beds = [Bed(name) for name in BEDS]
    async with asyncio.TaskGroup() as group:
        for bed in beds:
            group.create_task(bed.tend())
    for bed in beds:
        print(f"{bed.name} had {bed.reading} %")
    print(f"all beds tended in {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    asyncio.run(main())
