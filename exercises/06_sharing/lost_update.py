"""Lost update.

A bus company's cards are topped up at machines, and families like to use several machines at once. The office keeps the
balances, and reading or storing one takes a moment. The Fischers paid in 10, 20 and 5. Afterwards their card had 5
more, not 35.

Once it is right, `python lost_update.py` prints this (the seconds on the left count from the start and are not
printed):

    0.90   fischer: 37
    0.90   okafor: 65

Leave alone: `BALANCES`, `PAYMENTS`, `read_balance` and `store_balance`.
The two functions raise ConnectionError when the office does not answer.

Required:
- the program prints 37 and 65 after about 0.9 s
- payments to different cards do not wait for each other
- no payment is lost, and each has a store of its own
- collect(payments) returns, for every payment in the given order, the balance that was stored for it
- a payment that fails (ConnectionError) changes nothing and stops no other; collect returns None for it
- collect raises any other error of read_balance or store_balance
"""

import asyncio

BALANCES = {"fischer": 2, "okafor": 50}
PAYMENTS = [("fischer", 10), ("fischer", 20), ("okafor", 15), ("fischer", 5)]


async def read_balance(card: str) -> int:
    """Ask the office for the balance of a card (leave it as it is)."""
    await asyncio.sleep(0.15)
    return BALANCES[card]


async def store_balance(card: str, balance: int) -> None:
    """Tell the office the new balance of a card (leave it as it is)."""
    await asyncio.sleep(0.15)
    BALANCES[card] = balance


async def top_up(card: str, amount: int) -> int:
    balance = await read_balance(card)
    await store_balance(card, balance + amount)
    return balance + amount


async def machine(card: str, amount: int) -> int | None:
    try:
        return await top_up(card, amount)
    except ConnectionError:
        return None


async def collect(payments: list[tuple[str, int]]) -> list[int | None]:
    return await asyncio.gather(*[machine(card, amount) for card, amount in payments])


async def main() -> None:
    await collect(PAYMENTS)
    for card, balance in BALANCES.items():
        print(f"{card}: {balance}")


if __name__ == "__main__":
    asyncio.run(main())
