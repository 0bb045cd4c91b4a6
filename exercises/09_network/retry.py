"""Retry.

Shops send their payments to a bank. When a connection breaks, a shop sends its payment again. On Saturday the bank had
trouble, and some customers paid twice: the bank had booked the payment, and only its answer was lost. It took long to
recover, because all shops came back at the same moments, some with payments that it had declined.

When it is right, `python retry.py` takes less than 0.5 s and prints this:

    flowers: paid 12
    books: paid 30
    tea: no money
    booked: 42

Leave alone: `TRIES`, `PATIENCE`, `FIRST`, `MOST`, `SHOPS`, `booked`, `send`, `bank` and `main`.

Required of `pay(port, shop, amount)`:
- it hands the payment to send, TRIES times at most, and returns the answer that send returns
- a try has failed when send raises a ConnectionError or a TimeoutError, or takes longer than PATIENCE seconds
- all tries of a payment have the same number; every payment has its own number, across all shops
- after a failed try comes a random pause, drawn anew each time: after the first, any length from half of FIRST to FIRST
  is equally likely; this range doubles with every further try, until its upper end reaches MOST
- the error of the last try comes out of pay at once, and so does any other error, or a cancellation, at any time
"""

import asyncio
import contextlib
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
    for _ in range(TRIES):
        try:
            return await send(port, uuid4().hex, shop, amount)
        except Exception:
            await asyncio.sleep(FIRST)
    raise ConnectionError("the bank cannot be reached")


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
