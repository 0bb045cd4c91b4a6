# Style: functools.cache again, on a plain function that makes the task.

import asyncio
import functools


async def ask_bank(currency: str) -> float:
    """The bank (slow, and every question costs; leave it as it is)."""
    await asyncio.sleep(0.4)
    return {"yen": 160.0, "kroner": 7.5}[currency]


@functools.cache
def question(currency: str) -> list[asyncio.Task[float]]:
    return [asyncio.ensure_future(ask_bank(currency))]


async def rate(currency: str) -> float:
    kept = question(currency)
    if kept[0].done() and kept[0].exception():
        kept[0] = asyncio.ensure_future(ask_bank(currency))
    return await asyncio.shield(kept[0])


async def price(parcel: str, euros: int, currency: str) -> None:
    print(f"{parcel}: {euros * await rate(currency):.0f} {currency}")


async def main() -> None:
    await price("book", 20, "yen")
    await asyncio.gather(price("lamp", 50, "yen"), price("vase", 60, "kroner"), price("desk", 100, "kroner"))


if __name__ == "__main__":
    asyncio.run(main())
