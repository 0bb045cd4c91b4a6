"""Too slow

The display at a tram stop asks the control centre about each line, one line after the other. Usually the answer comes
within 0.3 s, but now and then the centre is busy for seconds, and all other lines have to wait. As handed out,
`minutes` has a timeout, and yet the display is as slow as before.

Once it is right, `python too_slow.py` prints this (the seconds on the left are not printed):

    0.20   line 4: 6 min
    0.90   line 9: no answer
    1.20   line 12: 2 min
    1.30   line 20: no answer

Leave alone: `LINES`, `LIMIT`, `SECONDS`, `NEXT` and `ask`.

Required of the coroutine function `main()`:
- it asks about each line once, one line after the other
- it shows an answer when it comes, as `line LINE: N min`
- LIMIT seconds after the question it shows `no answer` and cancels the call of `ask`
- it also shows `no answer` when ask raises ConnectionError; main raises any other exception of ask
"""

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
