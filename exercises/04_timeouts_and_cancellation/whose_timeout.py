"""Whose timeout?

A program compares prices. A shop gets EACH seconds to answer, or its offer is left out; and all of it takes no longer
than WHOLE. asyncio.timeout raises an exception, so somebody has written MoveOnAfter, which ends its block quietly and
goes on behind it. It works with one shop. With more of them WHOLE does nothing, and nobody can stop the program.

Once it is right, `python whose_timeout.py` prints this (on the left: seconds from the start, not printed):

    1.60   anna 12, carl 10

What may not change: EACH, WHOLE and ask (when graded, others take their place). `compare(shops)` asks the shops in turn
and returns a dict with the offers it got; a shop that takes longer than EACH is left out. After WHOLE it returns what
it has by then. The question under way at a limit is cancelled. When somebody else cancels compare, it ends at once, as
cancelled, even at the very moment of a limit. Whatever ask raises goes to the caller, its own TimeoutError as well. And
of its limits nothing is left behind: `asyncio.current_task().cancelling()` is 0 when compare has returned.
"""

import asyncio
from types import TracebackType

EACH = 0.6
WHOLE = 1.6
SECONDS = {"anna": 0.3, "bert": 2.0, "carl": 0.3, "dora": 0.5, "emil": 0.4}
PRICES = {"anna": 12, "bert": 5, "carl": 10, "dora": 15, "emil": 9}


async def ask(shop: str) -> int:
    """A shop's price; raises ConnectionError, or TimeoutError when the shop's own database is too slow."""
    await asyncio.sleep(SECONDS[shop])
    return PRICES[shop]


class MoveOnAfter:
    """`async with MoveOnAfter(seconds):` ends its block after so many seconds, and goes on behind it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def __aenter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.timer = asyncio.get_running_loop().call_later(self.seconds, task.cancel)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        self.timer.cancel()
        return kind is asyncio.CancelledError


async def compare(shops: list[str]) -> dict[str, int]:
    offers: dict[str, int] = {}
    async with MoveOnAfter(WHOLE):
        for shop in shops:
            async with MoveOnAfter(EACH):
                offers[shop] = await ask(shop)
    return offers


async def main() -> None:
    offers = await compare(list(SECONDS))
    print(", ".join(f"{shop} {price}" for shop, price in offers.items()))


if __name__ == "__main__":
    asyncio.run(main())
