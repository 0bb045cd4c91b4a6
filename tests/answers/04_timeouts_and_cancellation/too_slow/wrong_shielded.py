# Mistake: shields the question from the very cancellation that is needed.
# Shows: leaked-task
# Caught by: a question that is not answered in time is cancelled

import asyncio

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


async def minutes(line: str, limit: float) -> str:
    try:
        answer = await asyncio.wait_for(asyncio.shield(ask(line)), limit)
    except (TimeoutError, ConnectionError):
        return "no answer"
    return f"{answer} min"


async def main() -> None:
    for line in LINES:
        print(f"line {line}: {await minutes(line, LIMIT)}")


if __name__ == "__main__":
    asyncio.run(main())
