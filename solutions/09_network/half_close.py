"""Half close

In the evening a shop sends its receipts to the tax office, one line each, over a TCP connection. When the office has
got them all, it answers with a line for each receipt, and closes the connection. The shop sends its receipts, and the
office waits for more, until it loses patience after a second.

Once it is right, `python half_close.py` prints this (the seconds on the left are not printed):

    0.30   receipt 17: 4 euros of tax
    0.60   receipt 18: 9 euros of tax
    0.60   no answer: receipt 19

Leave alone: `PATIENCE`, `ANSWERS`, `office` and `main`.

Required of the coroutine function `send(port, receipts)`:
- the office at that port of 127.0.0.1 gets all receipts, a line each, in order, and nothing else
- the office learns at once that the last receipt has been sent
- each line of the answer is printed when it arrives
- when the office has closed the connection, receipts without an answer are printed, as above, and send returns
- if the connection is reset, send prints the same and returns; if it cannot connect, the error comes out of it
- when send ends or is cancelled, its connection is closed
"""

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
    except ConnectionError:
        pass  # the receipts without an answer are in `missing`
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
