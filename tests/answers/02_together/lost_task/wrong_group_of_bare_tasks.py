# Mistake: a TaskGroup of tasks that raise: one failure cancels all the others.
# Shows: failure-ends-all
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
    try:
        async with asyncio.TaskGroup() as group:
            for order in orders:
                await charge(order)
                group.create_task(send_receipt(order), name=order)
    except* ConnectionError:
        failed += orders
    return failed


async def main() -> None:
    failed = await sell(ORDERS)
    print("no receipt for:", ", ".join(failed))


if __name__ == "__main__":
    asyncio.run(main())
