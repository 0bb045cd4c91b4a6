# Style: acquire and release by hand, with finally; a semaphore of one.

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


guards: dict[str, asyncio.Semaphore] = {}


async def top_up(card: str, amount: int) -> int:
    guard = guards.setdefault(card, asyncio.Semaphore(1))
    await guard.acquire()
    try:
        balance = await read_balance(card)
        balance += amount
        await store_balance(card, balance)
    finally:
        guard.release()
    return balance


async def machine(card: str, amount: int) -> int | None:
    try:
        return await top_up(card, amount)
    except ConnectionError:
        return None


async def collect(payments: list[tuple[str, int]]) -> list[int | None]:
    results = await asyncio.gather(*(top_up(*payment) for payment in payments), return_exceptions=True)
    balances: list[int | None] = []
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, ConnectionError):
            raise result
        balances.append(None if isinstance(result, ConnectionError) else result)
    return balances


async def main() -> None:
    await collect(PAYMENTS)
    for card, balance in BALANCES.items():
        print(f"{card}: {balance}")


if __name__ == "__main__":
    asyncio.run(main())
