# Mistake: keeps one task, whatever the currency.
# Caught by: different currencies do not wait for each other

import asyncio


async def ask_bank(currency: str) -> float:
    """The bank (slow, and every question costs; leave it as it is)."""
    await asyncio.sleep(0.4)
    return {"yen": 160.0, "kroner": 7.5}[currency]


QUESTION: list[asyncio.Task[float]] = []


async def rate(currency: str) -> float:
    if not QUESTION:
        QUESTION.append(asyncio.create_task(ask_bank(currency)))
    return await asyncio.shield(QUESTION[0])


async def price(parcel: str, euros: int, currency: str) -> None:
    print(f"{parcel}: {euros * await rate(currency):.0f} {currency}")


async def main() -> None:
    await price("book", 20, "yen")
    await asyncio.gather(price("lamp", 50, "yen"), price("vase", 60, "kroner"), price("desk", 100, "kroner"))


if __name__ == "__main__":
    asyncio.run(main())
