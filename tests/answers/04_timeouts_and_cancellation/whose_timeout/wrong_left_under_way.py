# Mistake: continues and leaves the slow questions running.
# Shows: leaked-task
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
    clock = asyncio.get_running_loop().time
    end = clock() + WHOLE
    offers: dict[str, int] = {}
    for shop in shops:
        left = end - clock()
        if left <= 0:
            break
        asking = asyncio.create_task(ask(shop))
        done, _ = await asyncio.wait({asking}, timeout=min(EACH, left))
        if done:
            offers[shop] = asking.result()
    return offers


async def main() -> None:
    offers = await compare(list(SECONDS))
    print(", ".join(f"{shop} {price}" for shop, price in offers.items()))


if __name__ == "__main__":
    asyncio.run(main())
