# Mistake: looks at the errors when all meters have answered.
# Caught by: make_bill raises at once, and stops reading the other meters

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
    readings = await asyncio.gather(*[read(meter) for meter in meters], return_exceptions=True)
    for reading in readings:
        if isinstance(reading, BaseException):
            raise reading
    return sum(readings)


async def main() -> None:
    try:
        print("the bill:", await make_bill(METERS))
    except LookupError as error:
        await report("".join(traceback.format_exception(error)))


if __name__ == "__main__":
    asyncio.run(main())
