# Mistake: waits for all, but the exceptions end up nowhere.
# Shows: lost-exception
# Caught by: sell returns a list of the orders whose receipt failed with ConnectionError

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
    await asyncio.gather(*receipts, return_exceptions=True)
    return failed


async def main() -> None:
    failed = await sell(ORDERS)
    print("no receipt for:", ", ".join(failed))


if __name__ == "__main__":
    asyncio.run(main())
