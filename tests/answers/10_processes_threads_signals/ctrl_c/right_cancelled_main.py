# Style: the first signal cancels main, as asyncio.run does for Ctrl-C

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


async def handle(order):
    try:
        await print_order(order)
        print(f"{order}: printed")
    except asyncio.CancelledError:
        await put_back(order)
        print(f"{order}: put back")


async def main():
    print("open")
    me, loop = asyncio.current_task(), asyncio.get_running_loop()
    told = itertools.count(1)
    orders = []

    def stop():
        if (nth := next(told)) == 1:
            me.cancel()
        elif nth == 2:
            for order in orders:
                order.cancel()

    for name in ("SIGINT", "SIGTERM"):
        loop.add_signal_handler(getattr(signal, name), stop)
    try:
        for number in itertools.count(1):
            orders.append(loop.create_task(handle(await next_order(number))))
    except asyncio.CancelledError:
        me.uncancel()
        print("closing")
    if orders:
        await asyncio.wait(orders)
    print("closed")


def stop_twice() -> None:
    """Send this program SIGTERM after 1 s, and once more after 1.7 s."""
    for seconds in (1.0, 1.7):
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM)).start()


if __name__ == "__main__":
    stop_twice()
    asyncio.run(main())
