# Style: the thread writes into a pipe that the loop reads.

import asyncio
import os
import struct
import time
from collections.abc import Callable

SHAKES = [(0.3, 2.1), (0.5, 3.4), (0.0, 3.4), (0.8, 0.7)]


def next_shake(nth: int) -> float:
    """Block until the volcano shakes; returns the magnitude."""
    seconds, magnitude = SHAKES[nth]
    time.sleep(seconds)
    return magnitude


def measure(number: int, felt: Callable[[float], object]) -> None:
    """The driver of the seismograph: it blocks, and calls `felt` in its own thread."""
    for nth in range(number):
        felt(next_shake(nth))
    print(f"measured {number} shakes")


async def announce(magnitude: float) -> None:
    print(f"magnitude {magnitude}")
    await asyncio.sleep(0.1)


async def main(number: int) -> None:
    loop = asyncio.get_running_loop()
    reading, writing = os.pipe()
    stream = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(reading, "rb", buffering=0)
    )

    def felt(magnitude: float) -> None:
        os.write(writing, struct.pack("d", magnitude))

    async def measure_all() -> None:
        try:
            await asyncio.to_thread(measure, number, felt)
        finally:
            os.close(writing)

    measuring = asyncio.create_task(measure_all())
    while len(data := await stream.read(8)) == 8:
        await announce(struct.unpack("d", data)[0])
    await measuring
    transport.close()


if __name__ == "__main__":
    asyncio.run(main(len(SHAKES)))
