# Mistake: sleeps at the end for as long as a receipt takes today.
# Shows: leaked-task
# Caught by: whatever is slow or fails, every receipt is dealt with and no time is lost

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
    await asyncio.sleep(0.85)
    return failed


async def main() -> None:
    failed = await sell(ORDERS)
    print("no receipt for:", ", ".join(failed))


if __name__ == "__main__":
    asyncio.run(main())
