"""Meet up.

Friends hike from hut to hut, each at their own pace, and meet at every hut: all go on when the last one is there. At
the first hut that works. After it nobody waits for anybody; and when somebody drops out on the way to the first, the
others sit there to this day.

Once it is right, `python meet_up.py` prints this (on the left: seconds from the start, not printed):

    0.60   cora dropped out
    0.80   ben turned back
    1.00   anna turned back

What may not change: HIKERS, HUTS, walk and turn_back (when graded, others take their place). Nobody sets out for a hut
before all have reached the one before, and then all do at once; at the last hut they meet as well, and have "arrived".
When walk raises RuntimeError, that hiker has "dropped out" and the tour is over for the others. They turn back, each by
turn_back: who waits in a hut, at that moment; who is still on the way, on reaching the hut they were walking to.
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


class Meeting:
    def __init__(self, parties: int) -> None:
        self.parties = parties
        self.there = 0
        self.complete = asyncio.Event()

    async def wait(self) -> None:
        self.there += 1
        if self.there == self.parties:
            self.complete.set()
        await self.complete.wait()


async def hike(hiker: str, meeting: Meeting) -> str:
    for hut in range(1, HUTS + 1):
        try:
            await walk(hiker, hut)
        except RuntimeError:
            return "dropped out"
        await meeting.wait()
    return "arrived"


async def report(hiker: str, meeting: Meeting) -> None:
    print(hiker, await hike(hiker, meeting))


async def main() -> None:
    meeting = Meeting(len(HIKERS))
    await asyncio.gather(*[report(hiker, meeting) for hiker in HIKERS])


if __name__ == "__main__":
    asyncio.run(main())
