# Mistake: always has enough seats.
# Caught by: the test finds races that only certain calls show

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


async def check(office_class, free, calls, cancelled=None, apart_s=0.0, **how):
    ledger = Ledger(free, **how)
    office = office_class(ledger)
    tasks = []
    for seats in calls:
        call = office.sell(seats) if seats > 0 else office.give_back(-seats)
        tasks.append(asyncio.ensure_future(call))
        await asyncio.sleep(apart_s)
    if cancelled is not None:
        tasks[cancelled].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    sold = sum(n for n, result in zip(calls, results, strict=True) if result in (True, None))
    unknown = [n for n, result in zip(calls, results, strict=True) if isinstance(result, asyncio.CancelledError)]
    assert ledger.free in {free - sold, free - sold - sum(unknown)}
    assert ledger.lowest >= 0


async def test_office(office_class):
    await asyncio.gather(
        check(office_class, 10, [1, 2, 4]),
        check(office_class, 10, [1, -2, 4]),
        check(office_class, 20, [1, 2, 4], load_s=0.1),
        check(office_class, 20, [1, 2, 4], save_s=0.1),
        check(office_class, 20, [1, 2, 4], cancelled=1),
        check(office_class, 20, [1, 2, 4, 8], fails=[True], apart_s=0.08),
    )


async def main() -> None:
    for office_class in (CarefulOffice, HastyOffice):
        try:
            await test_office(office_class)
            print(f"{office_class.__name__}: passed")
        except Exception:
            print(f"{office_class.__name__}: failed")


if __name__ == "__main__":
    asyncio.run(main())
