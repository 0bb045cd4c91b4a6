# Mistake: cancels the oven as soon as the pizzeria closes: what is waiting or baking is lost.
# Caught by: every order is baked once, in the order of the calls, and returned

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


async def run_oven(orders: asyncio.Queue[str], boxes: list[str]) -> None:
    while True:
        boxes.append(await bake(await orders.get()))


async def evening() -> list[str]:
    orders: asyncio.Queue[str] = asyncio.Queue()
    boxes: list[str] = []
    oven = asyncio.create_task(run_oven(orders, boxes))
    await take_orders(orders)
    oven.cancel()
    return boxes


if __name__ == "__main__":
    print("delivered:", ", ".join(asyncio.run(evening())))
