# Mistake: the first receipt that fails ends the waiting for all others.
# Shows: failure-ends-all, leaked-task
# Caught by: sell returns when every receipt is sent or has failed, and no later

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


async def sell(orders: list[str]) -> list[str]:
    failed: list[str] = []
    receipts = []
    for order in orders:
        await charge(order)
        receipts.append(asyncio.create_task(send_receipt(order)))
    try:
        await asyncio.gather(*receipts)
    except ConnectionError:
        failed = [order for order, task in zip(orders, receipts) if task.done() and task.exception()]
    return failed


async def main() -> None:
    failed = await sell(ORDERS)
    print("no receipt for:", ", ".join(failed))


if __name__ == "__main__":
    asyncio.run(main())
