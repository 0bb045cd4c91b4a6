# Mistake: waits for the steps and never looks at how they ended.
# Shows: lost-exception
# Caught by: if a step fails, transfer raises its error and skips the next steps

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


async def commit(sender: str, receiver: str, amount: int) -> None:
    await withdraw(sender, amount)
    await deposit(receiver, amount)


async def transfer(sender: str, receiver: str, amount: int) -> None:
    await confirm(sender, amount)
    task = asyncio.create_task(commit(sender, receiver, amount))
    try:
        await asyncio.wait([task])
    except asyncio.CancelledError:
        await asyncio.wait([task])
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
