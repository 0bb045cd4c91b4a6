# Mistake: whoever arrives later sees that the tour is over; who already waits is not told.
# Shows: deadlock
# Caught by: if one drops out, the others turn back at once or at their next hut

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
        self.over = False
        self.together = asyncio.Event()

    def call_off(self) -> None:
        self.over = True

    async def wait(self) -> bool:
        if self.over:
            return False
        self.there += 1
        together = self.together
        if self.there == self.parties:
            self.there = 0
            self.together = asyncio.Event()
            together.set()
        await together.wait()
        return True


async def hike(hiker: str, meeting: Meeting) -> str:
    for hut in range(1, HUTS + 1):
        try:
            await walk(hiker, hut)
        except RuntimeError:
            meeting.call_off()
            return "dropped out"
        if not await meeting.wait():
            await turn_back(hiker)
            return "turned back"
    return "arrived"


async def report(hiker: str, meeting: Meeting) -> None:
    print(hiker, await hike(hiker, meeting))


async def main() -> None:
    meeting = Meeting(len(HIKERS))
    await asyncio.gather(*[report(hiker, meeting) for hiker in HIKERS])


if __name__ == "__main__":
    asyncio.run(main())
