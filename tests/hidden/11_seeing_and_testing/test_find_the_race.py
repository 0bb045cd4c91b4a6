"""find_the_race: a test that tells offices with a race condition from those without, by trying them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from grader.suite import HiddenProgram, Trace, Virtual, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("CarefulOffice", "HastyOffice", "main")

BASE = """\
import asyncio


class Base:
    def __init__(self, ledger):
        self.ledger = ledger
        self.lock = asyncio.Lock()
        self.busy = False
        self.free = None
        self.ready = asyncio.Event()
        self.waiting = []
        self.locks = {}

    async def sell(self, seats):
        return await self._change(-seats)

    async def give_back(self, seats):
        await self._change(seats)

    async def _turn(self, seats):
        free = await self.ledger.load()
        if free + seats < 0:
            return False
        await self.ledger.save(free + seats)
        return True


class Office(Base):
"""


@dataclass(frozen=True)
class Office:
    """An office that the learner does not see. ``what``: what is special about it, after "an office"."""

    what: str
    code: str

    def load(self) -> type:
        module: dict[str, Any] = {}
        exec(BASE + self.code, module)
        return cast(type, module["Office"])


# --- without a race condition ---------------------------------------------------------------------------------------
CAREFUL = Office(
    "that takes one lock for each change",
    """
    async def _change(self, seats):
        async with self.lock:
            return await self._turn(seats)
""",
)
LOCK_ON_DEMAND = Office(
    "that makes its lock at the first change",
    """
    async def _change(self, seats):
        lock = self.locks.setdefault("all", asyncio.Lock())
        async with lock:
            return await self._turn(seats)
""",
)
LOOKS_TWICE = Office(
    "that refuses at a first look, and looks again when it has the lock",
    """
    async def _change(self, seats):
        if await self.ledger.load() + seats < 0:
            return False
        async with self.lock:
            return await self._turn(seats)
""",
)
RELEASES_ITS_OWN = Office(
    "that releases the lock in a finally, if it has acquired it",
    """
    async def _change(self, seats):
        await self.lock.acquire()
        try:
            return await self._turn(seats)
        finally:
            self.lock.release()
""",
)
LOOKS_WHEN_WOKEN = Office(
    "whose waiting calls look again when they are woken",
    """
    async def _change(self, seats):
        while self.busy:
            self.ready.clear()
            await self.ready.wait()
        self.busy = True
        try:
            return await self._turn(seats)
        finally:
            self.busy = False
            self.ready.set()
""",
)
LAST_FIRST = Office(
    "that gives the next turn to the call that came last",
    """
    async def _change(self, seats):
        if self.busy:
            turn = asyncio.get_running_loop().create_future()
            self.waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.cancelled():
                    self.waiting.remove(turn)
                else:
                    self._next()
                raise
        self.busy = True
        try:
            return await self._turn(seats)
        finally:
            self._next()

    def _next(self):
        self.busy = bool(self.waiting)
        if self.waiting:
            self.waiting.pop().set_result(None)
""",
)
LARGEST_FIRST = Office(
    "that gives the next turn to the call with the most seats",
    """
    async def _change(self, seats):
        self.waiting.append(abs(seats))
        try:
            await asyncio.sleep(0.01)
            while self.busy or abs(seats) < max(self.waiting):
                self.ready.clear()
                await self.ready.wait()
            self.busy = True
        finally:
            self.waiting.remove(abs(seats))
            self.ready.set()
        try:
            return await self._turn(seats)
        finally:
            self.busy = False
            self.ready.set()
""",
)
ONE_WORKER = Office(
    "in which one task makes all changes",
    """
    async def _change(self, seats):
        done = asyncio.get_running_loop().create_future()
        self.waiting.append((seats, done))
        if not self.busy:
            self.busy = True
            self.worker = asyncio.create_task(self._work())
        return await done

    async def _work(self):
        while self.waiting:
            seats, done = self.waiting.pop(0)
            if done.done():
                continue
            result, error = None, None
            try:
                result = await self._turn(seats)
            except OSError as raised:
                error = raised
            if not done.done():
                done.set_exception(error) if error else done.set_result(result)
        self.busy = False
""",
)
SAVES_TO_THE_END = Office(
    "that finishes what it is saving even if its call is cancelled",
    """
    async def _change(self, seats):
        async with self.lock:
            task = asyncio.create_task(self._turn(seats))
            try:
                return await asyncio.shield(task)
            except asyncio.CancelledError:
                await asyncio.wait([task])
                raise
