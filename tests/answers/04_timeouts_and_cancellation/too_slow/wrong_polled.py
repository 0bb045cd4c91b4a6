# Mistake: looks every 0.01 s whether the answer has come.
# Caught by: each line is shown when its answer comes, and after LIMIT at the latest

import asyncio
import time

LINES = ["4", "9", "12", "20"]
LIMIT = 0.7
SECONDS = {"4": 0.2, "9": 1.6, "12": 0.3, "20": 0.1}
NEXT = {"4": 6, "9": 1, "12": 2}


async def ask(line: str) -> int:
    """The control centre: minutes to the next tram; may raise ConnectionError."""
    await asyncio.sleep(SECONDS[line])
    if line == "20":
        raise ConnectionError("no such line")
    return NEXT[line]


async def minutes(line: str) -> str:
    question = asyncio.create_task(ask(line))
    end = time.monotonic() + LIMIT
    while not question.done() and time.monotonic() < end:
        await asyncio.sleep(0.01)
    if not question.done():
        question.cancel()
        return "no answer"
    try:
        return f"{question.result()} min"
    except ConnectionError:
        return "no answer"


async def main() -> None:
    for line in LINES:
        print(f"line {line}: {await minutes(line)}")


if __name__ == "__main__":
    asyncio.run(main())
