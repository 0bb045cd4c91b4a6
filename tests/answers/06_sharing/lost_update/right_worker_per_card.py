# Style: no lock: one task for each card takes that card's payments in turn.

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


async def till(card: str, payments: list[tuple[int, int]], balances: list[int | None]) -> None:
    for number, amount in payments:
        try:
            balance = await read_balance(card) + amount
            await store_balance(card, balance)
        except ConnectionError:
            continue
        balances[number] = balance


async def collect(payments: list[tuple[str, int]]) -> list[int | None]:
    balances: list[int | None] = [None] * len(payments)
    by_card: dict[str, list[tuple[int, int]]] = {}
    for number, (card, amount) in enumerate(payments):
        by_card.setdefault(card, []).append((number, amount))
    async with asyncio.TaskGroup() as group:
        for card, mine in by_card.items():
            group.create_task(till(card, mine, balances))
    return balances


async def main() -> None:
    await collect(PAYMENTS)
    for card, balance in BALANCES.items():
        print(f"{card}: {balance}")


if __name__ == "__main__":
    asyncio.run(main())
