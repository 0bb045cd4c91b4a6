# Style: sixty evenings drawn from seeds, in a TaskGroup; no type hints.

import asyncio
import contextlib
import random


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
    def __init__(self, chance):
        self.chance = chance
        self.free = self.start = chance.choice([2, 50])
        self.trouble = chance.random() < 0.4
        self.history = [self.free]

    async def load(self):
        found = self.free
        await asyncio.sleep(self.chance.choice([0, 0.02, 0.1]))
        return found

    async def save(self, free):
        await asyncio.sleep(self.chance.choice([0, 0.02, 0.1]))
        if self.trouble:
            self.trouble = False
            raise OSError("full")
        self.free = free
        self.history.append(free)


async def evening(office_class, seed):
    chance = random.Random(seed)
    ledger = Ledger(chance)
    office = office_class(ledger)
    sure, unsure, tasks = [], [], {}
    for n in range(5):
        method = chance.choice([office.sell, office.sell, office.give_back])
        change = 2**n if method == office.give_back else -(2**n)
        tasks[asyncio.create_task(method(2**n))] = change
        await asyncio.sleep(chance.choice([0, 0, 0.03, 0.11]))
    if chance.random() < 0.4:
        chance.choice(list(tasks)).cancel()
    await asyncio.wait(tasks)
    for task, change in tasks.items():
        if task.cancelled():
            unsure.append(change)
        elif task.exception() is None and task.result() is not False:
            sure.append(change)
    expected = ledger.start + sum(sure)
    assert ledger.free == expected or ledger.free == expected + sum(unsure), seed
    assert min(ledger.history) >= 0, seed


async def test_office(office_class):
    async with asyncio.TaskGroup() as group:
        for seed in range(60):
            group.create_task(evening(office_class, seed))


async def main() -> None:
    for office_class in (CarefulOffice, HastyOffice):
        try:
            await test_office(office_class)
            print(f"{office_class.__name__}: passed")
        except Exception:
            print(f"{office_class.__name__}: failed")


if __name__ == "__main__":
    asyncio.run(main())
