# Mistake: keeps a failed task for ever.
# Caught by: a failure reaches the caller who came first, and is not kept

import asyncio


async def ask_bank(currency: str) -> float:
    """The bank (slow, and every question costs; leave it as it is)."""
    await asyncio.sleep(0.4)
    return {"yen": 160.0, "kroner": 7.5}[currency]


_questions: dict[str, asyncio.Task[float]] = {}


async def rate(currency: str) -> float:
    # A coroutine object can be awaited once; a task as often as you like, by many at a time, and also when it is done.
    task = _questions.get(currency)
    if task is None:
        task = _questions[currency] = asyncio.create_task(ask_bank(currency))
    # Cancelling whoever awaits a task cancels the task, and with it all the others who wait: shield prevents that.
    return await asyncio.shield(task)


async def price(parcel: str, euros: int, currency: str) -> None:
    print(f"{parcel}: {euros * await rate(currency):.0f} {currency}")


async def main() -> None:
    await price("book", 20, "yen")
    await asyncio.gather(price("lamp", 50, "yen"), price("vase", 60, "kroner"), price("desk", 100, "kroner"))


if __name__ == "__main__":
    asyncio.run(main())
