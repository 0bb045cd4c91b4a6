# Style: callbacks: a future of one's own, which the steps complete whatever happens to its waiter.

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


async def transfer(sender, receiver, amount):
    await confirm(sender, amount)
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    running = []

    def start(step, account, following):
        running.append(loop.create_task(step(account, amount)))
        running[-1].add_done_callback(following)

    def finished(task):
        if task.exception() is not None:
            over.set_exception(task.exception())
        else:
            over.set_result(None)

    def withdrawn(task):
        if task.exception() is not None:
            over.set_exception(task.exception())
        else:
            start(deposit, receiver, finished)

    start(withdraw, sender, withdrawn)
    interrupted = None
    while not over.done():
        try:
            await asyncio.wait([over])
        except asyncio.CancelledError as error:
            interrupted = error
    over.exception()
    if interrupted:
        raise interrupted
    over.result()


async def main() -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await transfer("ann", "bob", 40)
    except TimeoutError:
        print("the customer has gone")
    print(", ".join(f"{name} {money}" for name, money in BALANCE.items()))


if __name__ == "__main__":
    asyncio.run(main())
