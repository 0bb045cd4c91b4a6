"""Lost update.

A bus company's cards are topped up at machines, and families like to use several machines at once. The office keeps the
balances; to read or to store one takes a moment. The Fischers put in 10, 20 and 5, and afterwards had 5 more, not 35.

Once it is right, `python lost_update.py` prints this (on the left: seconds from the start, not printed):

    0.90   fischer: 37
    0.90   okafor: 65

What may not change: PAYMENTS, read_balance and store_balance (when graded, others take their place; either may raise
ConnectionError). collect(payments) starts all machines at once. Each payment is stored by itself. collect returns, for
every payment in turn, the balance that was stored for it, or None if it failed; a payment that fails changes nothing
and stops no other. Whoever pays into one card does not wait for those who pay into another.
"""

import asyncio
from collections import defaultdict

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


# One lock for each card: a single lock would be just as correct, but would let all cards wait for one another.
locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)


async def top_up(card: str, amount: int) -> int:
    # Between the read and the store others run, so what was read may be out of date by the time it is stored. The lock
    # has to span both; "async with" gives it back after an error as well.
    async with locks[card]:
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
