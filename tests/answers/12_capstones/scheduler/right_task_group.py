# Style: a TaskGroup around everything, and a deadline that stop moves.

import asyncio
from contextlib import suppress
from dataclasses import dataclass

GRACE = 0.3


@dataclass(frozen=True)
class Job:
    """A job of the greenhouse; times are in seconds."""

    name: str
    every: float
    limit: float


JOBS = [Job("vents", 0.5, 0.3), Job("camera", 0.4, 1.0), Job("pump", 0.7, 0.6), Job("heater", 1.0, 0.7)]
SECONDS = {"vents": 0.1, "camera": 0.55, "pump": 0.3, "heater": 60.0}


async def work(name: str, number: int) -> None:
    """One run of a job (leave it as it is)."""
    await asyncio.sleep(SECONDS[name])
    if (name, number) == ("pump", 1):
        raise OSError("the filter is blocked")
    print(f"{name} {number} done")


class Keeper:
    """One job: its timetable, and the run that is under way."""

    def __init__(self, job, start):
        self.job, self.start, self.busy, self.open = job, start, asyncio.Lock(), True

    async def attempt(self, number):
        async with self.busy:
            try:
                async with asyncio.timeout(self.job.limit):
                    await work(self.job.name, number)
            except Exception as error:
                print(self.job.name, number, f"failed: {type(error).__name__}")

    async def keep(self, group, stopped):
        number = 0
        while not stopped.is_set():
            left = self.start + number * self.job.every - asyncio.get_running_loop().time()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(left, 0)):
                    await stopped.wait()
            if not stopped.is_set():
                if self.busy.locked():
                    print(self.job.name, number, "skipped")
                else:
                    group.create_task(self.attempt(number))
                    await asyncio.sleep(0)
            number += 1


class Scheduler:
    def __init__(self, jobs):
        self.jobs, self.stopped = jobs, asyncio.Event()

    async def run(self):
        try:
            async with asyncio.timeout(None) as deadline:
                async with asyncio.TaskGroup() as group:
                    start = asyncio.get_running_loop().time()
                    for job in self.jobs:
                        group.create_task(Keeper(job, start).keep(group, self.stopped))
                    await self.stopped.wait()
                    deadline.reschedule(asyncio.get_running_loop().time() + GRACE)
        except TimeoutError:
            if not deadline.expired():
                raise

    def stop(self):
        self.stopped.set()


async def main() -> None:
    scheduler = Scheduler(JOBS)
    running = asyncio.create_task(scheduler.run())
    await asyncio.sleep(1.65)
    scheduler.stop()
    await running
    print("closed")


if __name__ == "__main__":
    asyncio.run(main())
