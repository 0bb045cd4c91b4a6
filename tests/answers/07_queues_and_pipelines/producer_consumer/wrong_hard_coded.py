# Mistake: waits for as many orders as there are today.
# Caught by: all of this holds for any evening

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


async def run_oven(orders: asyncio.Queue[str]) -> list[str]:
    boxes: list[str] = []
    while len(boxes) < len(CALLS) - 1:
        boxes.append(await bake(await orders.get()))
    return boxes


async def evening() -> list[str]:
    orders: asyncio.Queue[str] = asyncio.Queue()
    _, boxes = await asyncio.gather(take_orders(orders), run_oven(orders))
    return boxes


if __name__ == "__main__":
    print("delivered:", ", ".join(asyncio.run(evening())))
