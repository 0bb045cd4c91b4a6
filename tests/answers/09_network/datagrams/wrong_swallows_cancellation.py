# Mistake: a cancelled measurement returns as if no bed had answered.
# Caught by: a cancelled measure ends at once, and the socket is always closed

import asyncio
from typing import Any

RESEND, TRIES = 0.5, 3  # seconds, datagrams
TEMPERATURES = {"lettuce": "14.5", "tomatoes": "23.0", "peppers": "26.5"}
LOST = {"tomatoes"}  # whose first datagram gets lost


class Sensors(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.open: dict[str, asyncio.Future[str]] = {}

    def datagram_received(self, data: bytes, _: tuple[str, int]) -> None:
        number, *temperature = data.decode(errors="replace").split(" ")
        answer = self.open.get(number)
        if answer is not None and not answer.done() and len(temperature) == 1:
            answer.set_result(temperature[0])

    async def ask(self, transport: asyncio.DatagramTransport, number: int, bed: str) -> str:
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.open[str(number)] = answer
        for _ in range(TRIES):
            transport.sendto(f"{number} {bed}".encode())
            await asyncio.wait([answer], timeout=RESEND)
            if answer.done():
                return answer.result()
        return "no answer"


async def measure(port: int, beds: list[str]) -> list[str]:
    loop = asyncio.get_running_loop()
    transport, sensors = await loop.create_datagram_endpoint(Sensors, remote_addr=("127.0.0.1", port))
    try:
        return await asyncio.gather(*(sensors.ask(transport, number, bed) for number, bed in enumerate(beds)))
    except asyncio.CancelledError:
        return ["no answer"] * len(beds)
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
