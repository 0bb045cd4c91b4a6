# Mistake: reads the log of asyncio, which does not name the task.
# Caught by: the program prints these lines, at these times
# Caught by: the brewer is told of each error that nobody awaits, once

import asyncio
import logging
from collections.abc import Awaitable, Callable


def tell(source: str, error: str) -> None:
    """Tell the brewer (leave it as it is). May raise OSError."""
    print(f"told: {source}, {error}")


def open_valve() -> None:
    raise OSError("valve 3 is stuck")


async def heat() -> None:
    await asyncio.sleep(0.6)
    raise ValueError("87.x degrees")


async def brew() -> str:
    asyncio.get_running_loop().call_later(0.3, open_valve)
    asyncio.create_task(heat(), name="kettle")
    await asyncio.sleep(0.9)
    return "brewed"


class Teller(logging.Handler):
    def emit(self, record):
        if record.exc_info:
            tell("no task", repr(record.exc_info[1]))


async def guard(work: Callable[[], Awaitable[str]]) -> str:
    handler = Teller()
    logging.getLogger("asyncio").addHandler(handler)
    try:
        return await work()
    finally:
        logging.getLogger("asyncio").removeHandler(handler)


async def main() -> None:
    print(await guard(brew))


if __name__ == "__main__":
    asyncio.run(main())
