# Style: a done callback of the copy prints how it ended

import asyncio

TABLES = ["customers", "invoices", "orders", "prices"]
LIMIT = 1.0
SECONDS = {"customers": 0.3, "invoices": 0.2, "orders": 1.2, "prices": 0.8}


async def copy(table: str) -> None:
    """Copy a table; raises OSError when it cannot be read."""
    await asyncio.sleep(SECONDS[table])
    if table == "invoices":
        raise OSError("bad sector")


async def save(table: str) -> bool:
    def tell(copying):
        if copying.cancelled():
            print(table, "incomplete", sep=": ")
        elif copying.exception() is None:
            print(table, "copied", sep=": ")
        elif isinstance(copying.exception(), OSError):
            print(table, "cannot be read", sep=": ")

    copying = asyncio.ensure_future(copy(table))
    copying.add_done_callback(tell)
    try:
        await copying
    except OSError:
        return False
    return True


async def backup(tables: list[str]) -> int:
    return sum([await save(table) for table in tables])


async def main() -> None:
    try:
        async with asyncio.timeout(LIMIT):
            copied = await backup(TABLES)
    except TimeoutError:
        print("the shop opens before the backup is complete")
    else:
        print(f"{copied} tables copied")


if __name__ == "__main__":
    asyncio.run(main())
