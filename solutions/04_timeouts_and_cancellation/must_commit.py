"""Must commit.

A bank moves money in two steps: it withdraws the money here and deposits it there. A customer who loses patience
cancels the transfer, perhaps between the two steps, or in the middle of one. Then the money has left one account and
never reaches the other.

Once it is right, `python must_commit.py` prints this (the seconds on the left are not printed):

    1.00   the customer has gone
    1.00   ann 60, bob 140

Leave alone: `PATIENCE`, `BALANCE`, `confirm`, `withdraw`, `deposit` and `main`.

Required:
- transfer(sender, receiver, amount) confirms, withdraws and deposits, in this order, each once, one after the other
- if transfer is cancelled while it confirms, it ends at once
- once it has begun to withdraw, both steps are carried out to the end, even if transfer is cancelled
- a cancelled transfer ends after its last step, as cancelled (it is cancelled at most once)
- if a step fails, transfer raises its error and skips the next steps; if transfer is cancelled as well, it may raise
  either of the two
"""

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
    # Both steps in one task: a shield around each of them would leave a gap between the two.
    committing = asyncio.create_task(commit(sender, receiver, amount))
    try:
        await asyncio.shield(committing)
    except asyncio.CancelledError:
        # The shield keeps the cancellation away from the task, not from transfer. If transfer left now, nobody would
        # wait for the task, and asyncio.run cancels what is left at its end. `wait` does not raise the task's error.
        await asyncio.wait([committing])
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
