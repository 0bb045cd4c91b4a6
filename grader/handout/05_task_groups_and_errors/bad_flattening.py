"""Bad flattening.

A heating bill is made from the meters of a flat, which are read at the same time. When a meter cannot be read, the
program writes no bill, but a report for the workshop. That report used to show the reason, and the lines of code where
it happened. Since the meters are read in a task group, the report says only that a meter cannot be read, and somebody
has to drive there to find out why.

Once it is right, `python bad_flattening.py` prints a report after 0.3 s which contains (among others, in any order)

    ValueError: invalid literal for int() with base 10: '4O7'
        ..., in decode
        ..., in read
    LookupError: the meter in the hall cannot be read

Leave alone: `METERS`, `fetch`, `report`, `decode`, `read` and `main`.

Required:
- make_bill(meters) reads all meters at the same time and returns the sum
- when a meter cannot be read, make_bill raises at once and stops reading the other meters
- it raises a plain LookupError (no group, no subclass) with the text that read gave it; when several meters fail at the
  same moment, the text of any of them
- the report of main also shows the reason: the ValueError, and the lines of decode and read
- when make_bill is cancelled, it stops reading and raises CancelledError
"""

import asyncio
import traceback

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


async def make_bill(meters: list[str]) -> int:
    try:
        async with asyncio.TaskGroup() as group:
            readings = [group.create_task(read(meter)) for meter in meters]
    except ExceptionGroup as errors:
        raise errors.exceptions[0]
    return sum(reading.result() for reading in readings)


async def main() -> None:
    try:
        print("the bill:", await make_bill(METERS))
    except LookupError as error:
        await report("".join(traceback.format_exception(error)))


if __name__ == "__main__":
    asyncio.run(main())
