"""Bad flattening.

A heating bill is made from the meters of a flat, read at the same time. When one of them cannot be read, there is no
bill but a report for the workshop. It used to say in which line of the program and why. Since the meters are read in a
task group, it says only that a meter could not be read, and the workshop drives out to see for itself.

Once it is right, `python bad_flattening.py` prints, after 0.3 s, a report that holds (among other lines, in any order)

    ValueError: invalid literal for int() with base 10: '4O7'
        ..., in decode
        ..., in read
    LookupError: the meter in the hall cannot be read

What may not change: METERS, fetch, report (when graded, others take their place), decode, read and main.
make_bill(meters) reads all meters at the same time and returns the sum. When one cannot be read, it stops reading the
others, and raises a plain LookupError, no group, with the text that read gave it. The report of main then tells the
whole story: the ValueError at the root of it, and the lines of decode and read.
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
