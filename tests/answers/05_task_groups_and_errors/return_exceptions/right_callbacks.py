# Style: callbacks sort what comes in; a queue of calls is worked off afterwards.

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
    sizes, trouble, faults = {}, [], []

    def sort(task):
        error = task.exception()
        if error is None:
            sizes[task.get_name()] = task.result()
        elif isinstance(error, ConnectionError):
            trouble.append(str(error))
        else:
            faults.append(error)

    loop = asyncio.get_running_loop()
    tasks = []
    for machine in machines:
        task = loop.create_task(save(machine), name=machine)
        task.add_done_callback(sort)
        tasks.append(task)
    await asyncio.wait(tasks)
    await asyncio.gather(*map(call, trouble))
    if faults:
        raise faults[0]
    return {machine: sizes[machine] for machine in machines if machine in sizes}


async def main() -> None:
    saved = await nightly(MACHINES)
    print(f"{len(saved)} of {len(MACHINES)} saved")
    for machine, size in saved.items():
        print(f"{machine}: {size} MB")


if __name__ == "__main__":
    asyncio.run(main())
