"""Echo

Technicians test their lines with an echo service: it sends back whatever a probe sends, and the probe measures how long
that takes. With this service, no ping comes back in time. Everything comes back at once, but only when the probe has
given up and has finished sending.

Once it is right, `python echo.py` prints this (the seconds on the left are not printed):

    0.00   ping 1 is back
    0.20   ping 2 is back
    0.40   ping 3 is back
    0.40   the connection is closed

Leave alone: `PATIENCE`, `probe` and `main`.

Required of the coroutine function `echo(reader, writer)`, which is called for each connection:
- it sends back every byte, unchanged and in order, and closes the connection when the probe has finished sending
- it sends back each piece as soon as it has arrived, whether or not it ends a line; no probe waits for another one
- while a probe does not read its echo, the service takes no more than a few hundred kB from it
- echo returns when the connection is closed: by then everything has been sent, even to a probe that reads late
- when echo is cancelled while it waits for a piece, it ends at once, and the connection is closed
"""

import asyncio

PATIENCE = 0.5


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    data = await reader.read()
    writer.write(data)
    writer.close()


async def probe(port: int) -> None:
    """Send three pings, and wait for each of them to come back (others probe when this is graded)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in (1, 2, 3):
        ping = f"ping {number}"
        writer.write(ping.encode())
        try:
            async with asyncio.timeout(PATIENCE):
                back = await reader.readexactly(len(ping))
            print(f"{back.decode()} is back")
        except TimeoutError:
            print(f"{ping} is not back after {PATIENCE} s")
        if number < 3:
            await asyncio.sleep(0.2)
    writer.write_eof()
    late = (await reader.read()).decode()
    print(f"the connection is closed{late and f'; came late: {late}'}")
    writer.close()


async def main() -> None:
    async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
        await probe(server.sockets[0].getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main())
