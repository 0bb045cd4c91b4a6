# Style: two events, and wait for whichever comes first

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


async def handle(order, hurry):
    printing = asyncio.ensure_future(print_order(order))
    hurrying = asyncio.ensure_future(hurry.wait())
    await asyncio.wait({printing, hurrying}, return_when=asyncio.FIRST_COMPLETED)
    hurrying.cancel()
    if printing.done():
        print(f"{order}: printed")
        return
    printing.cancel()
    await asyncio.wait({printing})
    await put_back(order)
    print(f"{order}: put back")


async def main():
    print("open")
    stop, hurry = asyncio.Event(), asyncio.Event()

    def told():
        (hurry if stop.is_set() else stop).set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told)
    stopping = asyncio.create_task(stop.wait())
    orders = []
    for number in itertools.count(1):
        waiting = asyncio.create_task(next_order(number))
        await asyncio.wait({waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            waiting.cancel()
            break
        orders.append(asyncio.create_task(handle(waiting.result(), hurry)))
    print("closing")
    await asyncio.gather(*orders)
    print("closed")


def stop_twice() -> None:
    """Send this program SIGTERM after 1 s, and once more after 1.7 s."""
    for seconds in (1.0, 1.7):
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM)).start()


if __name__ == "__main__":
    stop_twice()
    asyncio.run(main())
