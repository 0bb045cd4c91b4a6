# Style: a blocking socket in a thread, which is woken by a shutdown

import asyncio
import socket

PATIENCE = 1.0
ANSWERS = {"receipt 17": "4 euros of tax", "receipt 18": "9 euros of tax"}


async def office(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The tax office, which answers when it has everything (another one does so when this is graded)."""
    try:
        async with asyncio.timeout(PATIENCE):
            receipts = (await reader.read()).decode().splitlines()
    except TimeoutError:
        receipts = []
    for receipt in receipts:
        if receipt in ANSWERS:
            await asyncio.sleep(0.3)
            writer.write(f"{receipt}: {ANSWERS[receipt]}\n".encode())
    writer.close()


def talk(sock, receipts):
    missing = list(receipts)
    try:
        with sock, sock.makefile("rw", encoding="utf-8") as stream:
            for receipt in receipts:
                print(receipt, file=stream)
            stream.flush()
            sock.shutdown(socket.SHUT_WR)
            for answer in stream:
                print(answer, end="", flush=True)
                missing.remove(answer.partition(":")[0])
    except OSError:
        pass
    return missing


async def send(port, receipts):
    sock = await asyncio.to_thread(socket.create_connection, ("127.0.0.1", port))
    try:
        missing = await asyncio.to_thread(talk, sock, receipts)
    except asyncio.CancelledError:
        sock.shutdown(socket.SHUT_RDWR)
        raise
    for receipt in missing:
        print("no answer:", receipt)


async def main() -> None:
    async with await asyncio.start_server(office, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await send(port, ["receipt 17", "receipt 18", "receipt 19"])


if __name__ == "__main__":
    asyncio.run(main())
