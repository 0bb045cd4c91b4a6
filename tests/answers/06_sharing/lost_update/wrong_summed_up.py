# Mistake: adds up what is paid into a card and stores it once: who paid when, and what failed, is lost.
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


async def settle(card: str, amount: int) -> int | None:
    try:
        balance = await read_balance(card) + amount
        await store_balance(card, balance)
    except ConnectionError:
        return None
    return balance


async def collect(payments: list[tuple[str, int]]) -> list[int | None]:
    sums: dict[str, int] = {}
    for card, amount in payments:
        sums[card] = sums.get(card, 0) + amount
    balances = dict(zip(sums, await asyncio.gather(*[settle(card, amount) for card, amount in sums.items()])))
    return [balances[card] for card, _ in payments]


async def main() -> None:
    await collect(PAYMENTS)
    for card, balance in BALANCES.items():
        print(f"{card}: {balance}")


if __name__ == "__main__":
    asyncio.run(main())
