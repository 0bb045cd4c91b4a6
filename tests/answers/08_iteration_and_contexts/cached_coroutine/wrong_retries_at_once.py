# Mistake: asks again by itself when the bank fails.
# Caught by: a failure reaches the caller who came first, and is not kept

import asyncio


async def ask_bank(currency: str) -> float:
    """The bank (slow, and every question costs; leave it as it is)."""
    await asyncio.sleep(0.4)
    return {"yen": 160.0, "kroner": 7.5}[currency]


RATES: dict[str, float] = {}
LOCKS: dict[str, asyncio.Lock] = {}


async def rate(currency: str) -> float:
    async with LOCKS.setdefault(currency, asyncio.Lock()):
        while currency not in RATES:
            try:
                RATES[currency] = await ask_bank(currency)
            except OSError:
                continue
        return RATES[currency]


async def price(parcel: str, euros: int, currency: str) -> None:
    print(f"{parcel}: {euros * await rate(currency):.0f} {currency}")


async def main() -> None:
    await price("book", 20, "yen")
    await asyncio.gather(price("lamp", 50, "yen"), price("vase", 60, "kroner"), price("desk", 100, "kroner"))


if __name__ == "__main__":
    asyncio.run(main())
