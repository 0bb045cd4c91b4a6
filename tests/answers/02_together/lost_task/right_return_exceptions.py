# Style: the mail tasks raise; gather hands over their exceptions with the results.

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
    receipts = []
    for order in orders:
        await charge(order)
        receipts.append(asyncio.create_task(send_receipt(order)))
    results = await asyncio.gather(*receipts, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, ConnectionError):
            raise result
    return [order for order, result in zip(orders, results) if isinstance(result, ConnectionError)]


async def main() -> None:
    failed = await sell(ORDERS)
    print("no receipt for:", ", ".join(failed))


if __name__ == "__main__":
    asyncio.run(main())
