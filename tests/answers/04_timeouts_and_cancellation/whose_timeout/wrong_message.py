# Mistake: marks its cancellation with a message; of two at the same moment one message is lost.
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
        self.task = asyncio.current_task()
        self.timer = asyncio.get_running_loop().call_later(self.seconds, self.task.cancel, self)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        self.timer.cancel()
        if kind is not asyncio.CancelledError or error.args != (self,):
            return False
        self.task.uncancel()
        return True


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
