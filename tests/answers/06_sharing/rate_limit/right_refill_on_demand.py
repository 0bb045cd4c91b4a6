# Style: a semaphore that is refilled one by one, by a timer that runs while it is not full.

import asyncio

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


class Limiter:
    def __init__(self) -> None:
        self.tokens = asyncio.Semaphore(BURST)
        self.missing = 0

    async def take(self) -> None:
        await self.tokens.acquire()
        self.missing += 1
        if self.missing == 1:
            asyncio.get_running_loop().call_later(EVERY, self.refill)

    def refill(self) -> None:
        self.missing -= 1
        if self.missing:
            asyncio.get_running_loop().call_later(EVERY, self.refill)
        self.tokens.release()


limiter = Limiter()


async def notify(text: str) -> None:
    await limiter.take()
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