""",
)
ASKS_AGAIN = Office(
    "that tries again when it has waited 0.15 s for the lock",
    """
    async def _change(self, seats):
        while True:
            try:
                await asyncio.wait_for(self.lock.acquire(), 0.15)
                break
            except TimeoutError:
                await asyncio.sleep(0)
        try:
            return await self._turn(seats)
        finally:
            self.lock.release()
""",
)
SLOW = Office(
    "that pauses for 0.05 s before each change",
    """
    async def _change(self, seats):
        async with self.lock:
            await asyncio.sleep(0.05)
            return await self._turn(seats)
""",
)
CHECKS_WHAT_IT_SAVED = Office(
    "that loads again before and after it saves",
    """
    async def _turn(self, seats):
        free = await self.ledger.load()
        if free + seats < 0:
            return False
        if await self.ledger.load() == free:
            await self.ledger.save(free + seats)
        return await self.ledger.load() == free + seats

    async def _change(self, seats):
        async with self.lock:
            return await self._turn(seats)
""",
)
KEEPS_THE_NUMBER = Office(
    "that loads the number once and keeps it in memory",
    """
    async def _change(self, seats):
        async with self.lock:
            if self.free is None:
                self.free = await self.ledger.load()
            if self.free + seats < 0:
                return False
            free, self.free = self.free + seats, None
            await self.ledger.save(free)
            self.free = free
            return True
""",
)
RIGHT = [
    CAREFUL, LOCK_ON_DEMAND, LOOKS_TWICE, RELEASES_ITS_OWN, LOOKS_WHEN_WOKEN, LAST_FIRST, LARGEST_FIRST, ONE_WORKER,
    SAVES_TO_THE_END, ASKS_AGAIN, SLOW, CHECKS_WHAT_IT_SAVED, KEEPS_THE_NUMBER,
]  # fmt: skip

# --- with a race condition ------------------------------------------------------------------------------------------

HASTY = Office(
    "that takes no lock",
    """
    async def _change(self, seats):
        return await self._turn(seats)
""",
)
OWN_LOCKS = Office(
    "that makes a new lock for each call",
    """
    async def _change(self, seats):
        async with asyncio.Lock():
            return await self._turn(seats)
""",
)
LOCKS_THE_SAVING = Office(
    "that takes its lock only for saving",
    """
    async def _change(self, seats):
        free = await self.ledger.load()
        if free + seats < 0:
            return False
        async with self.lock:
            await self.ledger.save(free + seats)
            return True
""",
)
TWO_AT_A_TIME = Office(
    "that gives two calls their turn at the same time",
    """
    async def _change(self, seats):
        turns = self.locks.setdefault("all", asyncio.Semaphore(2))
        async with turns:
            return await self._turn(seats)
""",
)
LOADED_TWICE = Office(
    "that keeps the number in memory, and may load it twice at the same time",
    """
    async def _change(self, seats):
        if self.free is None:
            self.free = await self.ledger.load()
        async with self.lock:
            if self.free + seats < 0:
                return False
            self.free += seats
            await self.ledger.save(self.free)
            return True
""",
)
PLAIN = [HASTY, OWN_LOCKS, LOCKS_THE_SAVING, TWO_AT_A_TIME, LOADED_TWICE]

A_LOCK_FOR_EACH_NUMBER = Office(
    "in which only calls with the same number of seats wait for each other",
    """
    async def _change(self, seats):
        lock = self.locks.setdefault(abs(seats), asyncio.Lock())
        async with lock:
            return await self._turn(seats)
""",
)
RETURNS_UNLOCKED = Office(
    "in which returned seats wait for nobody",
    """
    async def give_back(self, seats):
        await self._turn(seats)

    async def _change(self, seats):
        async with self.lock:
            return await self._turn(seats)
""",
)
LOOKS_BEFORE_THE_LOCK = Office(
    "that checks whether there are enough seats before it has the lock, and not again",
    """
    async def _change(self, seats):
        if await self.ledger.load() + seats < 0:
            return False
        async with self.lock:
            await self.ledger.save(await self.ledger.load() + seats)
            return True
""",
)
TWO_ARE_WOKEN = Office(
    "that lets all waiting calls go on at once",
    """
    async def _change(self, seats):
        if self.busy:
            self.ready.clear()
            await self.ready.wait()
        self.busy = True
        try:
            return await self._turn(seats)
        finally:
            self.busy = False
            self.ready.set()
""",
)
CERTAIN_CALLS = [A_LOCK_FOR_EACH_NUMBER, RETURNS_UNLOCKED, LOOKS_BEFORE_THE_LOCK, TWO_ARE_WOKEN]

RELEASED_WHILE_SAVING = Office(
    "that gives the next call its turn while it is still saving",
    """
    async def _change(self, seats):
        async with self.lock:
            free = await self.ledger.load()
            if free + seats < 0:
                return False
            saving = asyncio.create_task(self.ledger.save(free + seats))
        await saving
        return True
