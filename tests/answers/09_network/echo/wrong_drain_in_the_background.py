# Mistake: drains in a task of its own, so that nothing waits for it.
# Caught by: a probe that does not read cannot send without end
# Shows: no-back-pressure

import asyncio

PATIENCE = 0.5


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    draining = []
    try:
        while piece := await reader.read(65536):
            writer.write(piece)
            draining.append(asyncio.create_task(writer.drain()))
        await asyncio.gather(*draining)
    finally:
        writer.close()
    await writer.wait_closed()


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
