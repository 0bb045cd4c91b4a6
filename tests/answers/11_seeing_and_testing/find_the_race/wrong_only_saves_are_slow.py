# Mistake: loading takes no time.
# Caught by: the test finds races that need a slow ledger

import asyncio
import contextlib
import itertools


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
        self.ledger, self.lock = ledger, contextlib.nullcontext()


class Ledger:
    """A ledger that is slow and may fail. What was loaded may be out of date, and what is saved counts late."""

    def __init__(self, free: int, load_s: float, save_s: float, fails_at_save: int | None) -> None:
        self.free = self.lowest = free
        self.load_s = load_s
        self.save_s = save_s
        self.fails_at_save = fails_at_save
        self.saves = 0

    async def load(self) -> int:
        free = self.free
        return free

    async def save(self, free: int) -> None:
        self.saves += 1
        fails = self.saves == self.fails_at_save
        await asyncio.sleep(self.save_s)
        if fails:
            raise OSError("the ledger is locked")
        self.free = free
        self.lowest = min(self.lowest, free)


CHANGES = [-1, -2, 4, -8]


async def evening(
    office_class: type[CarefulOffice], crowd: tuple[int, float], slow_s: tuple[float, float], trouble: str
) -> None:
    """Four calls, of which one may fail or be cancelled. Whichever gets its turn first, the numbers have to agree."""
    start, apart_s = crowd
    ledger = Ledger(start, *slow_s, fails_at_save=1 if trouble == "error" else None)
    office = office_class(ledger)
    tasks = []
    for change in CHANGES:
        call = office.sell(-change) if change < 0 else office.give_back(change)
        tasks.append(asyncio.create_task(call))
        await asyncio.sleep(apart_s)
    if trouble == "cancellation":
        tasks[1].cancel()
    possible = {start}
    for change, result in zip(CHANGES, await asyncio.gather(*tasks, return_exceptions=True), strict=True):
        if isinstance(result, asyncio.CancelledError):
            possible |= {free + change for free in possible}
        elif result is not False and not isinstance(result, OSError):
            possible = {free + change for free in possible}
    assert ledger.free in possible, f"{ledger.free} seats are free; expected {possible}"
    assert ledger.lowest >= 0, f"{-ledger.lowest} seats were sold that were not there"


async def test_office(office_class: type[CarefulOffice]) -> None:
    crowds = [(2, 0.0), (100, 0.06)]
    slow_s = [(0.09, 0.01), (0.01, 0.09)]
    plans = itertools.product(crowds, slow_s, ["none", "error", "cancellation"])
    evenings = [evening(office_class, *plan) for plan in plans]
    failures = [result for result in await asyncio.gather(*evenings, return_exceptions=True) if result is not None]
    assert not failures, failures[0]


async def main() -> None:
    for office_class in (CarefulOffice, HastyOffice):
        try:
            await test_office(office_class)
            print(f"{office_class.__name__}: passed")
        except Exception:
            print(f"{office_class.__name__}: failed")


if __name__ == "__main__":
    asyncio.run(main())
