"""Lost task.

A market stall charges its customers one after the other (one card terminal, 0.2 s each) and mails every customer a
receipt. The mail server is slow, so receipts are sent in the background while the next customer pays. On a quiet day it
turned out that the last customers had never got a receipt, and that nobody had been told which ones were missing.

Once it is right, `python lost_task.py` prints this (on the left: seconds from the start, not printed):

    0.20   tea paid
    0.40   bread paid
    0.60   honey paid
    1.00   receipt for tea sent
    1.40   receipt for honey sent
    1.40   no receipt for: bread

What may not change: charge and send_receipt (when graded, others with other delays and failures take their place);
sell(orders) charges the orders in turn, starts each receipt right after its payment, keeps no customer waiting for a
receipt, and returns only when every receipt has been sent or has failed with ConnectionError. It returns the list of
the orders whose receipt failed, in any order. The lines printed.
"""

import asyncio

ORDERS = ["tea", "bread", "honey"]


async def charge(order: str) -> None:
    """The card terminal (leave it as it is)."""
    await asyncio.sleep(0.2)
    print(f"{order} paid")


async def send_receipt(order: str) -> None:
    """The mail server (leave it as it is)."""
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
