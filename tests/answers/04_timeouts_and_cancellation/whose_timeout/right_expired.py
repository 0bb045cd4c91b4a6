# Style: no class; two nested limits that are asked whether they have expired.

import asyncio
from types import TracebackType

EACH = 0.6
WHOLE = 1.6
SECONDS = {"anna": 0.3, "bert": 2.0, "carl": 0.3, "dora": 0.5, "emil": 0.4}
PRICES = {"anna": 12, "bert": 5, "carl": 10, "dora": 15, "emil": 9}


async def ask(shop: str) -> int:
    """A shop's price; raises ConnectionError, or TimeoutError when the shop's own database is too slow."""
    await asyncio.sleep(SECONDS[shop])
    return PRICES[shop]


async def compare(shops):
    loop = asyncio.get_running_loop()
    offers = {}
    outer = asyncio.timeout(WHOLE)
    try:
        async with outer:
            for shop in shops:
                inner = asyncio.timeout(EACH)
                try:
                    async with inner:
                        offers[shop] = await ask(shop)
                except TimeoutError:
                    if not inner.expired():
                        raise
    except TimeoutError:
        if not outer.expired():
            raise
    return offers






async def main() -> None:
    offers = await compare(list(SECONDS))
    print(", ".join(f"{shop} {price}" for shop, price in offers.items()))


if __name__ == "__main__":
    asyncio.run(main())
