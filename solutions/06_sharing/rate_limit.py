"""Rate limit.

A gateway for text messages accepts BURST of them at once, and from then on one more every EVERY seconds. It blocks a
program that sends faster. As handed out, every message waits a moment before it is sent; but messages that come
together wait together, and are sent together.

Once it is right, `python rate_limit.py` prints this (the seconds on the left count from the start and are not printed;
lines that come at the same time may change places):

    0.10   a: sent
    0.10   b: sent
    0.10   c: sent
    0.35   d: sent
    0.60   e: sent
    1.20   f: sent
    1.20   g: sent
    1.35   h: sent

Leave alone: `BURST`, `EVERY`, `MESSAGES` and `send`.

Required:
- all eight messages are sent, at the times shown
- any stretch of time contains at most BURST calls of send, plus one for every EVERY seconds that the stretch lasts;
  only the moment when send is called counts, not how long it takes nor whether it fails
- each message is handed to send once, as early as that limit allows
- messages are handed to send in the order in which they come, even when something else holds up the event loop
- a message that takes long or fails (ConnectionError, "failed") holds up no other, and is reported when its call ends
- the program ends with any other error of send
- all of this holds for any messages and any limit
"""

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
        # No task has to tick: the tokens that have come in meanwhile are computed when they are needed, to the fraction
        # of a token. The minimum keeps a quiet hour from becoming a burst of thousands.
        now = time.monotonic()
        self.tokens = min(self.size, self.tokens + (now - self.filled) / self.every)
        self.filled = now

    async def take(self) -> None:
        # One message at a time. Without the lock, a message that comes while others sleep could take their token. An
        # asyncio.Lock is fair: first come, first served. Holding it while waiting is right here, because no message
        # further back in the line could go earlier.
        async with self.turn:
            self.fill()
            while self.tokens < 1:
                await asyncio.sleep((1 - self.tokens) * self.every)
                self.fill()
            self.tokens -= 1


bucket = Bucket(BURST, EVERY)


async def notify(text: str) -> None:
    await bucket.take()
    await send(text)  # after the lock: how long this takes must not hold up the others


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
