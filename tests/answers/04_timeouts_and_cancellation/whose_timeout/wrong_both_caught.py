# Mistake: catches TimeoutError and CancelledError side by side.
# Shows: mistaken-cancellation, lost-exception
# Caught by: somebody else's cancellation ends compare at once, as cancelled

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
    offers: dict[str, int] = {}
    try:
        async with asyncio.timeout(WHOLE):
            for shop in shops:
                try:
                    offers[shop] = await asyncio.wait_for(ask(shop), EACH)
                except (TimeoutError, asyncio.CancelledError):
                    continue
    except TimeoutError:
        pass
    return offers


async def main() -> None:
    offers = await compare(list(SECONDS))
    print(", ".join(f"{shop} {price}" for shop, price in offers.items()))


if __name__ == "__main__":
    asyncio.run(main())
