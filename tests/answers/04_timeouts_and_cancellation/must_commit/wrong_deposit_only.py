# Mistake: protects the deposit alone.
# Caught by: once transfer has begun to withdraw, both steps are carried out
# Shows: interrupted-commit

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
    await confirm(sender, amount)
    await withdraw(sender, amount)
    task = asyncio.create_task(deposit(receiver, amount))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


async def main() -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await transfer("ann", "bob", 40)
    except TimeoutError:
        print("the customer has gone")
    print(", ".join(f"{name} {money}" for name, money in BALANCE.items()))


if __name__ == "__main__":
    asyncio.run(main())
