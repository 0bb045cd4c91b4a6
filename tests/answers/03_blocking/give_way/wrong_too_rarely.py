# Mistake: gives way only after every seventieth leaf.
# Shows: blocking-call
# Caught by: the belt is nudged all the while, at least every 0.5 s

"""A tea sorter judges one leaf after the other from its camera. No leaf takes long, but there are many of them.

The belt below stops unless it is nudged every 0.1 s (it forgives up to 0.5 s). Once it is right, the nudges go on
while the leaves are judged, and the sorting takes hardly longer than the judging itself, about a second:

    nudge
    nudge
    ...
    nudge
    first: 35, second: 32, dust: 33

Today there is not one nudge before the last leaf.

What may not change: `judge` (pure computing) and `nudge` stay as they are. `main(leaves)` is a coroutine function; it
judges each leaf once, one at a time, in their order, and prints how many there are of each kind. From the first leaf
to the last, `nudge` is called at least every 0.5 s. All of it takes no more than one and a half times as long as the
judging alone.
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
    for number, leaf in enumerate(leaves, 1):
        kinds[judge(leaf)] += 1
        if number % 70 == 0:
            await asyncio.sleep(0)
    return kinds


async def main(leaves: list[str]) -> None:
    belt = asyncio.create_task(keep_moving())
    kinds = await sort(leaves)
    belt.cancel()
    print(f"first: {kinds['first']}, second: {kinds['second']}, dust: {kinds['dust']}")


if __name__ == "__main__":
    asyncio.run(main([f"leaf-{n}" for n in range(100)]))
