# Mistake: prints what the page shows, at the times it shows.
# Caught by: each table is copied exactly once

import asyncio

TABLES = ["customers", "orders"]
VERSION = "7.2"


async def copy_table(table: str) -> int:
    await asyncio.sleep(0.4)
    return 120 * len(table)


async def upgrade(version: str) -> str:
    await asyncio.sleep(0.3)
    return f"shop {version}"


async def main() -> None:
    print("Backup starts")
    for table in TABLES:
        await asyncio.sleep(0.4)
        print(f"Saved {table}: {120 * len(table)} rows")
    print("Backup done")
    print(f"Upgrading to {VERSION}")
    print(f"Upgraded: {await upgrade(VERSION)}")


if __name__ == "__main__":
    asyncio.run(main())
