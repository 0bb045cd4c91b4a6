"""Late answer.

A till asks an exchange for rates, over one connection: it sends a currency, and the exchange sends back a number. When
that takes longer than LIMIT, the till goes without the rate. One day it sold yen at the rate of the franc, and pounds
at the rate of the yen.

Once it is right, `python late_answer.py` prints this (the seconds on the left are not printed):

    0.10   USD 1.09
    0.60   CHF no rate
    0.80   JPY 163.2
    0.90   GBP 0.85

Leave alone: `LIMIT`, `RATES`, `exchange` and `main`.

Required:
- show(port, currencies) asks the exchange at that port about each currency once, in turn, and prints these lines
- it prints the answer to each question when it comes, or "no rate" after LIMIT
- a late answer does not hold up the next question (the exchange answers the questions of one connection in turn)
- show opens a new connection only when the last one cannot be used any more, and closes that one first
- when show returns or is cancelled, all its connections are closed
- a cancellation, or an error such as a refused connection, ends show at once, and show raises it
"""

import asyncio

LIMIT = 0.5
RATES = {"USD": ("1.09", 0.1), "CHF": ("0.94", 0.8), "JPY": ("163.2", 0.2), "GBP": ("0.85", 0.1)}


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The exchange answers the questions of a connection in turn (graded with another exchange that does so, too)."""
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
