"""The belt must not stop

A tea sorter looks at one leaf after the other with a camera. No leaf takes long, but there are many. The conveyor belt
needs a nudge every 0.1 s, and stops if none comes for 0.5 s. As handed out, no nudge comes before the last leaf. Once
it is right, the nudges go on, and the sorting takes hardly longer than the judging alone, about a second:

    nudge
    nudge
    ...
    nudge
    first: 35, second: 32, dust: 33

Leave alone: `nudge`, `judge` and `keep_moving`.

Required of the coroutine function `main(leaves)`:
- each leaf is judged once, one at a time, in the order of the leaves
- at the end it prints how many leaves there are of each kind
- from the first leaf to the last, the belt is nudged at least every 0.5 s
- main takes at most one and a half times as long as the judging alone
- the nudges stop when main returns
"""

import asyncio
from collections import Counter


async def nudge() -> None:
    print("nudge")
    await asyncio.sleep(0.01)


def judge(leaf: str) -> str:
    """The kind of tea this leaf makes: about 0.01 s of arithmetic on its picture."""
    blemishes = sum(ord(leaf[n % len(leaf)]) * n % 7 for n in range(90_000))
    return ("first", "second", "dust")[blemishes % 3]


async def keep_moving() -> None:
    while True:
        await nudge()
        await asyncio.sleep(0.1)


async def sort(leaves: list[str]) -> Counter[str]:
    kinds: Counter[str] = Counter()
    for leaf in leaves:
        kinds[judge(leaf)] += 1
        # A coroutine keeps the event loop until it awaits something that suspends it. sleep(0) does so for one round of
        # the loop: every task that is due gets its turn, and a round in which none is due costs microseconds.
        await asyncio.sleep(0)
    return kinds


async def main(leaves: list[str]) -> None:
    belt = asyncio.create_task(keep_moving())
    kinds = await sort(leaves)
    belt.cancel()
    print(f"first: {kinds['first']}, second: {kinds['second']}, dust: {kinds['dust']}")


if __name__ == "__main__":
    asyncio.run(main([f"leaf-{n}" for n in range(100)]))
