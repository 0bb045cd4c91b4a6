# Mistake: takes the handler away after an Exception, and not after a cancellation.
# Caught by: afterwards the event loop has the handler that it had before
# Caught by: all of this holds, whatever fails and however work ends

import asyncio
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
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()

    def handle(loop, context):
        error = context.get("exception")
        if error is None:
            loop.default_exception_handler(context)
            return
        task = context.get("task") or context.get("future")
        name = task.get_name() if isinstance(task, asyncio.Task) else "no task"
        try:
            tell(name, repr(error))
        except OSError:
            loop.default_exception_handler(context)

    loop.set_exception_handler(handle)
    try:
        result = await work()
    except Exception:
        loop.set_exception_handler(before)
        raise
    loop.set_exception_handler(before)
    return result


async def main() -> None:
    print(await guard(brew))


if __name__ == "__main__":
    asyncio.run(main())
