"""Too slow.

The display at a tram stop asks the control centre about each line, one line after the other. As a rule the answer is
there within 0.3 s, but now and then the centre is busy for seconds, and the other lines have to wait for it. Somebody
has given `minutes` a timeout, and the display is as slow as it was.

Once it is right, `python too_slow.py` prints this (on the left: seconds from the start, not printed):

    0.30   line 4: 6 min
    0.80   line 9: no answer
    1.10   line 12: 2 min
    1.30   line 20: no answer

What may not change: LINES, LIMIT and ask (when graded, others take their place); the lines are asked about in turn,
each once. An answer is shown when it comes; a line without an answer after LIMIT seconds is shown as "no answer" then,
and nobody asks on: the call of ask is cancelled. When ask raises ConnectionError there is no answer either.
"""

import asyncio
import time

LINES = ["4", "9", "12", "20"]
LIMIT = 0.5
SECONDS = {"4": 0.3, "9": 2.0, "12": 0.3, "20": 0.2}
NEXT = {"4": 6, "9": 1, "12": 2}


async def ask(line: str) -> int:
    """The control centre: minutes to the next tram; raises ConnectionError (leave it as it is)."""
    await asyncio.sleep(SECONDS[line])
    if line == "20":
        raise ConnectionError("no such line")
    return NEXT[line]


async def minutes(line: str, timeout: float) -> str:
    started = time.monotonic()
    try:
        answer = await ask(line)
    except ConnectionError:
        return "no answer"
    if time.monotonic() - started > timeout:
        return "no answer"
    return f"{answer} min"


async def main() -> None:
    for line in LINES:
        print(f"line {line}: {await minutes(line, LIMIT)}")


if __name__ == "__main__":
    asyncio.run(main())
