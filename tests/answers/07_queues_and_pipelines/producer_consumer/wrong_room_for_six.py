# Mistake: gives the queue room for six orders: the seventh customer is kept waiting.
# Caught by: all of this holds for any evening

"""Producer and consumer.

A pizzeria takes orders by phone while its one oven bakes; orders wait in a queue in between. But the oven is switched
off as soon as it has nothing to do, and a customer who calls after a quiet quarter of an hour gets no pizza.

Once it is right, `python producer_consumer.py` prints this (the seconds on the left count from the start and are not
printed):

    0.20   margherita ordered
    0.40   funghi ordered
    0.60   margherita baked
    1.00   funghi baked
    1.20   marinara ordered
    1.60   marinara baked
    1.60   delivered: margherita, funghi, marinara

Leave alone: `CALLS`, `answer_phone` and `bake`.

Required:
- the program bakes all three pizzas in about 1.6 s
- evening() answers the phone all evening: one call right after the other, whatever the oven does, until answer_phone
  returns "", which means that the pizzeria closes
- every order is baked once, in the order of the calls, and evening returns what bake returned, in that order
- the oven bakes one pizza at a time, and starts the next as soon as it can
- evening returns when the pizzeria has closed and everything is baked, and leaves no task behind
- that holds for any evening, also one without calls
"""

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


async def evening():
    orders = asyncio.Queue(6)

    async def oven():
        boxes = []
        while (pizza := await orders.get()) is not None:
            boxes.append(await bake(pizza))
        return boxes

    baking = asyncio.create_task(oven())
    await take_orders(orders)
    await orders.put(None)
    return await baking


if __name__ == "__main__":
    print("delivered:", ", ".join(asyncio.run(evening())))
