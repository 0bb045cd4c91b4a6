# Style: the task is made before a group is entered, which waits for a guard of it.

import asyncio

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


async def transfer(sender: str, receiver: str, amount: int) -> None:
    async def both() -> None:
        await withdraw(sender, amount)
        await deposit(receiver, amount)

    await confirm(sender, amount)
    steps = asyncio.ensure_future(both())
    try:
        await asyncio.gather(asyncio.shield(steps))
    finally:
        if not steps.done():
            await asyncio.gather(steps, return_exceptions=True)


async def main() -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await transfer("ann", "bob", 40)
    except TimeoutError:
        print("the customer has gone")
    print(", ".join(f"{name} {money}" for name, money in BALANCE.items()))


if __name__ == "__main__":
    asyncio.run(main())
