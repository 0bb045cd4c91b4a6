"""Meet up.

Friends hike from hut to hut, each at their own pace. They meet at every hut, and go on when the last one has arrived.
As handed out, that works at the first hut only. At later huts nobody waits for anybody; and if somebody drops out on
the way to the first hut, the others wait there for ever.

Once it is right, `python meet_up.py` prints this (the seconds on the left count from the start and are not printed):

    0.60   cora dropped out
    0.80   ben turned back
    1.00   anna turned back

Leave alone: `HIKERS`, `HUTS`, `SECONDS`, `walk` and `turn_back`.

Required:
- the three lines come at the times shown
- the hikers set out for the next hut together, at the moment when the last of them has reached the hut before it; after
  they have met at the last hut, they have "arrived"
- a hiker whose walk raises RuntimeError has "dropped out", and all others turn back, each with one call of turn_back:
  hikers who are waiting in a hut turn back at that moment, hikers who are on the way turn back when they reach their
  hut; after turn_back they have "turned back"
- the program ends with any other error of walk or turn_back
- all of this holds for any pace and any number of hikers and huts, and also if several drop out
"""

import asyncio

HIKERS = ["anna", "ben", "cora"]
HUTS = 2
SECONDS = {"anna": [0.2, 0.4], "ben": [0.4, 0.1], "cora": [0.3, 0.2]}


async def walk(hiker: str, hut: int) -> None:
    """Walk to that hut, from 1 on. Raises RuntimeError (leave it as it is)."""
    await asyncio.sleep(SECONDS[hiker][hut - 1])
    if (hiker, hut) == ("cora", 2):
        raise RuntimeError("a twisted ankle")


async def turn_back(hiker: str) -> None:
    """Walk down to the valley (leave it as it is)."""
    await asyncio.sleep(0.2)


async def hike(hiker: str, barrier: asyncio.Barrier) -> str:
    for hut in range(1, HUTS + 1):
        try:
            await walk(hiker, hut)
        except RuntimeError:
            # A hiker who will never come has to say so. abort() wakes those who wait and turns away those who come
            # later; after reset() the later ones would wait for ever.
            await barrier.abort()
            return "dropped out"
        try:
            # A Barrier is ready for the next meeting when it has let everybody through; an Event would stay set.
            await barrier.wait()
        except asyncio.BrokenBarrierError:
            await turn_back(hiker)
            return "turned back"
    return "arrived"


async def report(hiker: str, barrier: asyncio.Barrier) -> None:
    print(hiker, await hike(hiker, barrier))


async def main() -> None:
    barrier = asyncio.Barrier(len(HIKERS))
    await asyncio.gather(*[report(hiker, barrier) for hiker in HIKERS])


if __name__ == "__main__":
    asyncio.run(main())
