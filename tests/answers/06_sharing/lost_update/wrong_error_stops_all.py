# Mistake: the failure of one machine goes through the TaskGroup and stops all the others.
# Shows: failure-ends-all
# Caught by: a payment that fails changes nothing and stops no other

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


locks: dict[str, asyncio.Lock] = {}


async def top_up(card: str, amount: int) -> int:
    async with locks.setdefault(card, asyncio.Lock()):
        balance = await read_balance(card)
        await store_balance(card, balance + amount)
        return balance + amount


async def collect(payments: list[tuple[str, int]]) -> list[int | None]:
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(top_up(card, amount)) for card, amount in payments]
    except* ConnectionError:
        pass
    return [None if task.cancelled() or task.exception() else task.result() for task in tasks]


async def main() -> None:
    await collect(PAYMENTS)
    for card, balance in BALANCES.items():
        print(f"{card}: {balance}")


if __name__ == "__main__":
    asyncio.run(main())
