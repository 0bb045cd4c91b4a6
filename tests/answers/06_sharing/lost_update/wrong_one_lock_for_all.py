# Mistake: one lock for the whole office: nothing is lost but time.
# Shows: lock-too-wide
# Caught by: payments to different cards do not wait for each other

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


lock = asyncio.Lock()


async def top_up(card: str, amount: int) -> int:
    async with lock:
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