""",
)
IMPATIENT = Office(
    "that does without the lock when it has waited 0.15 s for it",
    """
    async def _change(self, seats):
        mine = True
        try:
            await asyncio.wait_for(self.lock.acquire(), 0.15)
        except TimeoutError:
            mine = False
        try:
            return await self._turn(seats)
        finally:
            if mine:
                self.lock.release()
""",
)
RELEASED_WHILE_LOADING = Office(
    "that gives the next call its turn when loading takes longer than 0.05 s",
    """
    async def _change(self, seats):
        await self.lock.acquire()
        loading = asyncio.create_task(self.ledger.load())
        done, _ = await asyncio.wait([loading], timeout=0.05)
        if not done:
            self.lock.release()
        try:
            free = await loading
            if free + seats < 0:
                return False
            await self.ledger.save(free + seats)
            return True
        finally:
            if done:
                self.lock.release()
""",
)
SLOW_LEDGER = [RELEASED_WHILE_SAVING, IMPATIENT, RELEASED_WHILE_LOADING]

RELEASES_ANY = Office(
    "in which a call that is cancelled while it waits releases the lock of another",
    """
    async def _change(self, seats):
        try:
            await self.lock.acquire()
            return await self._turn(seats)
        finally:
            if self.lock.locked():
                self.lock.release()
""",
)
NEW_LOCK_AFTER_AN_ERROR = Office(
    "that makes a new lock after an OSError, while others wait for the old one",
    """
    async def _change(self, seats):
        async with self.lock:
            try:
                return await self._turn(seats)
            except OSError:
                self.lock = asyncio.Lock()
                raise
""",
)
TROUBLE = [RELEASES_ANY, NEW_LOCK_AFTER_AN_ERROR]

# --- the checks -----------------------------------------------------------------------------------------------------

as_it_is = record(None, deadline_s=8.0)


def tried(virtual: Virtual, office: Office) -> Trace:
    """The learner's test, run on this office."""
    with HiddenProgram(office.load) as hidden:
        return virtual("judge", scenario=True, doubles=[hidden.double("office")])


def verdicts(virtual: Virtual, right: Sequence[Office], wrong: Sequence[Office]) -> None:
    """Try the offices in any order, so that neither guessing nor counting tells which is which."""
    missed: list[Office] = []
    for office in fresh.shuffled([*right, *wrong]):
        failed = tried(virtual, office).notes("failed")
        if office in wrong and not failed:
            missed.append(office)
        if office in right and failed:
            raise AssertionError(
                f"it fails for an office without a race condition, one {office.what} ({failed[0].value})\n\n"
                f"class Office(Base):  # _turn loads, compares and saves{office.code}"
            )
    count = "an office" if len(wrong) == 1 else f"{len(missed)} of {len(wrong)} offices"
    assert not missed, (
        f"it passes for {count} with a race condition: one {'; one '.join(office.what for office in missed)}"
    )


@points(1, "the test passes for CarefulOffice and fails for HastyOffice", means="blind-test", public=True)
def test_program(virtual: Virtual, as_it_is: Trace) -> None:
    assert as_it_is.lines == ["CarefulOffice: passed", "HastyOffice: failed"]
    assert as_it_is.elapsed < 4.0
    verdicts(virtual, [CAREFUL], [HASTY])


@points(2, "the test passes for every office without a race condition")
def test_right_offices(virtual: Virtual) -> None:
    verdicts(virtual, RIGHT, [HASTY])


@points(2, "the test finds races between two sales")
def test_two_sales(virtual: Virtual) -> None:
    verdicts(virtual, [CAREFUL, LOCK_ON_DEMAND, SLOW], PLAIN)


@points(2, "the test finds races that only certain calls show")
def test_certain_calls(virtual: Virtual) -> None:
    verdicts(virtual, [LOOKS_TWICE, LOOKS_WHEN_WOKEN, KEEPS_THE_NUMBER], CERTAIN_CALLS)


@points(1, "the test finds races that need a slow ledger")
def test_slow_ledger(virtual: Virtual) -> None:
    verdicts(virtual, [CAREFUL, SAVES_TO_THE_END, ASKS_AGAIN], SLOW_LEDGER)


@points(2, "the test finds races after an OSError or a cancellation")
def test_trouble(virtual: Virtual) -> None:
    verdicts(virtual, [CAREFUL, RELEASES_ITS_OWN, ONE_WORKER], TROUBLE)
