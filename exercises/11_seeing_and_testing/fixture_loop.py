"""Fixture loop.

A warehouse tests its database. Connecting takes long, so all tests share one connection. Alone, each test passes. But
when they run together, the first test that sends two questions at once passes, and the next such test fails.

Once it is right, `python fixture_loop.py` prints this (the seconds on the left are not printed):

    0.30   connected
    0.70   test_stock: passed
    1.10   test_order: passed
    1.30   test_screws: failed, AssertionError
    1.40   disconnected
    1.40   1 failed

Leave alone: `connect`, `fetch`, `disconnect`, `Database`, `test_stock`, `test_order` and `test_screws`.

Required of `run_tests(tests)`:
- the program prints these lines, at these times
- it connects once, runs one test after the other, disconnects, closes its event loop, and returns how many have failed
- tests may use the database as they like: several tasks at once, and locks of their own that they keep in it
- a test that raises an Exception has failed, and the next one runs
- tasks that a test leaves behind are cancelled, and have ended before the next test begins
- any other error (KeyboardInterrupt) ends the run, but only after it has disconnected; if connect fails, no test runs
"""

import asyncio
from collections.abc import Callable, Coroutine


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


def run_tests(tests: list[Callable[[Database], Coroutine[None, None, None]]]) -> int:
    failed = 0
    database = Database()
    asyncio.run(database.open())
    for test in tests:
        try:
            asyncio.run(test(database))
            print(f"{test.__name__}: passed")
        except Exception as error:
            print(f"{test.__name__}: failed, {type(error).__name__}")
            failed += 1
    asyncio.run(disconnect())
    return failed


if __name__ == "__main__":
    print(run_tests([test_stock, test_order, test_screws]), "failed")
