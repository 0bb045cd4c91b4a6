# Style: a class that counts signals, and call_soon_threadsafe from a plain handler

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


class Shop:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.signals = 0
        self.orders: list[asyncio.Task[None]] = []
        self.taking = self.loop.create_task(self.take())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.loop.call_soon_threadsafe(self.told))

    def told(self) -> None:
        self.signals += 1
        if self.signals == 1:
            print("closing")
            self.taking.cancel()
        elif self.signals == 2:
            for order in self.orders:
                order.cancel()

    async def take(self) -> None:
        number = 0
        while True:
            number += 1
            order = await next_order(number)
            self.orders.append(self.loop.create_task(self.handle(order)))

    async def handle(self, order: str) -> None:
        try:
            await print_order(order)
        except asyncio.CancelledError:
            await put_back(order)
            print(f"{order}: put back")
        else:
            print(f"{order}: printed")

    async def run(self) -> None:
        await asyncio.wait([self.taking])
        await asyncio.gather(*self.orders)


async def main() -> None:
    print("open")
    await Shop().run()
    print("closed")


def stop_twice() -> None:
    """Send this program SIGTERM after 1 s, and once more after 1.7 s."""
    for seconds in (1.0, 1.7):
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM)).start()


if __name__ == "__main__":
    stop_twice()
    asyncio.run(main())
