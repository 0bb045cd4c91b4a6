# Style: every payment first waits for the task of the payment before it into the same card.

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


async def machine(before: asyncio.Task[int | None] | None, card: str, amount: int) -> int | None:
    if before:
        await asyncio.wait([before])
    try:
        balance = await read_balance(card) + amount
        await store_balance(card, balance)
    except ConnectionError:
        return None
    return balance


async def collect(payments: list[tuple[str, int]]) -> list[int | None]:
    latest: dict[str, asyncio.Task[int | None]] = {}
    tasks = []
    for card, amount in payments:
        latest[card] = asyncio.create_task(machine(latest.get(card), card, amount))
        tasks.append(latest[card])
    return [await task for task in tasks]


async def main() -> None:
    await collect(PAYMENTS)
    for card, balance in BALANCES.items():
        print(f"{card}: {balance}")


if __name__ == "__main__":
    asyncio.run(main())
