# Style: a class; progress on standard error; arguments by keyword.

import asyncio
import sys

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


class Release:
    def __init__(self, tables: list[str], version: str) -> None:
        self.tables = list(tables)
        self.version = version

    async def save(self) -> None:
        print("Backup starts")
        while self.tables:
            table = self.tables.pop(0)
            print(f"copying {table}", file=sys.stderr)
            rows = await copy_table(table=table)
            print(f"Saved {table}: {rows} rows", flush=True)
        print("Backup done")

    async def install(self) -> None:
        print(f"Upgrading to {self.version}")
        print(f"Upgraded: {await upgrade(version=self.version)}")


async def main() -> None:
    release = Release(TABLES, VERSION)
    await release.save()
    await release.install()


if __name__ == "__main__":
    asyncio.run(main())
