# Mistake: every error is reported as "failed".
# Caught by: the program ends with any other error of send
# Shows: caught-too-much

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


class Bucket:
    """Holds up to ``size`` tokens, and gets one more every ``every`` seconds while it is not full."""

    def __init__(self, size: int, every: float) -> None:
        self.size = size
        self.every = every
        self.tokens = float(size)
        self.filled = time.monotonic()
        self.turn = asyncio.Lock()

    def fill(self) -> None:
        now = time.monotonic()
        self.tokens = min(self.size, self.tokens + (now - self.filled) / self.every)
        self.filled = now

    async def take(self) -> None:
        async with self.turn:
            self.fill()
            while self.tokens < 1:
                await asyncio.sleep((1 - self.tokens) * self.every)
                self.fill()
            self.tokens -= 1


bucket = Bucket(BURST, EVERY)


async def notify(text: str) -> None:
    await bucket.take()
    await send(text)  # after the lock: how long it takes is nobody else's concern


async def come(text: str, seconds: float) -> None:
    await asyncio.sleep(seconds)
    try:
        await notify(text)
    except Exception:
        print(f"{text}: failed")
    else:
        print(f"{text}: sent")


async def main() -> None:
    await asyncio.gather(*[come(*message) for message in MESSAGES])


if __name__ == "__main__":
    asyncio.run(main())
