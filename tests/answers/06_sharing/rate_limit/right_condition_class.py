# Style: a context manager around a condition and a clock of its own.

import asyncio
import time

BURST = 3
EVERY = 0.25
MESSAGES = [(text, 0.0) for text in "abcde"] + [(text, 1.1) for text in "fgh"]  # what, and after how many seconds
handed_over: list[float] = []


async def send(text: str) -> None:
    """Hand a message to the gateway. Raises ConnectionError (leave it as it is)."""
    handed_over.append(asyncio.get_running_loop().time())
    if len(handed_over) > BURST and handed_over[-1] - handed_over[-1 - BURST] < EVERY / 2:
        raise ConnectionError("blocked")
    await asyncio.sleep(0.1)


class Gate:
    def __init__(self) -> None:
        self.level = 0.0  # how full the bucket of debts is, in seconds
        self.seen = time.perf_counter()
        self.line: list[object] = []
        self.moved = asyncio.Condition()

    async def __aenter__(self) -> None:
        me = object()
        self.line.append(me)
        async with self.moved:
            await self.moved.wait_for(lambda: self.line[0] is me)
            while (wait := self.wait()) > 0:
                await asyncio.sleep(wait)
            self.level += EVERY
            self.line.pop(0)
            self.moved.notify_all()

    def wait(self) -> float:
        now = time.perf_counter()
        self.level = max(0.0, self.level - (now - self.seen))
        self.seen = now
        return self.level + EVERY - BURST * EVERY - 1e-6

    async def __aexit__(self, *_: object) -> None: ...


gate = Gate()


async def notify(text: str) -> None:
    async with gate:
        pass
    await send(text)


async def come(text: str, seconds: float) -> None:
    await asyncio.sleep(seconds)
    try:
        await notify(text)
    except ConnectionError:
        print(f"{text}: failed")
    else:
        print(f"{text}: sent")


async def main() -> None:
    await asyncio.gather(*[come(*message) for message in MESSAGES])


if __name__ == "__main__":
    asyncio.run(main())
