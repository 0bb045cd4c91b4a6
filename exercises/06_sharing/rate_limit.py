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


async def notify(text: str) -> None:
    await asyncio.sleep(EVERY)
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
