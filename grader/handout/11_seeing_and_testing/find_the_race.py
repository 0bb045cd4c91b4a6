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
    """The ledger of a test: offices load and save the number of free seats here."""

    def __init__(self, free: int) -> None:
        self.free = free

    async def load(self) -> int:
        return self.free

    async def save(self, free: int) -> None:
        self.free = free


async def test_office(office_class: type[CarefulOffice]) -> None:
    ledger = Ledger(10)
    office = office_class(ledger)
    assert await office.sell(3)
    await office.give_back(2)
    assert ledger.free == 9


async def main() -> None:
    for office_class in (CarefulOffice, HastyOffice):
        try:
            await test_office(office_class)
            print(f"{office_class.__name__}: passed")
        except Exception:
            print(f"{office_class.__name__}: failed")


if __name__ == "__main__":
    asyncio.run(main())
