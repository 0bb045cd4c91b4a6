# Mistake: reads away what has arrived before it asks; the late answer comes after that.
# Caught by: every currency is shown with its own rate, or with 'no rate'

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


class Till:
    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def rate(self, currency: str) -> str:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        try:
            async with asyncio.timeout(0.01):
                await reader.read(1000)
        except TimeoutError:
            pass
        writer.write(f"{currency}\n".encode())
        return (await reader.readline()).decode().strip()

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


async def show(port: int, currencies: list[str]) -> None:
    till = Till(port)
    for currency in currencies:
        try:
            async with asyncio.timeout(LIMIT):
                print(currency, await till.rate(currency))
        except TimeoutError:
            print(currency, "no rate")
    till.close()


async def main() -> None:
    server = await asyncio.start_server(exchange, "127.0.0.1", 0)
    await show(server.sockets[0].getsockname()[1], list(RATES))
    server.close()
    await asyncio.sleep(0.2)  # the exchange has noticed by then


if __name__ == "__main__":
    asyncio.run(main())
