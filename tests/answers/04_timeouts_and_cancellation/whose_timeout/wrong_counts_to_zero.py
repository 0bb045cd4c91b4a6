# Mistake: takes for granted that nobody had asked before.
# Caught by: compare tells limits, errors and cancellations apart at any moment

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
        self.task = task
        self.others = task.cancelling()
        self.expired = False
        self.timer = asyncio.get_running_loop().call_later(self.seconds, self._expire)

    def _expire(self) -> None:
        self.expired = True
        self.task.cancel()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        self.timer.cancel()
        if not self.expired:
            return False
        return self.task.uncancel() == 0 and kind is asyncio.CancelledError


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
