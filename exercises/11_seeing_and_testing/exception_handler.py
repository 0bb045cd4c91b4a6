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
import sys
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
    try:
        return await work()
    except Exception as error:
        tell("no task", repr(error))
        raise


async def main() -> None:
    print(await guard(brew))


if __name__ == "__main__":
    asyncio.run(main())
