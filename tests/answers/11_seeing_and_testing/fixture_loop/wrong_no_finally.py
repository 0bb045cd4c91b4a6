# Mistake: disconnects only if all went well.
# Caught by: all of this holds for any tests, and however the run ends

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


async def run_all(tests):
    failed = 0
    database = Database()
    await database.open()
    if database:
        for test in tests:
            try:
                await test(database)
                print(f"{test.__name__}: passed")
            except Exception as error:
                print(f"{test.__name__}: failed, {type(error).__name__}")
                failed += 1
            finally:
                left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
                for task in left:
                    task.cancel()
                await asyncio.gather(*left, return_exceptions=True)
    await disconnect()
    return failed


def run_tests(tests):
    return asyncio.run(run_all(tests))


if __name__ == "__main__":
    print(run_tests([test_stock, test_order, test_screws]), "failed")
