# Mistake: bakes between two calls: the next caller has to wait for the oven.
# Caught by: the phone is answered all evening, whatever the oven does

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


async def evening() -> list[str]:
    boxes: list[str] = []
    for nth in itertools.count(1):
        pizza = await answer_phone(nth)
        if not pizza:
            return boxes
        boxes.append(await bake(pizza))


if __name__ == "__main__":
    print("delivered:", ", ".join(asyncio.run(evening())))
