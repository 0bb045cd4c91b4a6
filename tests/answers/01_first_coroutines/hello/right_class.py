# Style: a class that knows what to say, and a loop over its lines, under asyncio.Runner.

import asyncio
from dataclasses import dataclass


@dataclass
class Greeting:
    lines: list[str]
    pause_s: float

    async def say(self) -> None:
        first, *rest = self.lines
        print(first)
        for line in rest:
            await asyncio.sleep(self.pause_s)
            print(line)


async def main():
    await Greeting(["Hello ...", "... World!"], 1.0).say()


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        runner.run(main())
