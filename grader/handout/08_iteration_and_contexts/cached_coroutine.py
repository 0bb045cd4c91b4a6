"""Cached coroutine.

A shop prices parcels in many currencies. The bank's rate is wanted for each parcel but should be asked for once, so
somebody put functools.cache on the function. The first parcel is priced, the second one raises RuntimeError.

Once it is right, `python cached_coroutine.py` prints this (on the left: seconds from the start, not printed):

    0.40   book: 3200 yen
    0.40   lamp: 8000 yen
    0.80   vase: 450 kroner
    0.80   desk: 750 kroner

(the last two in either order).

What may not change: ask_bank (when graded, another one takes its place); `await rate(currency)` gives the bank's
answer for it. The bank is asked for a currency once, however often its rate is wanted and however many want it at the
same moment; different currencies do not wait for each other. If ask_bank fails, whoever came first gets that error (the
others who wait may get it too); it is not kept, and a later call asks again. A caller that is cancelled, or runs into
a timeout, does not spoil it for the others, who get the rate in at most twice the bank's time.
"""

import asyncio
import functools


async def ask_bank(currency: str) -> float:
    """The bank (slow, and every question costs; leave it as it is)."""
    await asyncio.sleep(0.4)
    return {"yen": 160.0, "kroner": 7.5}[currency]


@functools.cache
async def rate(currency: str) -> float:
    return await ask_bank(currency)


async def price(parcel: str, euros: int, currency: str) -> None:
    print(f"{parcel}: {euros * await rate(currency):.0f} {currency}")


async def main() -> None:
    await price("book", 20, "yen")
    await asyncio.gather(price("lamp", 50, "yen"), price("vase", 60, "kroner"), price("desk", 100, "kroner"))


if __name__ == "__main__":
    asyncio.run(main())
