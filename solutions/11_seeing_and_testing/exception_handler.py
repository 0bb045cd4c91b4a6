"""Exception handler.

A brewery's controller uses code of several makers on one event loop: callbacks, and tasks that nobody awaits. guard is
meant to tell the brewer of every error in them. The log is full of errors, but the brewer has never been told of one.

Once it is right, `python exception_handler.py` prints this (the seconds on the left are not printed):

    0.30   told: no task, OSError('valve 3 is stuck')
    0.60   told: kettle, ValueError('87.x degrees')
    0.90   brewed

Leave alone: `tell`, `open_valve`, `heat`, `brew` and `main`.
(When graded, other work fails in other ways.)

Required of `guard(work)`:
- the program prints these lines, at these times
- guard returns the result of work(); an exception of work(), even CancelledError, comes out of guard and is not told
- tell is called once, at once, with each exception of a callback, of a task or future that nobody awaits, or of other
  code that reports it to the event loop; the first argument is the name of the task, or "no task"
- tell is not called with exceptions that somebody awaits
- a report without an exception is logged as it is without guard, on standard error; so is an exception, with its
  traceback, if tell raises an OSError
- when guard has ended, however it ended, the event loop has the exception handler that it had before
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


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
    asyncio.create_task(heat(), name="kettle")  # noqa: RUF006  (as it was handed out)
    await asyncio.sleep(0.9)
    return "brewed"


async def guard(work: Callable[[], Awaitable[str]]) -> str:
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()

    # sys.excepthook gets the error that ends the program, and `try` gets an error of work(). An error with no caller to
    # raise it to (in a callback, or in a task that nobody awaits) goes to the event loop's exception handler.
    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is None:
            loop.default_exception_handler(context)
            return
        source = context.get("task") or context.get("future")
        name = source.get_name() if isinstance(source, asyncio.Task) else "no task"  # a plain future has no name
        try:
            tell(name, repr(error))
        except OSError:
            loop.default_exception_handler(context)  # so that it is not lost

    loop.set_exception_handler(handle)
    try:
        return await work()
    finally:
        loop.set_exception_handler(before)


async def main() -> None:
    print(await guard(brew))


if __name__ == "__main__":
    asyncio.run(main())
