# Style: the error of the group becomes the cause; a note is added.

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


async def make_bill(meters):
    try:
        async with asyncio.TaskGroup() as tg:
            tasks = [tg.create_task(read(m), name=m) for m in meters]
    except* LookupError as eg:
        first = eg.exceptions[0]
        err = LookupError(*first.args).with_traceback(first.__traceback__)
        err.__cause__ = first
        err.add_note("tell the workshop")
        raise err
    return sum(t.result() for t in tasks)




async def main() -> None:
    try:
        print("the bill:", await make_bill(METERS))
    except LookupError as error:
        await report("".join(traceback.format_exception(error)))


if __name__ == "__main__":
    asyncio.run(main())
