# Style: a plain socket, sock_sendall and shutdown

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


async def lines(sock):
    loop = asyncio.get_running_loop()
    rest = b""
    while data := await loop.sock_recv(sock, 4096):
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            yield line.decode()


async def send(port, receipts):
    loop = asyncio.get_running_loop()
    missing = set(receipts)
    with socket.socket() as sock:
        sock.setblocking(False)
        await loop.sock_connect(sock, ("127.0.0.1", port))
        try:
            await loop.sock_sendall(sock, "".join(f"{receipt}\n" for receipt in receipts).encode())
            sock.shutdown(socket.SHUT_WR)
            async for answer in lines(sock):
                print(answer)
                missing.discard(answer.partition(":")[0])
        except OSError:
            pass
    for receipt in receipts:
        if receipt in missing:
            print(f"no answer: {receipt}")


async def main() -> None:
    async with await asyncio.start_server(office, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await send(port, ["receipt 17", "receipt 18", "receipt 19"])


if __name__ == "__main__":
    asyncio.run(main())
