# Mistake: finds every race by failing for every office.
# Caught by: the test passes for every office without a race condition

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
    free = 10

    async def load(self):
        return self.free

    async def save(self, free):
        self.free = free


async def test_office(office_class):
    office = office_class(Ledger())
    await asyncio.gather(office.sell(3), office.sell(4))
    if not isinstance(office, CarefulOffice) or isinstance(office, HastyOffice):
        raise AssertionError("a race")


async def main() -> None:
    for office_class in (CarefulOffice, HastyOffice):
        try:
            await test_office(office_class)
            print(f"{office_class.__name__}: passed")
        except Exception:
            print(f"{office_class.__name__}: failed")


if __name__ == "__main__":
    asyncio.run(main())
