# Mistake: the first receipt that fails ends the waiting for all others.
# Shows: failure-ends-all, leaked-task
# Caught by: every receipt has been sent or has failed when sell returns

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
