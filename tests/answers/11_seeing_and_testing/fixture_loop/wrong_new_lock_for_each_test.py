# Mistake: gives the database a new lock for each test, and leaves all else in the loop of another.
# Caught by: tests share one connection, and each ends as it does alone

import asyncio


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


def run_tests(tests):
    failed = 0
    database = Database()
    asyncio.run(database.open())
    try:
        for test in tests:
            try:
                asyncio.run(one(test, database))
                print(f"{test.__name__}: passed")
            except Exception as error:
                print(f"{test.__name__}: failed, {type(error).__name__}")
                failed += 1
    finally:
        asyncio.run(disconnect())
    return failed


async def one(test, database):
    database.lock = asyncio.Lock()
    await test(database)


if __name__ == "__main__":
    print(run_tests([test_stock, test_order, test_screws]), "failed")
