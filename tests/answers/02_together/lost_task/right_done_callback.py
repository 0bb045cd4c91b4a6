# Style: a callback on each bare task notes its failure.

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

    def note(task: asyncio.Task[None]) -> None:
        if isinstance(task.exception(), ConnectionError):
            failed.append(task.get_name())

    tasks = []
    for order in orders:
        await charge(order)
        task = asyncio.create_task(send_receipt(order), name=order)
        task.add_done_callback(note)
        tasks.append(task)
    if tasks:
        await asyncio.wait(tasks)
    for task in tasks:
        if task.get_name() not in failed:
            task.result()
    return failed


async def main() -> None:
    failed = await sell(ORDERS)
    print("no receipt for:", ", ".join(failed))


if __name__ == "__main__":
    asyncio.run(main())
