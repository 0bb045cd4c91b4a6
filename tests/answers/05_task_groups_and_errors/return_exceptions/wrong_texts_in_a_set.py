# Mistake: keeps the texts in a set: of two machines with the same error, the caretaker hears of one.
# Caught by: whatever happens to each machine, every error goes where it belongs

"""Errors taken for results.

Every night a program saves the machines of a school, all at the same time. A machine that cannot be reached must not
keep the others from being saved, so errors are returned, not raised. In the morning, the report says that all went
well. Nobody has ever called the caretaker, although a machine in the library has been out of order for weeks.

When it is right, `python return_exceptions.py` prints this (the seconds on the left are not printed; they are up to
0.2 s less when the caretaker is called at the first sign of trouble):

    0.70   called the caretaker: library cannot be reached
    0.70   2 of 3 saved
    0.70   office: 120 MB
    0.70   gym: 0 MB

Leave alone: `MACHINES`, `SIZES`, `save`, `call` and `main`.

Required:
- nightly(machines) saves all machines at the same time, to the end, also when some of them cannot be reached
- it returns a dict of the machines that were saved and their MB, in the order given, and no others
- for every machine whose save raises a ConnectionError, it calls the caretaker once, with the text of that error, and
  returns when that is done
- any other error of save comes out of nightly, by itself or in an ExceptionGroup (what becomes of the other machines
  and calls then does not matter)
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


async def nightly(machines):
    sizes = await asyncio.gather(*[save(machine) for machine in machines], return_exceptions=True)
    saved = {}
    texts = set()
    for machine, size in zip(machines, sizes):
        if isinstance(size, ConnectionError):
            texts.add(str(size))
        elif isinstance(size, BaseException):
            raise size
        else:
            saved[machine] = size
    for text in sorted(texts):
        await call(text)
    return saved


async def main() -> None:
    saved = await nightly(MACHINES)
    print(f"{len(saved)} of {len(MACHINES)} saved")
    for machine, size in saved.items():
        print(f"{machine}: {size} MB")


if __name__ == "__main__":
    asyncio.run(main())
