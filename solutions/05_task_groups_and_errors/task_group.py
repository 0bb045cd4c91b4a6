"""Task group.

Before a weather balloon is released, all its parts are checked at the same time. If one part is not in order, there is
no launch. As handed out, the team waits in the cold field for a long time, although it is known at once that the
parachute is wet.

Once it is right, `python task_group.py` prints this (the seconds on the left are not printed; the two "stopped" lines
may come in either order):

    0.30   parachute: wet
    0.30   helium: check stopped
    0.30   radio: check stopped
    0.70   no launch: the parachute is wet

Leave alone: `PARTS`, `SECONDS`, `check`, `announce` and `main`.

Required:
- countdown(parts) runs all checks at the same time; if all go well, it returns "launch with " and the results of the
  checks, in the order of the parts, separated by ", "
- as soon as a check raises ValueError, countdown stops all others and returns "no launch: " and the text of that error
  (of any of them, when several fail at the same moment)
- any other error of a check stops all others as well, and countdown raises it, as it is or in a group
- when countdown is cancelled, it stops all checks and ends as cancelled
"""

import asyncio

PARTS = ["helium", "radio", "parachute"]
SECONDS = {"helium": 1.8, "radio": 1.2, "parachute": 0.3}


async def check(part: str) -> str:
    """Check one part; raises ValueError when it is not in order (leave it as it is)."""
    try:
        await asyncio.sleep(SECONDS[part])
    except asyncio.CancelledError:
        print(f"{part}: check stopped")
        raise
    if part == "parachute":
        print("parachute: wet")
        raise ValueError("the parachute is wet")
    print(f"{part}: in order")
    return f"{part} in order"


async def announce(text: str) -> None:
    """The loudspeaker (leave it as it is)."""
    await asyncio.sleep(0.4)
    print(text)


async def countdown(parts: list[str]) -> str:
    try:
        # The group owns the checks. When one fails, or countdown is cancelled, the group cancels the others, and the
        # block ends only when the last of them has ended. So nothing is left running.
        async with asyncio.TaskGroup() as group:
            checks = [group.create_task(check(part)) for part in parts]
    except* ValueError as failures:
        # Several checks can fail at the same moment. So what comes out is always a group, even of a single error.
        verdict = f"no launch: {failures.exceptions[0]}"
    else:
        verdict = f"launch with {', '.join(done.result() for done in checks)}"
    return verdict


async def main() -> None:
    await announce(await countdown(PARTS))


if __name__ == "__main__":
    asyncio.run(main())
