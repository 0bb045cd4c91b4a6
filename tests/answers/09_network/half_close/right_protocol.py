# Style: a protocol that counts what is missing

import asyncio

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


class Shop(asyncio.Protocol):
    def __init__(self, receipts):
        self.missing = dict.fromkeys(receipts)
        self.text = b""
        self.closed = asyncio.Event()

    def connection_made(self, transport):
        for receipt in self.missing:
            transport.write(f"{receipt}\n".encode())
        transport.write_eof()

    def data_received(self, data):
        *lines, self.text = (self.text + data).split(b"\n")
        for line in lines:
            answer = line.decode()
            print(answer)
            del self.missing[answer[: answer.index(":")]]

    def connection_lost(self, exc):
        self.closed.set()


async def send(port, receipts):
    loop = asyncio.get_running_loop()
    transport, shop = await loop.create_connection(lambda: Shop(receipts), "127.0.0.1", port)
    try:
        await shop.closed.wait()
    finally:
        transport.abort()
    for receipt in shop.missing:
        print("no answer:", receipt)


async def main() -> None:
    async with await asyncio.start_server(office, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await send(port, ["receipt 17", "receipt 18", "receipt 19"])


if __name__ == "__main__":
    asyncio.run(main())
