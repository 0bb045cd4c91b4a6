# Style: the mail server is asked from threads, each with an event loop of its own.

import asyncio
import concurrent.futures

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


async def sell(orders):
    loop = asyncio.get_running_loop()
    with concurrent.futures.ThreadPoolExecutor(len(orders) + 1) as pool:
        letters = []
        for order in orders:
            await charge(order)
            letters.append(loop.run_in_executor(pool, lambda order=order: asyncio.run(send_receipt(order))))
        results = await asyncio.gather(*letters, return_exceptions=True)
    for result in results:
        if result and not isinstance(result, ConnectionError):
            raise result
    return [order for order, result in zip(orders, results) if result]


async def main() -> None:
    failed = await sell(ORDERS)
    print("no receipt for:", ", ".join(failed))


if __name__ == "__main__":
    asyncio.run(main())
