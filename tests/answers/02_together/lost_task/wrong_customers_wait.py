# Mistake: awaits each receipt before the next customer may pay.
# Shows: sequential-await
# Caught by: a receipt starts right after its payment, and the next customer does not wait for it

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
        await mail(order, failed)
    return failed


async def main() -> None:
    failed = await sell(ORDERS)
    print("no receipt for:", ", ".join(failed))


if __name__ == "__main__":
    asyncio.run(main())
