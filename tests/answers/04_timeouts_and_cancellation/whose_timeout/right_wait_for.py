# Style: wait_for twice, with the errors of shops carried past it as values.

import asyncio

EACH = 0.6
WHOLE = 1.6
SECONDS = {"anna": 0.3, "bert": 2.0, "carl": 0.3, "dora": 0.5, "emil": 0.4}
PRICES = {"anna": 12, "bert": 5, "carl": 10, "dora": 15, "emil": 9}


async def ask(shop: str) -> int:
    """A shop's price; raises ConnectionError, or TimeoutError when the shop's own database is too slow."""
    await asyncio.sleep(SECONDS[shop])
    return PRICES[shop]


async def answer(shop: str) -> int | Exception:
    """The price, or what ask has raised: whatever wait_for raises is then its own."""
    try:
        return await ask(shop)
    except Exception as error:
        return error


async def ask_all(shops: list[str], offers: dict[str, int]) -> Exception | None:
    for shop in shops:
        try:
            found = await asyncio.wait_for(answer(shop), EACH)
        except TimeoutError:
            continue
        if isinstance(found, Exception):
            return found
        offers[shop] = found
    return None


async def compare(shops: list[str]) -> dict[str, int]:
    offers: dict[str, int] = {}
    try:
        error = await asyncio.wait_for(ask_all(shops, offers), WHOLE)
    except TimeoutError:
        return offers
    if error is not None:
        raise error
    return offers


async def main() -> None:
    offers = await compare(list(SECONDS))
    print(", ".join(f"{shop} {price}" for shop, price in offers.items()))


if __name__ == "__main__":
    asyncio.run(main())
