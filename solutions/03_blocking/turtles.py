"""All the way down

A greenhouse tends its beds: it reads the probe of each bed, and then gives that bed the water it needs. Everything
above the two drivers is a coroutine, and `gather` runs all beds together. Still, one bed is tended after the other,
which takes 2.1 s. Once it is right, the program ends after 0.7 s; the valves may come in any order:

    watering tomatoes: 5 litres
    watering basil: 4 litres
    watering chard: 4 litres
    tomatoes had 16 %
    basil had 25 %
    chard had 25 %
    all beds tended in 0.70 s

Leave alone: `BEDS`, `read_probe` and `open_valve`.

Required of the coroutine function `main()`:
- each probe is read once, and then the valve of that bed is opened once, with as many litres as `tend` computes
- the readings are printed in the order of BEDS, and at the end the time that really passed
- all probes are read at the same time, and all valves are open at the same time
- all beds are tended in the time of the slowest bed
- the event loop is free for other tasks while the drivers wait
"""

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


async def percent(bed: str) -> int:
    # `async def` does not stop a call from blocking: what counts is the lowest call. A driver that blocks runs in a
    # thread, and every function above it has to await.
    return await asyncio.to_thread(read_probe, bed) // 10


async def moisture(bed: str) -> int:
    return await percent(bed)


async def water(bed: str, litres: int) -> None:
    # The second turtle: with only the probes in threads, the valves would still be open one after the other.
    await asyncio.to_thread(open_valve, bed, litres)


async def tend(bed: str) -> str:
    reading = await moisture(bed)
    litres = max(0, (70 - reading) // 10)
    await water(bed, litres)
    return f"{bed} had {reading} %"


async def main() -> None:
    start = time.perf_counter()
    for report in await asyncio.gather(*(tend(bed) for bed in BEDS)):
        print(report)
    print(f"all beds tended in {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    asyncio.run(main())
