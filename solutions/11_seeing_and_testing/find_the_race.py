"""Find the race.

A theatre sells seats to many people at the same time, and keeps the number of free seats in a ledger. test_office is
meant to fail if an office has a race condition. It has never failed, and yet two people were sold one seat last night.

Once it is right, `python find_the_race.py` prints this (when depends on your test):

    CarefulOffice: passed
    HastyOffice: failed

Each office promises: `sell` takes the seats if there are enough at its turn, and otherwise returns False. `give_back`
makes seats free. The number is saved before they return. The order of turns and the number of loads are up to the
office. A turn takes up to 0.1 s longer than the ledger. An OSError of the ledger comes out of the call, which has then
saved nothing. A call that is cancelled before its turn changes nothing; one cancelled later may save its number.

Leave alone: `CarefulOffice`, `HastyOffice` and `main`.

Required of `test_office(office_class)`, which is tried on many other offices:
- it passes for CarefulOffice and fails (raises an exception) for HastyOffice; the program takes less than 4 s
- it passes for every office without a race condition, each time
- it finds races between two sales
- it finds races that only certain calls show: other numbers, returned seats, the last seats, three calls at once
- it finds races that need a slow ledger (up to 0.1 s for each load and save)
- it finds races after an OSError or a cancellation
"""

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
        self.ledger, self.lock = ledger, contextlib.nullcontext()  # which locks nothing


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
        await asyncio.sleep(self.load_s)
        return free

    async def save(self, free: int) -> None:
        self.saves += 1
        fails = self.saves == self.fails_at_save
        await asyncio.sleep(self.save_s)
        if fails:
            raise OSError("the ledger is locked")
        self.free = free
        self.lowest = min(self.lowest, free)


CHANGES = [-1, -2, 4, -8]  # of the number of free seats; powers of two: no two sums of some of them are equal


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
            possible |= {free + change for free in possible}  # it may have had its turn
        elif result is not False and not isinstance(result, OSError):
            possible = {free + change for free in possible}
    assert ledger.free in possible, f"{ledger.free} seats are free; expected {possible}"
    assert ledger.lowest >= 0, f"{-ledger.lowest} seats were sold that were not there"


async def test_office(office_class: type[CarefulOffice]) -> None:
    # A race shows only if calls meet at a bad moment, so bring about every kind of moment: a slow load or a slow save,
    # calls at the same time or one by one, few seats or many, and trouble.
    crowds = [(2, 0.0), (100, 0.06)]
    slow_s = [(0.09, 0.01), (0.01, 0.09)]
    plans = itertools.product(crowds, slow_s, ["none", "error", "cancellation"])
    # All evenings at the same time: each has a ledger of its own, and the test takes no longer than one of them.
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
