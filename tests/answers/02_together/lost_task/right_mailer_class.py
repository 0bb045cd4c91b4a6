# Style: a class with an async context manager owns the background tasks.

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


class Mailer:
    """Sends receipts in the background; leaving the block waits for all of them."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.tasks: list[tuple[str, asyncio.Task[None]]] = []

    def post(self, order: str) -> None:
        self.tasks.append((order, asyncio.create_task(send_receipt(order), name=order)))

    async def __aenter__(self) -> "Mailer":
        return self

    async def __aexit__(self, *_: object) -> None:
        for order, task in self.tasks:
            try:
                await task
            except ConnectionError:
                self.failed.append(order)


async def sell(orders: list[str]) -> list[str]:
    async with Mailer() as mailer:
        for order in orders:
            await charge(order)
            mailer.post(order)
    return mailer.failed


async def main() -> None:
    failed = await sell(ORDERS)
    print("no receipt for:", ", ".join(failed))


if __name__ == "__main__":
    asyncio.run(main())
