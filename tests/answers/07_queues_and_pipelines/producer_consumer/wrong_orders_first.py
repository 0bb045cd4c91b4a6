# Mistake: takes all orders, and lights the oven when the pizzeria has closed.
# Caught by: the oven bakes one pizza at a time, and starts as soon as it can

import asyncio
import itertools

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


async def take_orders(orders: asyncio.Queue[str]) -> None:
    for nth in itertools.count(1):
        pizza = await answer_phone(nth)
        if not pizza:
            break
        await orders.put(pizza)


async def evening() -> list[str]:
    orders: asyncio.Queue[str] = asyncio.Queue()
    await take_orders(orders)
    boxes: list[str] = []
    while not orders.empty():
        boxes.append(await bake(await orders.get()))
    return boxes


if __name__ == "__main__":
    print("delivered:", ", ".join(asyncio.run(evening())))
