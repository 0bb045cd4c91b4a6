# Mistake: prints what is expected and sends nothing.
# Caught by: no stretch of time contains more calls of send than allowed

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


async def main() -> None:
    for pause, texts in [(0.1, "abc"), (0.25, "d"), (0.25, "e"), (0.6, "fg"), (0.05, "h")]:
        await asyncio.sleep(pause)
        for text in texts:
            print(f"{text}: sent")


if __name__ == "__main__":
    asyncio.run(main())
