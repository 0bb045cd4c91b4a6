# Mistake: counts what was sent in each stretch of a fixed grid: where two stretches meet, two bursts meet.
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


turn = asyncio.Lock()
began = -1.0
used = 0


async def notify(text: str) -> None:
    global began, used
    length = BURST * EVERY
    loop = asyncio.get_running_loop()
    async with turn:
        if began < 0:
            began = loop.time()
        while True:
            if loop.time() >= began + length:
                began += (loop.time() - began) // length * length
                used = 0
            if used < BURST:
                break
            await asyncio.sleep(began + length - loop.time() + 0.001)
        used += 1
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
