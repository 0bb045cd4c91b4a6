# Style: the second signal stops all printing first, and one loop puts the orders back

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


async def main():
    print("open")
    signals = asyncio.Queue()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, lambda: signals.put_nowait(1))
    printing = {}

    def done(task):
        order = printing[task]
        if not task.cancelled():
            print(f"{order}: printed")

    async def take():
        number = 1
        while True:
            order = await next_order(number)
            task = asyncio.create_task(print_order(order))
            printing[task] = order
            task.add_done_callback(done)
            number += 1

    taking = asyncio.create_task(take())
    await signals.get()
    taking.cancel()
    print("closing")
    second = asyncio.create_task(signals.get())
    while not all(task.done() for task in printing) and not second.done():
        rest = [task for task in printing if not task.done()]
        await asyncio.wait([second, *rest], return_when=asyncio.FIRST_COMPLETED)
    second.cancel()
    rest = [task for task in printing if not task.done()]
    for task in rest:
        task.cancel()
    for task in rest:
        await asyncio.wait([task])
        await put_back(printing[task])
        print(f"{printing[task]}: put back")
    print("closed")


def stop_twice() -> None:
    """Send this program SIGTERM after 1 s, and once more after 1.7 s."""
    for seconds in (1.0, 1.7):
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM)).start()


if __name__ == "__main__":
    stop_twice()
    asyncio.run(main())
