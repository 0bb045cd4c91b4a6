"""One client at a time

The box office of a theatre takes bookings over TCP: a client sends the name of a seat, the office asks the ledger,
which takes 0.5 s, and sends the answer. Ann has connected and is still choosing. Bo knows what he wants, and yet he
waits until Ann has got her answer and hung up.

Once it is right, `python one_client_at_a_time.py` prints this (the seconds on the left are not printed):

    0.60   Bo: box 7 is yours
    1.60   Ann: row 3 is yours

Leave alone: `PORT`, `book`, `visit` and `main`.

Required of the coroutine function `serve(port)`:
- for each line of a client it calls `book` and sends the answer back as a line, in the order of that client's lines
- no client waits for another one, not even for one that is slow or says nothing
- when a client has finished (the end of its stream), its connection is closed after the last answer
- if a client vanishes or sends bytes that are not UTF-8, or if its booking fails, only its own connection ends
- when serve is cancelled, it ends at once: the port and all connections are closed, and no booking continues
"""

import asyncio
import socket

PORT = 8765


async def book(seat: str) -> str:
    """Ask the ledger (slow; leave it as it is)."""
    await asyncio.sleep(0.5)
    return f"{seat} is yours"


async def handle(connection: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=connection)
    try:
        async for line in reader:
            answer = await book(line.decode().strip())
            writer.write(f"{answer}\n".encode())
            await writer.drain()
    finally:
        writer.close()


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.setblocking(False)
        while True:
            connection, _ = await loop.sock_accept(listener)
            await handle(connection)


async def visit(name: str, seat: str, chooses: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    await asyncio.sleep(chooses)
    writer.write(f"{seat}\n".encode())
    print(f"{name}: {(await reader.readline()).decode().strip()}")
    writer.close()


async def main() -> None:
    server = asyncio.create_task(serve(PORT))
    await asyncio.sleep(0.1)
    await asyncio.gather(visit("Ann", "row 3", 1.0), visit("Bo", "box 7", 0.0))
    server.cancel()
    await asyncio.wait([server])


if __name__ == "__main__":
    asyncio.run(main())
