# Style: a class with a deque, a flag and a condition, in a TaskGroup; progress on standard error.

import asyncio
import sys
from collections import deque

CALLS = [(0.2, "margherita"), (0.2, "funghi"), (0.8, "marinara"), (0.2, "")]


async def answer_phone(nth: int) -> str:
    """Wait for the nth call (from 1) and take the order; "" if the pizzeria closes instead (leave it as it is)."""
    pause, pizza = CALLS[nth - 1]
    await asyncio.sleep(pause)
    if pizza:
        print(f"{pizza} ordered")
    return pizza


async def bake(pizza: str) -> str:
    """The oven (leave it as it is)."""
    await asyncio.sleep(0.4)
    print(f"{pizza} baked")
    return pizza


class Pizzeria:
    """The phone and the oven."""

    def __init__(self) -> None:
        self.waiting: deque[str] = deque()
        self.closed = False
        self.news = asyncio.Condition()
        self.boxes: list[str] = []

    async def phone(self) -> None:
        nth = 0
        while not self.closed:
            nth += 1
            pizza = await answer_phone(nth)
            async with self.news:
                if pizza:
                    self.waiting.append(pizza)
                else:
                    self.closed = True
                self.news.notify()

    async def oven(self) -> None:
        while True:
            async with self.news:
                await self.news.wait_for(lambda: self.waiting or self.closed)
            if not self.waiting:
                return
            pizza = self.waiting.popleft()
            print("baking", pizza, file=sys.stderr)
            self.boxes.append(await bake(pizza))


async def evening() -> list[str]:
    pizzeria = Pizzeria()
    async with asyncio.TaskGroup() as group:
        group.create_task(pizzeria.phone())
        group.create_task(pizzeria.oven())
    return pizzeria.boxes


if __name__ == "__main__":
    print("delivered:", ", ".join(asyncio.run(evening())))
