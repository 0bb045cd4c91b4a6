# Mistake: takes a refused connection for one without an answer.
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
    missing = list(receipts)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.writelines([f"{receipt}\n".encode() for receipt in receipts])
            writer.write_eof()
            async for line in reader:
                answer = line.decode().strip()
                print(answer)
                missing.remove(answer.partition(":")[0])
        finally:
            writer.close()
    except OSError:
        pass
    for receipt in missing:
        print(f"no answer: {receipt}")


async def main() -> None:
    async with await asyncio.start_server(office, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await send(port, ["receipt 17", "receipt 18", "receipt 19"])


if __name__ == "__main__":
    asyncio.run(main())
