# Style: a class that is a context manager of its own, with a timer of the loop

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


class Question:
    def __init__(self, line):
        self.task = asyncio.ensure_future(ask(line))
        self.alarm = asyncio.get_running_loop().call_later(LIMIT, self.task.cancel)

    async def text(self):
        try:
            return str(await self.task) + " min"
        except (asyncio.CancelledError, ConnectionError):
            return "no answer"
        finally:
            self.alarm.cancel()


async def minutes(line):
    return await Question(line).text()


async def main() -> None:
    for line in LINES:
        print(f"line {line}: {await minutes(line)}")


if __name__ == "__main__":
    asyncio.run(main())
