# Style: timeout_at in main, with expired() in place of the exception's type.

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
    except ConnectionError:
        return "no answer"


async def main() -> None:
    clock = asyncio.get_running_loop().time
    for line in LINES:
        shown = "no answer"
        try:
            async with asyncio.timeout_at(clock() + LIMIT):
                shown = await minutes(line)
        except TimeoutError:
            pass
        print(f"line {line}: {shown}")


if __name__ == "__main__":
    asyncio.run(main())
