# Mistake: serves each client in a thread of its own, which nothing can cancel.
# Caught by: a cancelled serve ends at once, and so does all that it started

import asyncio
import socket
import sys
import threading

PORT = 8765


async def book(seat: str) -> str:
    """Ask the ledger (slow; leave it as it is)."""
    await asyncio.sleep(0.5)
    return f"{seat} is yours"


def handle(connection, loop):
    with connection, connection.makefile("rwb", buffering=0) as stream:
        try:
            while line := stream.readline():
                answer = asyncio.run_coroutine_threadsafe(book(line.decode().strip()), loop).result()
                stream.write(f"{answer}\n".encode())
        except Exception as error:
            print(f"a client was lost: {error!r}", file=sys.stderr)


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.setblocking(False)
        while True:
            connection, _ = await loop.sock_accept(listener)
            threading.Thread(target=handle, args=(connection, loop), daemon=True).start()


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
