# Mistake: opens a connection for each receipt.
# Caught by: the office gets all receipts, a line each, and nothing else

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


async def send_one(port: int, receipt: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"{receipt}\n".encode())
        writer.write_eof()
        answer = (await reader.readline()).decode().strip()
        print(answer or f"no answer: {receipt}")
    except ConnectionError:
        print(f"no answer: {receipt}")
    finally:
        writer.close()


async def send(port: int, receipts: list[str]) -> None:
    for receipt in receipts:
        await send_one(port, receipt)


async def main() -> None:
    async with await asyncio.start_server(office, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await send(port, ["receipt 17", "receipt 18", "receipt 19"])


if __name__ == "__main__":
    asyncio.run(main())
