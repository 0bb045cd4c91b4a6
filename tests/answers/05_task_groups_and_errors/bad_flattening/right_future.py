# Style: callbacks complete one future.

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


def make_bill_tasks(meters):
    return [asyncio.ensure_future(read(m)) for m in meters]
async def make_bill(meters):
    tasks = make_bill_tasks(meters)
    result = asyncio.get_running_loop().create_future()
    left = len(tasks)
    def done(t):
        nonlocal left
        left -= 1
        if result.done() or t.cancelled(): return
        if t.exception(): result.set_exception(t.exception())
        elif not left: result.set_result(sum(x.result() for x in tasks))
    for t in tasks: t.add_done_callback(done)
    try:
        return await result
    finally:
        for t in tasks: t.cancel()




async def main() -> None:
    try:
        print("the bill:", await make_bill(METERS))
    except LookupError as error:
        await report("".join(traceback.format_exception(error)))


if __name__ == "__main__":
    asyncio.run(main())
