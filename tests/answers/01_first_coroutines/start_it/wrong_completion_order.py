# Mistake: prints as soon as each copy is complete, in that order.
# Shows: wrong-order
# Caught by: the program prints these lines, in this order, and nothing else

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


async def _saved(table: str) -> str:
    return f"Saved {table}: {await copy_table(table)} rows"


async def backup() -> None:
    print("Backup starts")
    for copy in asyncio.as_completed([_saved(table) for table in TABLES]):
        print(await copy)
    print("Backup done")


async def main() -> None:
    await backup()
    print(f"Upgrading to {VERSION}")
    print(f"Upgraded: {await upgrade(VERSION)}")


if __name__ == "__main__":
    asyncio.run(main())
