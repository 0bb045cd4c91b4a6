# Style: a class that owns the lock of its card, and a TaskGroup.

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


class Account:
    def __init__(self, card: str) -> None:
        self.card = card
        self.lock = asyncio.Lock()

    async def add(self, amount: int) -> int:
        async with self.lock:
            balance = await read_balance(self.card) + amount
            await store_balance(card=self.card, balance=balance)
        return balance


async def machine(account: Account, amount: int) -> int | None:
    try:
        return await account.add(amount)
    except ConnectionError:
        return None


async def collect(payments: list[tuple[str, int]]) -> list[int | None]:
    accounts = {card: Account(card) for card, _ in payments}
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(machine(accounts[card], amount)) for card, amount in payments]
    return [task.result() for task in tasks]


async def main() -> None:
    await collect(PAYMENTS)
    for card, balance in BALANCES.items():
        print(f"{card}: {balance}")


if __name__ == "__main__":
    asyncio.run(main())
