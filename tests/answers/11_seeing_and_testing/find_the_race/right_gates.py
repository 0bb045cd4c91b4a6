# Style: no sleep in the ledger: the test opens a gate when all calls have gone as far as they can.

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
    """Each load and save waits until it is let through."""

    def __init__(self, free):
        self.free = self.lowest = free
        self.gates = []
        self.fails = False

    async def gate(self):
        gate = asyncio.get_running_loop().create_future()
        self.gates.append(gate)
        await gate

    async def load(self):
        free = self.free
        await self.gate()
        return free

    async def save(self, free):
        await self.gate()
        if self.fails:
            self.fails = False
            raise OSError("out of ink")
        self.free = free
        self.lowest = min(self.lowest, free)


async def let_through(ledger, tasks, newest):
    """Open one gate after the other, the oldest or the newest first, until all calls have returned."""
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0.08)
        waiting = [gate for gate in ledger.gates if not gate.done()]
        if waiting:
            waiting[-1 if newest else 0].set_result(None)


async def case(office_class, free, calls, newest, fails=False, cancelled=None, late=0):
    ledger = Ledger(free)
    ledger.fails = fails
    office = office_class(ledger)
    tasks = []

    async def call(seats, wait_s):
        await asyncio.sleep(wait_s)
        return await (office.sell(seats) if seats > 0 else office.give_back(-seats))

    for number, seats in enumerate(calls):
        tasks.append(asyncio.create_task(call(seats, 0.2 if number >= len(calls) - late else 0)))
    if cancelled is not None:
        asyncio.get_running_loop().call_later(0.04, tasks[cancelled].cancel)
    await let_through(ledger, tasks, newest)
    changes = 0
    options = {0}
    for seats, task in zip(calls, tasks, strict=True):
        if task.cancelled():
            options = {0, -seats}
        elif not task.exception() and task.result() is not False:
            changes -= seats
    assert ledger.free - free - changes in options
    assert ledger.lowest >= 0


async def test_office(office_class):
    cases = []
    for newest in (False, True):
        cases += [
            case(office_class, 100, [1, 2, -4, 8], newest),
            case(office_class, 5, [4, 3], newest),
            case(office_class, 100, [1, 2, 4], newest, cancelled=1),
            case(office_class, 100, [1, 2, 4], newest, fails=True, late=1),
        ]
    await asyncio.gather(*cases)


async def main() -> None:
    for office_class in (CarefulOffice, HastyOffice):
        try:
            await test_office(office_class)
            print(f"{office_class.__name__}: passed")
        except Exception:
            print(f"{office_class.__name__}: failed")


if __name__ == "__main__":
    asyncio.run(main())
