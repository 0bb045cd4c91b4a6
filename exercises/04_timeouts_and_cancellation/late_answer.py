"""Late answer.

A till asks an exchange for rates, over one connection: it sends a currency, the exchange sends back a number. When that
takes longer than LIMIT the till does without it. One day it sold yen at the rate of the franc, and pounds at that of
the yen.

Once it is right, `python late_answer.py` prints this (on the left: seconds from the start, not printed):

    0.10   USD 1.09
    0.50   CHF no rate
    0.70   JPY 163.2
    0.80   GBP 0.85

What may not change: LIMIT and the lines printed; `show(port, currencies)` asks the exchange at that port about the
currencies in turn, each once, and prints the answer to that question when it comes, or "no rate" after LIMIT. The
exchange answers the questions of one connection one after the other, so a slow one must not hold up the next. A
connection costs money: there is a new one only when the last one is of no use any more, and that has been closed by
then. In the end all are closed.
"""

import asyncio

LIMIT = 0.4
RATES = {"USD": ("1.09", 0.1), "CHF": ("0.94", 0.6), "JPY": ("163.2", 0.2), "GBP": ("0.85", 0.1)}


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The exchange (another one, when graded)."""
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
