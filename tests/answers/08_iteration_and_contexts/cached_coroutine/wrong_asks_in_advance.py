# Mistake: asks for the two currencies of the file in advance.
# Caught by: different currencies do not wait for each other

import asyncio


async def ask_bank(currency: str) -> float:
    """The bank (slow, and every question costs; leave it as it is)."""
    await asyncio.sleep(0.4)
    return {"yen": 160.0, "kroner": 7.5}[currency]


RATES: dict[str, float] = {"yen": 160.0, "kroner": 7.5}


async def rate(currency: str) -> float:
    await asyncio.sleep(0.4)
    return RATES[currency]


async def price(parcel: str, euros: int, currency: str) -> None:
    print(f"{parcel}: {euros * await rate(currency):.0f} {currency}")


async def main() -> None:
    await price("book", 20, "yen")
    await asyncio.gather(price("lamp", 50, "yen"), price("vase", 60, "kroner"), price("desk", 100, "kroner"))


if __name__ == "__main__":
    asyncio.run(main())
