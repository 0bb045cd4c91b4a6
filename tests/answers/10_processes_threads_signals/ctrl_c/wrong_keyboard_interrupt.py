# Mistake: makes SIGTERM a KeyboardInterrupt, and catches that outside of asyncio.run.
# Caught by: after SIGTERM, the order that is being printed is finished
# Caught by: after SIGINT (Ctrl-C), the order that is being printed is finished

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
    await print_order(order)
    print(f"{order}: printed")


async def serve() -> None:
    async with asyncio.TaskGroup() as orders:
        for number in itertools.count(1):
            orders.create_task(handle(await next_order(number)))


async def main() -> None:
    print("open")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        await serve()
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("closing")
        print("closed")


def stop_twice() -> None:
    """Send this program SIGTERM after 1 s, and once more after 1.7 s."""
    for seconds in (1.0, 1.7):
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM)).start()


if __name__ == "__main__":
    stop_twice()
    asyncio.run(main())
