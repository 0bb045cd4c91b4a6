# Style: the database is an async context manager, each test a task, and what is new in all_tasks is ended.

import asyncio
import contextlib
from collections.abc import AsyncIterator


async def connect() -> None:
    """Connect to the server (leave it as it is). May raise OSError."""
    await asyncio.sleep(0.3)
    print("connected")


async def fetch(item: str) -> int:
    """Ask the server, one question at a time (leave it as it is). May raise OSError."""
    await asyncio.sleep(0.2)
    return {"bolts": 40, "nuts": 60}.get(item, 0)


async def disconnect() -> None:
    await asyncio.sleep(0.1)
    print("disconnected")


class Database:
    async def open(self) -> None:
        await connect()
        self.lock = asyncio.Lock()

    async def get(self, item: str) -> int:
        async with self.lock:
            return await fetch(item)


async def test_stock(database: Database) -> None:
    assert sum(await asyncio.gather(database.get("bolts"), database.get("nuts"))) == 100


async def test_order(database: Database) -> None:
    assert sorted(await asyncio.gather(database.get("nuts"), database.get("bolts"))) == [40, 60]


async def test_screws(database: Database) -> None:
    assert await database.get("screws") > 0


@contextlib.asynccontextmanager
async def connected() -> AsyncIterator[Database]:
    database = Database()
    await database.open()
    try:
        yield database
    finally:
        await disconnect()


@contextlib.asynccontextmanager
async def nothing_left() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    try:
        yield
    finally:
        new = asyncio.all_tasks() - before
        for task in new:
            task.cancel()
        for task in new:
            with contextlib.suppress(BaseException):
                await task


async def run(tests: list) -> int:
    failures = []
    async with connected() as database:
        for test in tests:
            outcome = "passed"
            async with nothing_left():
                try:
                    await test(database)
                except Exception as error:
                    outcome = f"failed, {type(error).__name__}"
                    failures.append(test)
            print(f"{test.__name__}: {outcome}")
    return len(failures)


def run_tests(tests: list) -> int:
    with asyncio.Runner() as runner:
        return runner.run(run(tests))


if __name__ == "__main__":
    print(run_tests([test_stock, test_order, test_screws]), "failed")
