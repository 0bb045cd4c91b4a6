"""Must commit.

A bank moves money in two steps: withdraw here, deposit there. A customer whose patience is over cancels the transfer,
and that may be between the two, or in the middle of one. Then the money is gone from one account, or from both.

Once it is right, `python must_commit.py` prints this (on the left: seconds from the start, not printed):

    1.00   the customer has gone
    1.00   ann 60, bob 140

What may not change: PATIENCE, confirm, withdraw and deposit (when graded, others take their place).
`transfer(sender, receiver, amount)` confirms, withdraws and deposits, in this order, each once. While it confirms, a
cancellation ends it at once. As soon as it has begun to withdraw, both steps are carried out to their end although it
is cancelled; it ends after that, not before, and then as cancelled. It is cancelled at most once. When a step raises
ConnectionError, the next ones are left out and the caller gets the error.
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
    # Both steps in one task: a shield around each of them would leave the gap between the two open.
    committing = asyncio.create_task(commit(sender, receiver, amount))
    try:
        await asyncio.shield(committing)
    except asyncio.CancelledError:
        # The shield keeps the cancellation from the task, not from us. Leaving now would leave the task to nobody (and
        # asyncio.run cancels at its end whatever is left). `wait` does not raise what the task raises.
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
