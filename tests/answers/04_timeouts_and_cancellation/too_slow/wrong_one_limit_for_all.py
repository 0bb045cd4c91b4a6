# Mistake: one limit around all lines: a slow one takes the time of those behind it.
# Caught by: each line is shown when its answer comes, and after LIMIT at the latest

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


async def minutes(line: str) -> str:
    try:
        return f"{await ask(line)} min"
    except (TimeoutError, ConnectionError):
        return "no answer"


async def main() -> None:
    shown = dict.fromkeys(LINES, "no answer")
    try:
        async with asyncio.timeout(LIMIT * len(LINES)):
            for line in LINES:
                shown[line] = await minutes(line)
                print(f"line {line}: {shown.pop(line)}")
    except TimeoutError:
        for line, text in shown.items():
            print(f"line {line}: {text}")


if __name__ == "__main__":
    asyncio.run(main())
