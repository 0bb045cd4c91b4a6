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
- it sends a datagram `NUMBER BED` for each bed, all at once, and each with a different number
- it returns a temperature for each bed, in the order of the beds, from the first datagram `NUMBER TEMPERATURE` that has
  the number of this bed
- while no answer has come, it sends the datagram again every RESEND seconds, with the same number, TRIES times in all
- an answer to any of the tries counts; if RESEND seconds after the last one none has come, the bed has `no answer`
- it silently ignores all other datagrams: a second answer, an unknown number, a text of another form
- it ignores datagrams from any other address
- it returns as soon as no question is open, and a cancellation ends it at once; by then its socket is closed
- while nobody listens at the port, the tries continue; if nobody ever does, every bed has `no answer`
"""

import asyncio
from typing import Any

RESEND, TRIES = 0.5, 3  # seconds, datagrams
TEMPERATURES = {"lettuce": "14.5", "tomatoes": "23.0", "peppers": "26.5"}
LOST = {"tomatoes"}  # whose first datagram gets lost


class Sensors(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.answers: asyncio.Queue[str] = asyncio.Queue()

    def datagram_received(self, data: bytes, _: tuple[str, int]) -> None:
        temperature = data.decode().split()[1]
        self.answers.put_nowait(temperature)

    async def ask(self, transport: asyncio.DatagramTransport, number: int, bed: str) -> str:
        transport.sendto(f"{number} {bed}".encode())
        return await self.answers.get()


async def measure(port: int, beds: list[str]) -> list[str]:
    loop = asyncio.get_running_loop()
    transport, sensors = await loop.create_datagram_endpoint(Sensors, remote_addr=("127.0.0.1", port))
    temperatures = await asyncio.gather(*(sensors.ask(transport, number, bed) for number, bed in enumerate(beds)))
    transport.close()
    return temperatures


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
