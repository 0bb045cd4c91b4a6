# Style: takes the place of the event loop's method, and puts it back.

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
    log = loop.default_exception_handler

    def report(context):
        if "exception" not in context:
            return log(context)
        task = context.get("future") or context.get("task")
        try:
            tell(task.get_name(), repr(context["exception"])) if isinstance(task, asyncio.Task) else tell(
                "no task", repr(context["exception"])
            )
        except OSError:
            log(context)

    loop.call_exception_handler = report
    try:
        result = await work()
    finally:
        del loop.call_exception_handler
    return result


async def main() -> None:
    print(await guard(brew))


if __name__ == "__main__":
    asyncio.run(main())
