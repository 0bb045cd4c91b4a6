# Mistake: takes the error out of the group only when it is the only one.
# Caught by: whichever meters cannot be read, the first one is reported in full

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
        if len(errors.exceptions) > 1:
            raise
        raise LookupError(str(errors.exceptions[0])) from errors
    return sum(reading.result() for reading in readings)


async def main() -> None:
    try:
        print("the bill:", await make_bill(METERS))
    except LookupError as error:
        await report("".join(traceback.format_exception(error)))


if __name__ == "__main__":
    asyncio.run(main())
