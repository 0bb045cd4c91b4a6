# Style: results in a dictionary, and a lock for each currency.

import asyncio


async def ask_bank(currency: str) -> float:
    """The bank (slow, and every question costs; leave it as it is)."""
    await asyncio.sleep(0.4)
    return {"yen": 160.0, "kroner": 7.5}[currency]


rates: dict[str, float] = {}
locks: dict[str, asyncio.Lock] = {}


async def rate(currency: str) -> float:
    lock = locks.setdefault(currency, asyncio.Lock())
    async with lock:
        if currency not in rates:
            rates[currency] = await ask_bank(currency)
    return rates[currency]


async def price(parcel: str, euros: int, currency: str) -> None:
    print(f"{parcel}: {euros * await rate(currency):.0f} {currency}")


async def main() -> None:
    await price("book", 20, "yen")
    await asyncio.gather(price("lamp", 50, "yen"), price("vase", 60, "kroner"), price("desk", 100, "kroner"))


if __name__ == "__main__":
    asyncio.run(main())
