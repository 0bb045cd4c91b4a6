# Mistake: starts a task and returns, so that nobody can wait for it or cancel it.
# Caught by: a cancelled echo ends at once, and its connection is closed

import asyncio

PATIENCE = 0.5


tasks: set[asyncio.Task] = set()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    async def serve() -> None:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
        writer.close()

    task = asyncio.create_task(serve())
    tasks.add(task)
    task.add_done_callback(tasks.discard)


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
