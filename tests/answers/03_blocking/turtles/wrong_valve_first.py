# Mistake: starts the valve together with the probe, with the litres of a dry bed.
# Caught by: every bed is watered once, according to its own reading

import asyncio
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


def percent(bed: str) -> int:
    return read_probe(bed) // 10


async def moisture(bed: str) -> int:
    return await asyncio.to_thread(percent, bed)


async def water(bed: str, litres: int) -> None:
    await asyncio.to_thread(open_valve, bed, litres)


async def tend(bed: str) -> str:
    reading, _ = await asyncio.gather(moisture(bed), water(bed, 5))
    return f"{bed} had {reading} %"


async def main() -> None:
    start = time.perf_counter()
    for report in await asyncio.gather(*(tend(bed) for bed in BEDS)):
        print(report)
    print(f"all beds tended in {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    asyncio.run(main())
