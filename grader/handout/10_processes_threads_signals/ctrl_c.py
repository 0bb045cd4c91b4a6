"""Closing time

A copy shop prints orders as they come in, all at the same time. Its computer is switched off every evening: first all
programs are sent SIGTERM, as systemd and Docker do before they stop a service. At noon the owner presses Ctrl-C, which
sends SIGINT. As handed out, both end the program in the middle of two orders, and nobody ever hears of those again.
Once it is right, it prints this (the seconds on the left are not printed):

    0.00   open
    0.80   posters: printed
    1.00   closing
    1.40   menus: printed
    1.80   novel: put back
    1.80   closed

Leave alone: `next_order`, `print_order`, `put_back` and `stop_twice`.

Required of the program, which is sent SIGTERM or SIGINT, in any order:
- it prints "open" when it starts, and handles each order at once, while others are printed
- at the first signal it prints "closing" and takes no further order: it no longer waits for one
- the orders that are being printed at that moment are finished
- at the second signal it stops printing: it cancels print_order, calls put_back once for each order that is not
  finished, and when that is done, it prints "put back" in place of "printed"
- further signals change nothing; put_back is not interrupted
- when all orders are printed or put back, it prints "closed" and ends at once, with exit status 0
"""

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


async def main() -> None:
    print("open")
    async with asyncio.TaskGroup() as orders:
        for number in itertools.count(1):
            orders.create_task(handle(await next_order(number)))


def stop_twice() -> None:
    """Send this program SIGTERM after 1 s, and once more after 1.7 s."""
    for seconds in (1.0, 1.7):
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM)).start()


if __name__ == "__main__":
    stop_twice()
    asyncio.run(main())
