"""Errors taken for results.

Every night a program saves the machines of a school, all at the same time. One that cannot be reached must not keep
the others from being saved, so errors are returned, not raised. In the morning the report says that all went well. And
nobody has ever been called, although a machine in the library has been out of order for weeks.

Once it is right, `python return_exceptions.py` prints this (on the left: seconds from the start, not printed; up to
0.2 s earlier when the caretaker is called at the first sign of trouble):

    0.70   called the caretaker: library cannot be reached
    0.70   2 of 3 saved
    0.70   office: 120 MB
    0.70   gym: 0 MB

What may not change: MACHINES, save and call (when graded, others take their place). nightly(machines) saves all at the
same time and returns the MB of those that were saved, in the order given. For every machine whose save raises
ConnectionError it calls the caretaker once, with the text of that error, and that machine is not in what it returns.
Any other error is a fault in the program: it comes out of nightly (by itself or in an ExceptionGroup).
"""

import asyncio

MACHINES = ["office", "library", "gym"]
SIZES = {"office": 120, "gym": 0}


async def save(machine: str) -> int:
    """Save one machine, returns how many MB that took; raises ConnectionError (leave it as it is)."""
    await asyncio.sleep(0.3 if machine == "library" else 0.5)
    if machine == "library":
        raise ConnectionError(f"{machine} cannot be reached")
    return SIZES[machine]


async def call(text: str) -> None:
    """The caretaker's telephone (leave it as it is)."""
    await asyncio.sleep(0.2)
    print(f"called the caretaker: {text}")


async def nightly(machines: list[str]) -> dict[str, int]:
    try:
        sizes = await asyncio.gather(*[save(machine) for machine in machines], return_exceptions=True)
    except ConnectionError as error:
        await call(str(error))
    return dict(zip(machines, sizes))


async def main() -> None:
    saved = await nightly(MACHINES)
    print(f"{len(saved)} of {len(MACHINES)} saved")
    for machine, size in saved.items():
        print(f"{machine}: {size} MB")


if __name__ == "__main__":
    asyncio.run(main())
