# Mistake: the others look every hundredth of a second whether the answer is there.
# Caught by: whenever callers come, the bank is asked once for each currency

import asyncio


async def ask_bank(currency: str) -> float:
    """The bank (slow, and every question costs; leave it as it is)."""
    await asyncio.sleep(0.4)
    return {"yen": 160.0, "kroner": 7.5}[currency]


rates, asking = {}, set()


async def rate(currency):
    while currency not in rates:
        if currency in asking:
            await asyncio.sleep(0.01)
            continue
        asking.add(currency)
        try:
            rates[currency] = await ask_bank(currency)
        finally:
            asking.discard(currency)
    return rates[currency]


async def price(parcel: str, euros: int, currency: str) -> None:
    print(f"{parcel}: {euros * await rate(currency):.0f} {currency}")


async def main() -> None:
    await price("book", 20, "yen")
    await asyncio.gather(price("lamp", 50, "yen"), price("vase", 60, "kroner"), price("desk", 100, "kroner"))


if __name__ == "__main__":
    asyncio.run(main())
