# Mistake: raises an error of its own in place of the fault, which nobody finds then.
# Caught by: nightly raises an error of any other kind

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
    outcomes = await asyncio.gather(*[save(machine) for machine in machines], return_exceptions=True)
    saved: dict[str, int] = {}
    faults: list[BaseException] = []
    for machine, outcome in zip(machines, outcomes, strict=True):
        if isinstance(outcome, ConnectionError):
            await call(str(outcome))
        elif isinstance(outcome, BaseException):
            faults.append(outcome)
        else:
            saved[machine] = outcome
    if faults:
        raise RuntimeError("something failed while saving")
    return saved


async def main() -> None:
    saved = await nightly(MACHINES)
    print(f"{len(saved)} of {len(MACHINES)} saved")
    for machine, size in saved.items():
        print(f"{machine}: {size} MB")


if __name__ == "__main__":
    asyncio.run(main())
