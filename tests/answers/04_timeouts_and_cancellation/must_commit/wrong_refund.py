# Mistake: gives the money back to the sender when it is cancelled.
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
    try:
        await withdraw(sender, amount)
        await deposit(receiver, amount)
    except asyncio.CancelledError:
        await deposit(sender, amount)
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
