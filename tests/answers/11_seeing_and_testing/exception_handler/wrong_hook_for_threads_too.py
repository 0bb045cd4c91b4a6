# Mistake: sets hooks of sys and threading, which hear of nothing here.
# Shows: lost-exception
# Caught by: the program prints these lines, at these times
# Caught by: the brewer is told of each error that nobody awaits, once

import asyncio
import sys
import threading
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


async def guard(work: Callable[[], Awaitable[str]]) -> str:
    sys.excepthook = lambda _, error, trace: tell("no task", repr(error))
    threading.excepthook = lambda args: tell("no task", repr(args.exc_value))
    return await work()


async def main() -> None:
    print(await guard(brew))


if __name__ == "__main__":
    asyncio.run(main())
