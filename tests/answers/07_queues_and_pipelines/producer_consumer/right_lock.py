# Style: no queue: a task for each order, and a lock (which is fair) for the oven.

import asyncio

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
    oven = asyncio.Lock()

    async def prepare(pizza: str) -> str:
        async with oven:
            return await bake(pizza)

    pizzas: list[asyncio.Task[str]] = []
    nth = 1
    while pizza := await answer_phone(nth):
        pizzas.append(asyncio.create_task(prepare(pizza)))
        nth += 1
    return list(await asyncio.gather(*pizzas))


if __name__ == "__main__":
    print("delivered:", ", ".join(asyncio.run(evening())))
