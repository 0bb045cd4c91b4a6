# Style: a context manager, and a match of what the report holds.

import asyncio
import contextlib
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


@contextlib.contextmanager
def exceptions_to(handler):
    loop = asyncio.get_running_loop()
    earlier = loop.get_exception_handler()
    loop.set_exception_handler(handler)
    try:
        yield
    finally:
        loop.set_exception_handler(earlier)


def handle(loop, context):
    match context:
        case {"exception": BaseException() as error, "future": asyncio.Task() as task}:
            name = task.get_name()
        case {"exception": BaseException() as error, "task": task}:
            name = task.get_name()
        case {"exception": BaseException() as error}:
            name = "no task"
        case _:
            return loop.default_exception_handler(context)
    try:
        tell(name, repr(error))
    except Exception:
        loop.default_exception_handler(context)


async def guard(work: Callable[[], Awaitable[str]]) -> str:
    with exceptions_to(handle):
        return await work()


async def main() -> None:
    print(await guard(brew))


if __name__ == "__main__":
    asyncio.run(main())
