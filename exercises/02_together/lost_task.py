"""Lost task.

A market stall charges its customers one after the other, since it has one card terminal, and mails each of them a
receipt. The mail server is slow, so receipts are sent in the background while the next customer pays. As handed out,
the last customers never get a receipt, and nobody is told whose receipts are missing.

Once it is right, `python lost_task.py` prints this (on the left: seconds from the start, not printed):

    0.20   tea paid
    0.40   bread paid
    0.60   honey paid
    1.00   receipt for tea sent
    1.40   receipt for honey sent
    1.40   no receipt for: bread

The grader imports this file and calls sell itself: keep its name, its `async def`, and the last two lines.

Leave alone: `ORDERS`, `charge` and `send_receipt`.

Required:
- the program prints these lines, in about 1.4 s
- sell returns when every receipt is sent or has failed, and no later (two customers may order the same)
- sell returns a list of the orders whose receipt failed with ConnectionError, in any order
- each order is charged as soon as the one before is paid
- each receipt is started as soon as its order is paid
- any other error of send_receipt is raised by sell (as it is, or in an exception group)
"""

import asyncio

ORDERS = ["tea", "bread", "honey"]


async def charge(order: str) -> None:
    """Charge for one order at the card terminal."""
    await asyncio.sleep(0.2)
    print(f"{order} paid")


async def send_receipt(order: str) -> None:
    """Send one receipt; raises ConnectionError when the mail server does not accept it."""
    await asyncio.sleep(0.8)
    if order == "bread":
        raise ConnectionError("mailbox full")
    print(f"receipt for {order} sent")


async def mail(order: str, failed: list[str]) -> None:
    try:
        await send_receipt(order)
    except ConnectionError:
        failed.append(order)


async def sell(orders: list[str]) -> list[str]:
    failed: list[str] = []
    for order in orders:
        await charge(order)
        asyncio.create_task(mail(order, failed))
    return failed


async def main() -> None:
    failed = await sell(ORDERS)
    print("no receipt for:", ", ".join(failed))


if __name__ == "__main__":
    asyncio.run(main())
