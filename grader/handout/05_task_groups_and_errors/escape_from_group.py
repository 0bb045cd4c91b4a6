"""Escape from a group.

A cook makes jam: one task stirs all the time, and beside it the thermometer is read until the jam is hot enough. Then
cook() returns. It should, that is: today it never does, the jam is stirred for ever (stop it with Ctrl-C).

Once it is right, `python escape_from_group.py` prints this (on the left: seconds from the start, not printed):

    0.20   70 degrees
    0.40   90 degrees
    0.60   104 degrees
    0.70   spoon rinsed
    1.10   filled after 3 minutes

What may not change: HOT, PATIENCE, temperature, stir, rinse, fill (when graded, others take their place), and main.
While cook() reads the temperature, minute after minute, the jam is stirred without a break. cook() returns the number
of the minute in which it reached HOT, or 0 when it has not in PATIENCE minutes. By then stirring has stopped (at once,
not at the end of a turn) and the spoon has been rinsed, once. When reading or stirring raises an error, the other does
not go on either, the spoon is rinsed, and the error comes out of cook (by itself or in an ExceptionGroup).
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


async def cook() -> int:
    async with asyncio.TaskGroup() as group:
        group.create_task(keep_stirring())
        for minute in range(1, PATIENCE + 1):
            if await temperature(minute) >= HOT:
                return minute
        return 0


async def main() -> None:
    await fill(await cook())


if __name__ == "__main__":
    asyncio.run(main())
