# Style: puts the context back, in an async context manager that others can use too.

import asyncio
import contextlib
import traceback
from collections.abc import AsyncIterator

METERS = ["kitchen", "hall", "bath"]


async def fetch(meter: str) -> str:
    await asyncio.sleep(0.3 if meter == "hall" else 0.7)
    return "4O7" if meter == "hall" else "123"


async def report(text: str) -> None:
    print(text)


def decode(text: str) -> int:
    return int(text)


async def read(meter: str) -> int:
    text = await fetch(meter)
    try:
        return decode(text)
    except ValueError:
        raise LookupError(f"the meter in the {meter} cannot be read")


@contextlib.asynccontextmanager
async def plain_group() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group that raises its first error by itself."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:
        error = errors.exceptions[0]
        context = error.__context__
        try:
            raise error
        finally:
            error.__context__ = context


async def make_bill(meters: list[str]) -> int:
    async with plain_group() as group:
        readings = [group.create_task(read(meter)) for meter in meters]
    return sum(reading.result() for reading in readings)


async def main() -> None:
    try:
        print("the bill:", await make_bill(METERS))
    except LookupError as error:
        await report("".join(traceback.format_exception(error)))


if __name__ == "__main__":
    asyncio.run(main())
