# Style: a class; a done callback sets an event that is waited for twice.

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


class Commit:
    def __init__(self, sender: str, receiver: str, amount: int) -> None:
        self.steps = ((withdraw, sender, amount), (deposit, receiver, amount))
        self.over = asyncio.Event()

    async def run(self) -> None:
        for step, account, amount in self.steps:
            await step(account, amount)

    async def __aenter__(self) -> asyncio.Task[None]:
        self.task = asyncio.create_task(self.run())
        self.task.add_done_callback(lambda _: self.over.set())
        return self.task

    async def __aexit__(self, *_: object) -> None:
        await self.over.wait()


async def transfer(sender: str, receiver: str, amount: int) -> None:
    await confirm(sender, amount)
    async with Commit(sender, receiver, amount) as task:
        await asyncio.shield(task)


async def main() -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await transfer("ann", "bob", 40)
    except TimeoutError:
        print("the customer has gone")
    print(", ".join(f"{name} {money}" for name, money in BALANCE.items()))


if __name__ == "__main__":
    asyncio.run(main())
