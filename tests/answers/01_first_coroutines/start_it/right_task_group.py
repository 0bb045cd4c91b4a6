# Style: a TaskGroup for the tables; the backup is a task that is awaited.

import asyncio

TABLES = ["customers", "orders"]
VERSION = "7.2"


async def copy_table(table: str) -> int:
    """Copy one table to the safe place; returns how many rows it had."""
    await asyncio.sleep(0.4)
    return 120 * len(table)


async def upgrade(version: str) -> str:
    """Upgrade the shop; returns what it calls itself afterwards."""
    await asyncio.sleep(0.3)
    return f"shop {version}"


async def backup() -> None:
    print("Backup starts")
    async with asyncio.TaskGroup() as group:
        copies = {table: group.create_task(copy_table(table)) for table in TABLES}
    for table, copy in copies.items():
        print(f"Saved {table}: {copy.result()} rows")
    print("Backup done")


async def main() -> None:
    saving = asyncio.create_task(backup())
    await saving
    print(f"Upgrading to {VERSION}")
    print(f"Upgraded: {await upgrade(VERSION)}")


if __name__ == "__main__":
    asyncio.run(main())
