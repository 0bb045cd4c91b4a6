# Mistake: only the store is locked; what it stores was read before.
# Shows: race-condition
# Caught by: no payment is lost, and each has a store of its own

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


locks = {card: asyncio.Lock() for card in "abc"}


async def top_up(card: str, amount: int) -> int:
    balance = await read_balance(card)
    async with locks.setdefault(card, asyncio.Lock()):
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
