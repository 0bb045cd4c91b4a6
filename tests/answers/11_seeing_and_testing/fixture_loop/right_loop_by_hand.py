# Style: an event loop made by hand, and wait for what is left.

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


def run_tests(tests: list) -> int:
    loop = asyncio.new_event_loop()
    run = loop.run_until_complete

    def clean_up() -> None:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            run(asyncio.wait(left))

    try:
        database = Database()
        run(database.open())
        results = []
        try:
            for test in tests:
                result = "passed"
                try:
                    run(test(database))
                except Exception as error:
                    result = f"failed, {type(error).__name__}"
                finally:
                    clean_up()
                print(f"{test.__name__}: {result}")
                results.append(result)
        finally:
            run(disconnect())
        return len(results) - results.count("passed")
    finally:
        loop.close()


if __name__ == "__main__":
    print(run_tests([test_stock, test_order, test_screws]), "failed")
