# Style: a dispatcher task takes messages from a queue and starts a task for each when it is time.

import asyncio
from collections import deque

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


async def main() -> None:
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str] = asyncio.Queue()

    async def deliver(text: str) -> None:
        try:
            await send(text=text)
            print(f"{text}: sent")
        except ConnectionError:
            print(f"{text}: failed")

    async def come(text: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        queue.put_nowait(text)

    async with asyncio.TaskGroup() as group:
        for text, seconds in MESSAGES:
            group.create_task(come(text, seconds))
        # When each token of the bucket will be there again.
        tokens = deque([0.0] * BURST)
        latest = 0.0
        for _ in MESSAGES:
            text = await queue.get()
            token = tokens.popleft()
            while loop.time() < token:
                await asyncio.sleep(token - loop.time())
            group.create_task(deliver(text))
            latest = max(latest, loop.time()) + EVERY
            tokens.append(latest)


if __name__ == "__main__":
    asyncio.run(main())
