# Mistake: takes every exception for a missing answer.
# Caught by: main raises any other exception of ask
# Shows: caught-too-much

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
        async with asyncio.timeout(LIMIT):
            return f"{await ask(line)} min"
    except Exception:
        return "no answer"


async def main() -> None:
    for line in LINES:
        print(f"line {line}: {await minutes(line)}")


if __name__ == "__main__":
    asyncio.run(main())
