# Style: asyncio.wait, which does not cancel what it waits for; a callback forgets failures.

import asyncio
import functools


async def ask_bank(currency: str) -> float:
    """The bank (slow, and every question costs; leave it as it is)."""
    await asyncio.sleep(0.4)
    return {"yen": 160.0, "kroner": 7.5}[currency]


_questions = {}


def forget_failures(currency, task):
    if task.cancelled() or task.exception():
        del _questions[currency]


async def rate(currency: str) -> float:
    if currency not in _questions:
        task = asyncio.ensure_future(ask_bank(currency=currency))
        task.add_done_callback(functools.partial(forget_failures, currency))
        _questions[currency] = task
    task = _questions[currency]
    await asyncio.wait([task])
    return task.result()


async def price(parcel: str, euros: int, currency: str) -> None:
    print(f"{parcel}: {euros * await rate(currency):.0f} {currency}")


async def main() -> None:
    await price("book", 20, "yen")
    await asyncio.gather(price("lamp", 50, "yen"), price("vase", 60, "kroner"), price("desk", 100, "kroner"))


if __name__ == "__main__":
    asyncio.run(main())
