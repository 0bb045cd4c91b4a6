# Style: a class that can be awaited; a callback forgets what failed.

import asyncio


async def ask_bank(currency: str) -> float:
    """The bank (slow, and every question costs; leave it as it is)."""
    await asyncio.sleep(0.4)
    return {"yen": 160.0, "kroner": 7.5}[currency]


class Rate:
    known = {}

    def __init__(self, currency):
        self.currency = currency

    def __await__(self):
        return self.get().__await__()

    async def get(self):
        task = Rate.known.get(self.currency)
        if task is None:
            task = Rate.known[self.currency] = asyncio.ensure_future(ask_bank(self.currency))
            task.add_done_callback(
                lambda done: Rate.known.pop(self.currency) if done.cancelled() or done.exception() else None
            )
        await asyncio.wait([task])
        return task.result()


rate = Rate


async def price(parcel: str, euros: int, currency: str) -> None:
    print(f"{parcel}: {euros * await rate(currency):.0f} {currency}")


async def main() -> None:
    await price("book", 20, "yen")
    await asyncio.gather(price("lamp", 50, "yen"), price("vase", 60, "kroner"), price("desk", 100, "kroner"))


if __name__ == "__main__":
    asyncio.run(main())
