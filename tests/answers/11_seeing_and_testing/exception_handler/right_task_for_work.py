# Style: work runs in a task of its own; what is reported goes through a queue of callbacks.

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

    def say(name, context):
        try:
            tell(name, f"{context['exception']!r}")
        except OSError:
            loop.default_exception_handler(context)

    def handle(_, context):
        if not context.get("exception"):
            loop.default_exception_handler(context)
            return
        tasks = [context[key] for key in ("task", "future") if isinstance(context.get(key), asyncio.Task)]
        loop.call_soon(say, tasks[0].get_name() if tasks else "no task", context)

    async def run():
        return await work()

    loop.set_exception_handler(handle)
    working = asyncio.create_task(run())
    try:
        return await working
    finally:
        working.cancel()
        loop.set_exception_handler(before)


async def main() -> None:
    print(await guard(brew))


if __name__ == "__main__":
    asyncio.run(main())
