# Mistake: collects the coroutines and starts them all when the stall closes.
# Caught by: each receipt is started as soon as its order is paid

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
    receipts = []
    for order in orders:
        await charge(order)
        receipts.append(mail(order, failed))
    await asyncio.gather(*receipts)
    return failed


async def main() -> None:
    failed = await sell(ORDERS)
    print("no receipt for:", ", ".join(failed))


if __name__ == "__main__":
    asyncio.run(main())
