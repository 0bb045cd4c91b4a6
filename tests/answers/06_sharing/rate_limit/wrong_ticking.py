# Mistake: a task adds a token at fixed moments: a burst shortly before one gets it on top.
# Caught by: for any messages and any limit, each is sent at its earliest moment

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


tokens = BURST
changed = asyncio.Condition()


async def tick() -> None:
    global tokens
    while True:
        await asyncio.sleep(EVERY)
        async with changed:
            tokens = min(BURST, tokens + 1)
            changed.notify_all()


async def notify(text: str) -> None:
    global tokens
    async with changed:
        await changed.wait_for(lambda: tokens > 0)
        tokens -= 1
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
    ticker = asyncio.create_task(tick())
    await asyncio.gather(*[come(*message) for message in MESSAGES])
    ticker.cancel()


if __name__ == "__main__":
    asyncio.run(main())
