# Style: a class whose object is the handler; it logs everything besides.

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


class Listener:
    def __init__(self, loop):
        self.loop = loop

    async def __aenter__(self):
        self.earlier = self.loop.get_exception_handler()
        self.loop.set_exception_handler(self)

    async def __aexit__(self, *_):
        self.loop.set_exception_handler(self.earlier)

    def __call__(self, loop, context):
        loop.default_exception_handler(context)
        if "exception" in context:
            source = context.get("task", context.get("future"))
            name = getattr(source, "get_name", lambda: "no task")()
            with contextlib.suppress(OSError):
                tell(name, repr(context["exception"]))


async def guard(work: Callable[[], Awaitable[str]]) -> str:
    async with Listener(asyncio.get_running_loop()):
        return await work()


async def main() -> None:
    print(await guard(brew))


if __name__ == "__main__":
    asyncio.run(main())
