# Mistake: the others look every second whether the answer is there.
# Caught by: callers who want the same rate at the same time share one question

import asyncio


async def ask_bank(currency: str) -> float:
    """The bank (slow, and every question costs; leave it as it is)."""
    await asyncio.sleep(0.4)
    return {"yen": 160.0, "kroner": 7.5}[currency]


RATES: dict[str, float | None] = {}


async def rate(currency: str) -> float:
    if currency not in RATES:
        RATES[currency] = None
        try:
            RATES[currency] = await ask_bank(currency)
        except BaseException:
            del RATES[currency]
            raise
    while (known := RATES[currency]) is None:
        await asyncio.sleep(1)
    return known


async def price(parcel: str, euros: int, currency: str) -> None:
    print(f"{parcel}: {euros * await rate(currency):.0f} {currency}")


async def main() -> None:
    await price("book", 20, "yen")
    await asyncio.gather(price("lamp", 50, "yen"), price("vase", 60, "kroner"), price("desk", 100, "kroner"))


if __name__ == "__main__":
    asyncio.run(main())
