# Mistake: who waits longest waits on: the latest gets the next token.
# Caught by: messages are handed to send in the order in which they come

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
        self.tokens = BURST
        self.line: list[asyncio.Future[None]] = []

    async def take(self) -> None:
        if not self.tokens:
            self.line.append(asyncio.get_running_loop().create_future())
            await self.line[-1]
            return
        self.tokens -= 1
        if self.tokens == BURST - 1:
            asyncio.get_running_loop().call_later(EVERY, self.refill)

    def refill(self) -> None:
        if self.line:
            self.line.pop().set_result(None)
        else:
            self.tokens += 1
        if self.tokens < BURST:
            asyncio.get_running_loop().call_later(EVERY, self.refill)


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
