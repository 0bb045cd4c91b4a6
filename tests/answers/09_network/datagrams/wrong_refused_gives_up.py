# Mistake: gives all questions up when a datagram is refused, and does not try again.
# Caught by: when nobody listens, the tries go on, and at last there is no answer
"""Datagrams.

The controller of a greenhouse asks the sensors in the beds for their temperatures, all at the same time, by UDP. Such
datagrams may get lost, arrive twice, or overtake one another. Some mornings the heating goes on in the wrong bed, and
some mornings the controller waits for ever.

When it is right, `python datagrams.py` prints this (the seconds on the left are not printed):

    0.60   lettuce: 14.5
    0.60   tomatoes: 23.0
    0.60   peppers: 26.5

Leave alone: `RESEND`, `TRIES`, `TEMPERATURES`, `LOST`, `Greenhouse` and `main`.

Required of `measure(port, beds)`:
- it sends a datagram `NUMBER BED` for each bed, all at once, and each with another number
- it returns a temperature for each bed, in the order of the beds, from the first datagram `NUMBER TEMPERATURE` that has
  the number of this bed
- while no answer has come, it sends the datagram again every RESEND seconds, with the same number, TRIES times in all
- an answer counts whenever it comes; RESEND seconds after the last try, the bed has `no answer` instead
- it silently ignores all other datagrams: a second answer, a number that was not asked for, a text of another form
- it ignores datagrams from any other address
- it returns as soon as no question is open, and a cancellation ends it at once; by then its socket is closed
- when nobody listens at the port, every bed has no answer
"""

import asyncio
from typing import Any

RESEND, TRIES = 0.5, 3  # seconds, datagrams
TEMPERATURES = {"lettuce": "14.5", "tomatoes": "23.0", "peppers": "26.5"}
LOST = {"tomatoes"}  # whose first datagram gets lost


class Sensors(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.open: dict[int, asyncio.Future[str]] = {}

    def datagram_received(self, data: bytes, _: Any) -> None:
        try:
            number, temperature = data.decode().split(" ")
            key = int(number)
            float(temperature)
        except ValueError:
            return
        future = self.open.get(key)
        if future and not future.done():
            future.set_result(temperature)

    def error_received(self, error: Exception) -> None:
        for future in self.open.values():
            if not future.done():
                future.set_result('no answer')


async def measure(port: int, beds: list[str]) -> list[str]:
    loop = asyncio.get_running_loop()
    transport, sensors = await loop.create_datagram_endpoint(Sensors, remote_addr=("127.0.0.1", port))

    async def ask(number: int, bed: str) -> str:
        future = sensors.open[number] = loop.create_future()
        for _ in range(TRIES):
            transport.sendto(f"{number} {bed}".encode())
            try:
                return await asyncio.wait_for(asyncio.shield(future), RESEND)
            except TimeoutError:
                pass
        return "no answer"

    try:
        return list(await asyncio.gather(*(ask(n, bed) for n, bed in enumerate(beds))))
    finally:
        transport.close()


class Greenhouse(asyncio.DatagramProtocol):
    """The sensors; the peppers answer twice (others answer when this is graded)."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        number, bed = data.decode().split()
        if bed in LOST:
            LOST.discard(bed)
            return
        for seconds in {"lettuce": [0.3], "tomatoes": [0.1], "peppers": [0.1, 0.2]}[bed]:
            answer = f"{number} {TEMPERATURES[bed]}".encode()
            asyncio.get_running_loop().call_later(seconds, self.transport.sendto, answer, address)


async def main() -> None:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Greenhouse, local_addr=("127.0.0.1", 0))
    temperatures = await measure(transport.get_extra_info("sockname")[1], list(TEMPERATURES))
    for bed, temperature in zip(TEMPERATURES, temperatures, strict=True):
        print(f"{bed}: {temperature}")
    transport.close()


if __name__ == "__main__":
    asyncio.run(main())
