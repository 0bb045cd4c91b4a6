# Mistake: a TaskGroup: one machine that is down cancels the saving of all others.
# Shows: failure-ends-all
# Caught by: all machines are saved at the same time, and completely

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
        async with asyncio.TaskGroup() as group:
            tasks = {machine: group.create_task(save(machine)) for machine in machines}
    except* ConnectionError as errors:
        for error in errors.exceptions:
            await call(str(error))
    return {machine: task.result() for machine, task in tasks.items() if not task.cancelled() and not task.exception()}


async def main() -> None:
    saved = await nightly(MACHINES)
    print(f"{len(saved)} of {len(MACHINES)} saved")
    for machine, size in saved.items():
        print(f"{machine}: {size} MB")


if __name__ == "__main__":
    asyncio.run(main())
