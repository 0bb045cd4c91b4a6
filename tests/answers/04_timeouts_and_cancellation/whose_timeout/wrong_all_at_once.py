# Mistake: asks all shops at once, so that WHOLE does not matter.
# Caught by: a shop that takes longer than EACH is left out, and ask is cancelled

import asyncio

EACH = 0.6
WHOLE = 1.6
SECONDS = {"anna": 0.3, "bert": 2.0, "carl": 0.3, "dora": 0.5, "emil": 0.4}
PRICES = {"anna": 12, "bert": 5, "carl": 10, "dora": 15, "emil": 9}


async def ask(shop: str) -> int:
    """A shop's price; raises ConnectionError, or TimeoutError when the shop's own database is too slow."""
    await asyncio.sleep(SECONDS[shop])
    return PRICES[shop]


async def compare(shops: list[str]) -> dict[str, int]:
    asking = {asyncio.create_task(ask(shop)): shop for shop in shops}
    done, late = await asyncio.wait(asking, timeout=min(EACH, WHOLE))
    for task in late:
        task.cancel()
    return {shop: task.result() for task, shop in asking.items() if task in done}


async def main() -> None:
    offers = await compare(list(SECONDS))
    print(", ".join(f"{shop} {price}" for shop, price in offers.items()))


if __name__ == "__main__":
    asyncio.run(main())
