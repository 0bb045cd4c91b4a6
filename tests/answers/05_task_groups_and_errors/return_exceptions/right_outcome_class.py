# Style: a small class for what became of a machine.

import asyncio
from dataclasses import dataclass

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


@dataclass
class Outcome:
    machine: str
    size: int = 0
    error: ConnectionError | None = None


async def attempt(machine: str) -> Outcome:
    try:
        return Outcome(machine, await save(machine))
    except ConnectionError as error:
        return Outcome(machine, error=error)


async def nightly(machines: list[str]) -> dict[str, int]:
    outcomes = await asyncio.gather(*[attempt(machine) for machine in machines])
    for outcome in outcomes:
        if outcome.error is not None:
            await call(str(outcome.error))
    return {outcome.machine: outcome.size for outcome in outcomes if outcome.error is None}


async def main() -> None:
    saved = await nightly(MACHINES)
    print(f"{len(saved)} of {len(MACHINES)} saved")
    for machine, size in saved.items():
        print(f"{machine}: {size} MB")


if __name__ == "__main__":
    asyncio.run(main())
