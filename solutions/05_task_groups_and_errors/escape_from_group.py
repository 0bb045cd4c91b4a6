"""Escape from a group.

A cook makes jam. One task stirs all the time; meanwhile, the cook reads the thermometer until the jam is hot enough.
Then cook() should return. As handed out, it never does, and the jam is stirred for ever (stop it with Ctrl-C).

Once it is right, `python escape_from_group.py` prints this (the seconds on the left are not printed):

    0.20   70 degrees
    0.40   90 degrees
    0.60   104 degrees
    0.70   spoon rinsed
    1.10   filled after 3 minutes

Leave alone: `HOT`, `PATIENCE`, `temperature`, `stir`, `rinse`, `fill` and `main`.

Required:
- while cook() reads the temperature, minute after minute, the jam is stirred without a break, one turn after the other
- cook() returns the number of the minute in which the jam reached HOT, or 0 if it is not hot after PATIENCE minutes
- before cook() returns, the stirring stops (at once, not at the end of a turn), and then the spoon is rinsed, once
- if reading or stirring raises any error, the other one stops (the stirring at once, the reading at the latest when the
  spoon has been rinsed), the spoon is rinsed, and cook raises the error, as it is or in a group
- if cook is cancelled before that, both stop at once, the spoon is rinsed, and cook raises CancelledError (you decide
  what happens if it is cancelled while the spoon is rinsed)
"""

import asyncio

HOT, PATIENCE = 104, 10


async def temperature(minute: int) -> int:
    await asyncio.sleep(0.2)
    degrees = {1: 70, 2: 90}.get(minute, 104)
    print(f"{degrees} degrees")
    return degrees


async def stir() -> None:
    """One turn with the spoon (leave it as it is)."""
    await asyncio.sleep(0.15)


async def rinse() -> None:
    await asyncio.sleep(0.1)
    print("spoon rinsed")


async def fill(minutes: int) -> None:
    await asyncio.sleep(0.4)
    print(f"filled after {minutes} minutes")


async def keep_stirring() -> None:
    try:
        while True:
            await stir()
    finally:
        await rinse()


async def until_hot() -> int:
    for minute in range(1, PATIENCE + 1):
        if await temperature(minute) >= HOT:
            return minute
    return 0


async def cook() -> int:
    # The block of a group ends when its last task has ended. A return in it does not change that: it waits as well, and
    # nobody sees it. So a task that never ends by itself has to be cancelled before. To the group, that is no error.
    async with asyncio.TaskGroup() as group:
        stirring = group.create_task(keep_stirring())
        minute = await until_hot()
        stirring.cancel()
    return minute


async def main() -> None:
    await fill(await cook())


if __name__ == "__main__":
    asyncio.run(main())
