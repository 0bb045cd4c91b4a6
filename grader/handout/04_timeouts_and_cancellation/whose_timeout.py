"""Whose timeout?

A program compares prices. A shop has EACH seconds to answer, or its offer is left out; the whole comparison takes no
longer than WHOLE. asyncio.timeout raises an exception, so somebody has written MoveOnAfter: it ends its block
quietly, and the program continues after the block. With one shop this works. With several shops, WHOLE has no effect,
and nobody can stop the program.

Once it is right, `python whose_timeout.py` prints this (the seconds on the left are not printed):

    1.60   anna 12, carl 10

Leave alone: `EACH`, `WHOLE`, `SECONDS`, `PRICES`, `ask` and `main`.

Required:
- compare(shops) asks the shops in turn and returns a dict with the offers that it got
- a shop that takes longer than EACH is left out, and the question to it is cancelled
- after WHOLE, compare cancels the question under way and returns what it has by then
- when somebody else cancels compare, it ends at once, as cancelled, even at the very moment of a limit
- compare raises any error that ask raises, even a TimeoutError of its own, and even if ask raises it when cancelled
- a limit leaves nothing behind: asyncio.current_task().cancelling() is the same after compare as before it (which need
  not be 0), and no timer cancels the caller later
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
    """`async with MoveOnAfter(seconds):` ends its block quietly after that many seconds."""

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
