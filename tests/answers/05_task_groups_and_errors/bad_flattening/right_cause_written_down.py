# Style: the ValueError is made the cause of the new error, found through the old one.

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
    readings = [asyncio.create_task(read(meter)) for meter in meters]
    try:
        done, _ = await asyncio.wait(readings, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for reading in readings:
            reading.cancel()
    for reading in done:
        if error := reading.exception():
            raise LookupError(*error.args) from error.__context__
    return sum(reading.result() for reading in readings)


async def main() -> None:
    try:
        print("the bill:", await make_bill(METERS))
    except LookupError as error:
        await report("".join(traceback.format_exception(error)))


if __name__ == "__main__":
    asyncio.run(main())
