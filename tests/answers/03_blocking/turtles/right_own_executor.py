# Style: a pool of its own, in which each bed is tended step by step

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

BEDS = ["tomatoes", "basil", "chard"]


def read_probe(bed: str) -> int:
    """The probe's driver: takes its time, returns a raw value from 0 to 1000."""
    time.sleep(0.4)
    return 400 - 30 * len(bed)


def open_valve(bed: str, litres: int) -> None:
    """The valve's driver: returns when the water has run."""
    print(f"watering {bed}: {litres} litres")
    time.sleep(0.3)


def percent(bed: str) -> int:
    return read_probe(bed) // 10


async def main() -> None:
    start = time.perf_counter()
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=8) as pool:

        async def tend(bed: str) -> int:
            reading = await loop.run_in_executor(pool, percent, bed)
            await loop.run_in_executor(pool, open_valve, bed, max(0, (70 - reading) // 10))
            return reading

        readings = await asyncio.gather(*map(tend, BEDS))
    for bed, reading in zip(BEDS, readings):
        print(f"{bed} had {reading} %")
    print(f"all beds tended in {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    asyncio.run(main())
