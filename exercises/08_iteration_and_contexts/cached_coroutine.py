"""Cached coroutine.

A shop prices parcels in many currencies. Each parcel needs an exchange rate, and the bank should be asked only once for
each currency, so somebody put functools.cache on the function. The first parcel is priced, the second raises
RuntimeError.

Once it is right, `python cached_coroutine.py` prints this (the seconds on the left are not printed):

    0.40   book: 3200 yen
    0.40   lamp: 8000 yen
    0.80   vase: 450 kroner
    0.80   desk: 750 kroner

(The last two lines may be the other way round.)

Leave alone: `ask_bank`, `price` and `main`.

Required:
- the program prices four parcels in about 0.8 s
- `await rate(currency)` gives the bank's answer; a rate that is known is given at once, without asking again
- callers who want the same rate at the same time share one question
- different currencies do not wait for each other
- if ask_bank raises, the caller who came first gets that exception (others who wait may get it too), and the failure
  is not kept: a later call asks again
- when a caller is cancelled, or gives up after a timeout, the others still get the rate, and wait no longer from that
  moment than the bank takes to answer (if it was the first caller, the bank may be asked once more)
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
