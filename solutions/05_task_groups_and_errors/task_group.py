"""Task group.

Before a weather balloon is let go, its parts are checked, all at the same time. One part that is not in order means no
launch. But on cold mornings the team stands in the field for a long time, with a parachute that everybody knows is wet.

Once it is right, `python task_group.py` prints this (on the left: seconds from the start, not printed; the two
"stopped" lines may come in either order):

    0.30   parachute: wet
    0.30   helium: check stopped
    0.30   radio: check stopped
    0.70   no launch: the parachute is wet

What may not change: PARTS, check and announce (when graded, others take their place); main announces what
countdown(parts) returns. All checks run at the same time. If all go well it returns "launch with " and what they
returned, in the order of the parts, with ", " between. As soon as one raises ValueError, all others are stopped, and
it returns "no launch: " and the text of that error. If countdown itself is cancelled, all checks are stopped too.
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
        # The group owns the checks: when one fails, or when we are cancelled, it cancels the others, and it lets nobody
        # out of this block before the last of them has ended. So nothing can be left running behind our back.
        async with asyncio.TaskGroup() as group:
            checks = [group.create_task(check(part)) for part in parts]
    except* ValueError as failures:
        # Several checks can fail at the same moment, so what comes out is a group even when it holds a single error.
        verdict = f"no launch: {failures.exceptions[0]}"
    else:
        verdict = f"launch with {', '.join(done.result() for done in checks)}"
    return verdict


async def main() -> None:
    await announce(await countdown(PARTS))


if __name__ == "__main__":
    asyncio.run(main())
