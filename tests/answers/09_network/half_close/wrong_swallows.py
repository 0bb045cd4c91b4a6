# Mistake: prints what is missing when it is cancelled, and returns.
# Caught by: a cancelled send closes its connection; a refused one raises an error

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


async def send(port: int, receipts: list[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    missing = list(receipts)
    try:
        writer.writelines([f"{receipt}\n".encode() for receipt in receipts])
        # The office reads to the end of the stream, so it has to be told of that end. close() would end the other
        # direction as well, and with it the answer.
        writer.write_eof()
        await writer.drain()
        async for line in reader:
            answer = line.decode().strip()
            print(answer)
            missing.remove(answer.partition(":")[0])
    except (ConnectionError, asyncio.CancelledError):
        pass  # what was not answered by now is missing
    finally:
        writer.close()
    for receipt in missing:
        print(f"no answer: {receipt}")


async def main() -> None:
    async with await asyncio.start_server(office, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await send(port, ["receipt 17", "receipt 18", "receipt 19"])


if __name__ == "__main__":
    asyncio.run(main())
