# Mistake: the pauses double for ever, beyond MOST.
# Caught by: failed tries are repeated after the right pauses, up to TRIES in all

import asyncio
import contextlib
import random
from uuid import uuid4

TRIES, PATIENCE, FIRST, MOST = 5, 0.5, 0.4, 1.6  # tries, and seconds
SHOPS = {"flowers": 12, "books": 30, "tea": 7}
booked: dict[str, int] = {}  # the bank books a number once


async def send(port: int, number: str, shop: str, amount: int) -> str:
    """One try, over a connection of its own (leave it as it is)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.closing(writer):
        writer.write(f"{number} {shop} {amount}\n".encode())
        answer = (await reader.readline()).decode().strip()
    if answer == "declined":
        raise PermissionError("no money")
    if not answer:
        raise ConnectionResetError("the bank hung up")
    return answer


async def pay(port: int, shop: str, amount: int) -> str:
    number = uuid4().hex
    tries, longest = 1, FIRST
    while True:
        try:
            async with asyncio.timeout(PATIENCE):
                return await send(port, number, shop, amount)
        except (ConnectionError, TimeoutError):
            if tries == TRIES:
                raise
        await asyncio.sleep(random.uniform(longest / 2, longest))
        tries, longest = tries + 1, 2 * longest


async def bank(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The bank; its first answer to a payment for flowers gets lost (another one answers when this is graded)."""
    number, shop, amount = (await reader.readline()).decode().split()
    is_lost = shop == "flowers" and number not in booked
    if shop != "tea":
        booked[number] = int(amount)
    if not is_lost:
        writer.write(b"declined\n" if shop == "tea" else f"paid {amount}\n".encode())
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(bank, "127.0.0.1", 0)
    payments = [pay(server.sockets[0].getsockname()[1], shop, amount) for shop, amount in SHOPS.items()]
    for shop, answer in zip(SHOPS, await asyncio.gather(*payments, return_exceptions=True), strict=True):
        print(f"{shop}: {answer}")
    print("booked:", sum(booked.values()))
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
