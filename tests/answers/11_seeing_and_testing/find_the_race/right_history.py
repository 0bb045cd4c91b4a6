# Style: a class that plays evenings; the ledger notes who saved what, and the test replays the turns.

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
    def __init__(self, free: int, slow_load: float, slow_save: float, errors: int) -> None:
        self.saved = [free]
        self.slow_load = slow_load
        self.slow_save = slow_save
        self.errors = errors

    async def load(self) -> int:
        value = self.saved[-1]
        await asyncio.sleep(self.slow_load)
        return value

    async def save(self, free: int) -> None:
        await asyncio.sleep(self.slow_save)
        if self.errors:
            self.errors -= 1
            raise ConnectionError("no ledger")
        self.saved.append(free)


class Evening:
    def __init__(self, office_class, free: int, errors: int, slow: tuple[float, float]) -> None:
        self.ledger = Ledger(free, *slow, errors)
        self.office = office_class(self.ledger)
        self.done: list[int] = []
        self.maybe: list[int] = []

    async def call(self, seats: int, after: float, patience: float = 100.0) -> None:
        await asyncio.sleep(after)
        method, amount = (self.office.give_back, seats) if seats > 0 else (self.office.sell, -seats)
        try:
            async with asyncio.timeout(patience):
                if await method(amount) is not False:
                    self.done.append(seats)
        except TimeoutError:
            self.maybe.append(seats)
        except OSError:
            pass

    def judge(self) -> None:
        """Every save changes the number by one of the calls, and every call is among them once."""
        steps = [after - before for before, after in zip(self.ledger.saved, self.ledger.saved[1:], strict=False)]
        for change in self.done:
            assert change in steps, f"{change} got lost in {self.ledger.saved}"
            steps.remove(change)
        assert all(step in self.maybe for step in steps), f"{steps} is too much in {self.ledger.saved}"
        assert min(self.ledger.saved) >= 0


async def test_office(office_class) -> None:
    evenings = [
        Evening(office_class, free, errors, slow)
        for free in (2, 99)
        for errors in (0, 1)
        for slow in ((0.1, 0.02), (0.02, 0.1))
    ]
    calls = []
    for number, evening in enumerate(evenings):
        quick = number % 2 == 0
        calls += [
            evening.call(-1, 0.0),
            evening.call(-2, 0.0, patience=0.05 if evening.ledger.saved == [99] and not evening.ledger.errors else 100),
            evening.call(-4, 0.0 if quick else 0.06),
            evening.call(8, 0.0 if quick else 0.13),
            evening.call(-16, 0.0 if quick else 0.13),
        ]
    await asyncio.gather(*calls)
    for evening in evenings:
        evening.judge()


async def main() -> None:
    for office_class in (CarefulOffice, HastyOffice):
        try:
            await test_office(office_class)
            print(f"{office_class.__name__}: passed")
        except Exception:
            print(f"{office_class.__name__}: failed")


if __name__ == "__main__":
    asyncio.run(main())
