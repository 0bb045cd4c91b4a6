# Mistake: asyncio.timeout with every TimeoutError suppressed, also that of a shop.
# Shows: lost-exception
# Caught by: compare raises any error of ask, even a TimeoutError of its own

import asyncio
from contextlib import asynccontextmanager, suppress

EACH = 0.6
WHOLE = 1.6
SECONDS = {"anna": 0.3, "bert": 2.0, "carl": 0.3, "dora": 0.5, "emil": 0.4}
PRICES = {"anna": 12, "bert": 5, "carl": 10, "dora": 15, "emil": 9}


async def ask(shop: str) -> int:
    """A shop's price; raises ConnectionError, or TimeoutError when the shop's own database is too slow."""
    await asyncio.sleep(SECONDS[shop])
    return PRICES[shop]


@asynccontextmanager
async def move_on_after(seconds: float):
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            yield


async def compare(shops: list[str]) -> dict[str, int]:
    offers: dict[str, int] = {}
    async with move_on_after(WHOLE):
        for shop in shops:
            async with move_on_after(EACH):
                offers[shop] = await ask(shop)
    return offers


async def main() -> None:
    offers = await compare(list(SECONDS))
    print(", ".join(f"{shop} {price}" for shop, price in offers.items()))


if __name__ == "__main__":
    asyncio.run(main())
