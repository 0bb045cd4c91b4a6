# Mistake: makes all kinds of calls, but awaits each before the next.
# Shows: blind-test
# Caught by: the test finds races between two sales

import asyncio
import contextlib


class CarefulOffice:
    def __init__(self, ledger: "Ledger") -> None:
        self.ledger = ledger
        self.lock: contextlib.AbstractAsyncContextManager[None] = asyncio.Lock()

    async def sell(self, seats: int) -> bool:
        async with self.lock:
            free = await self.ledger.load()
            if enough := free >= seats:
                await self.ledger.save(free - seats)
            return enough

    async def give_back(self, seats: int) -> None:
        async with self.lock:
            await self.ledger.save(await self.ledger.load() + seats)


class HastyOffice(CarefulOffice):
    def __init__(self, ledger: "Ledger") -> None:
        self.ledger, self.lock = ledger, contextlib.nullcontext()  # which locks nothing


class Ledger:
    def __init__(self, free, load_s=0.05, save_s=0.05, fails=()):
        self.free = self.lowest = free
        self.load_s, self.save_s = load_s, save_s
        self.fails = list(fails)

    async def load(self):
        free = self.free
        await asyncio.sleep(self.load_s)
        return free

    async def save(self, free):
        fails = self.fails.pop(0) if self.fails else False
        await asyncio.sleep(self.save_s)
        if fails:
            raise OSError("the ledger is locked")
        self.free = free
        self.lowest = min(self.lowest, free)


async def test_office(office_class):
    ledger = Ledger(10)
    office = office_class(ledger)
    assert await office.sell(3)
    assert await office.sell(4)
    assert not await office.sell(8)
    await office.give_back(2)
    assert ledger.free == 5


async def main() -> None:
    for office_class in (CarefulOffice, HastyOffice):
        try:
            await test_office(office_class)
            print(f"{office_class.__name__}: passed")
        except Exception:
            print(f"{office_class.__name__}: failed")


if __name__ == "__main__":
    asyncio.run(main())
