# Mistake: tells of each order before it is done.
# Caught by: after SIGTERM, the order that is being printed is finished
# Caught by: further signals change nothing, and put_back is not interrupted

import asyncio
import itertools
import os
import signal
import threading

ORDERS = {1: ("posters", 0.5), 2: ("menus", 0.8), 3: ("novel", 60.0)}


async def next_order(number: int) -> str:
    """Wait until the order with this number comes in."""
    await asyncio.sleep(0.3 if number in ORDERS else 3600)
    return ORDERS[number][0]


async def print_order(order: str) -> None:
    await asyncio.sleep(dict(ORDERS.values())[order])


async def put_back(order: str) -> None:
    """Write the order down for tomorrow."""
    await asyncio.sleep(0.1)


async def handle(order: str) -> None:
    printing = asyncio.create_task(print_order(order))
    try:
        await asyncio.sleep(0)
        print(f"{order}: printed")
        await printing
    except asyncio.CancelledError:
        print(f"{order}: put back")
        await put_back(order)
        raise


async def take_orders(shop: asyncio.TaskGroup, orders: set[asyncio.Task[None]]) -> None:
    for number in itertools.count(1):
        orders.add(shop.create_task(handle(await next_order(number))))


async def obey(signals: asyncio.Queue[None], taking: asyncio.Task[None], orders: set[asyncio.Task[None]]) -> None:
    await signals.get()
    print("closing")
    taking.cancel()
    await signals.get()
    for order in orders:
        order.cancel()


async def main() -> None:
    print("open")
    signals: asyncio.Queue[None] = asyncio.Queue()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, signals.put_nowait, None)
    orders: set[asyncio.Task[None]] = set()
    async with asyncio.TaskGroup() as shop:
        taking = shop.create_task(take_orders(shop, orders))
        obeying = asyncio.create_task(obey(signals, taking, orders))
    obeying.cancel()
    print("closed")


def stop_twice() -> None:
    """Send this program SIGTERM after 1 s, and once more after 1.7 s."""
    for seconds in (1.0, 1.7):
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM)).start()


if __name__ == "__main__":
    stop_twice()
    asyncio.run(main())
