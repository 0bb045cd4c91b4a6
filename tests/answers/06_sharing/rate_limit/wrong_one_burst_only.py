# Mistake: the burst is there once; after a pause messages go one by one.
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


count = 0
free_at = 0.0


async def notify(text: str) -> None:
    global count, free_at
    count += 1
    if count >= BURST:
        loop = asyncio.get_running_loop()
        start = max(loop.time(), free_at)
        free_at = start + EVERY
        await asyncio.sleep(start - loop.time())
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
