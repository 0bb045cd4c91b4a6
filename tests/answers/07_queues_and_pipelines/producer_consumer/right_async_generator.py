# Style: the callers as an async generator; the empty string that closes goes through the queue.

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


async def callers():
    for nth in itertools.count(1):
        pizza = await answer_phone(nth)
        yield pizza
        if not pizza:
            return


async def listen(orders: asyncio.Queue[str]) -> None:
    async for pizza in callers():
        orders.put_nowait(pizza)


async def evening() -> list[str]:
    orders: asyncio.Queue[str] = asyncio.Queue()
    phone = asyncio.create_task(listen(orders))
    boxes = []
    while pizza := await orders.get():
        box = await bake(pizza)
        boxes.append(box)
    await phone
    return boxes


if __name__ == "__main__":
    print("delivered:", ", ".join(asyncio.run(evening())))
