# Mistake: sleeps a fiftieth of a second after each leaf.
# Caught by: main takes at most one and a half times as long as the judging

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
        await asyncio.sleep(0.02)
    return kinds


async def main(leaves: list[str]) -> None:
    belt = asyncio.create_task(keep_moving())
    kinds = await sort(leaves)
    belt.cancel()
    print(f"first: {kinds['first']}, second: {kinds['second']}, dust: {kinds['dust']}")


if __name__ == "__main__":
    asyncio.run(main([f"leaf-{n}" for n in range(100)]))
