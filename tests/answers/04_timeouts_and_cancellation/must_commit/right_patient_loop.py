# Style: a helper that holds back any number of cancellations, with uncancel.

import asyncio
from collections.abc import Coroutine

PATIENCE = 0.8
BALANCE = {"ann": 100, "bob": 100}


async def confirm(sender: str, amount: int) -> None:
    """Ask the risk department."""
    await asyncio.sleep(0.3)


async def withdraw(account: str, amount: int) -> None:
    await asyncio.sleep(0.3)
    BALANCE[account] -= amount


async def deposit(account: str, amount: int) -> None:
    await asyncio.sleep(0.4)
    BALANCE[account] += amount


async def to_the_end(work: Coroutine[None, None, None]) -> None:
    """Await work to its end; raise a cancellation only afterwards."""
    task, me = asyncio.ensure_future(work), asyncio.current_task()
    held_back = 0
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            held_back += 1
            me.uncancel()
        except ConnectionError:
            pass
    for _ in range(held_back):
        me.cancel()
    await asyncio.sleep(0)
    task.result()


async def transfer(sender: str, receiver: str, amount: int) -> None:
    async def both() -> None:
        await withdraw(sender, amount)
        await deposit(receiver, amount)

    await confirm(sender, amount)
    await to_the_end(both())


async def main() -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await transfer("ann", "bob", 40)
    except TimeoutError:
        print("the customer has gone")
    print(", ".join(f"{name} {money}" for name, money in BALANCE.items()))


if __name__ == "__main__":
    asyncio.run(main())
