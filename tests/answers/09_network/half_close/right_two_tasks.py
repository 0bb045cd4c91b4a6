# Style: one task sends and another one reads

import asyncio
import sys

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


async def send(port: int, receipts: list[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered: list[str] = []

    async def tell() -> None:
        for receipt in receipts:
            writer.write(receipt.encode() + b"\n")
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    async def listen() -> None:
        while line := await reader.readline():
            print(line.decode().rstrip("\n"))
            answered.append(line.decode().split(":")[0])

    try:
        await asyncio.gather(tell(), listen())
    except ConnectionError as error:
        print("the office is gone:", error, file=sys.stderr)
    finally:
        writer.close()
    for receipt in receipts:
        if receipt not in answered:
            print(f"no answer: {receipt}")


async def main() -> None:
    async with await asyncio.start_server(office, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await send(port, ["receipt 17", "receipt 18", "receipt 19"])


if __name__ == "__main__":
    asyncio.run(main())
