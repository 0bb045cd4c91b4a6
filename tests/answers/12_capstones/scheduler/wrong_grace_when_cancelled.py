# Mistake: gives the runs their time of grace when it is cancelled, too.
# Caught by: a cancelled run() cancels the runs under way at once

import asyncio
import itertools
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


class Scheduler:
    def __init__(self, jobs: list[Job]) -> None:
        self.jobs = jobs
        self.stopped = asyncio.Event()
        self.under_way: set[asyncio.Task[None]] = set()

    async def run_once(self, job: Job, number: int) -> None:
        try:
            async with asyncio.timeout(job.limit):
                await work(job.name, number)
        except Exception as error:
            print(f"{job.name} {number} failed: {type(error).__name__}")

    def begin(self, job: Job, number: int) -> asyncio.Task[None]:
        run = asyncio.create_task(self.run_once(job, number))
        self.under_way.add(run)
        run.add_done_callback(self.under_way.discard)
        return run

    async def keep_timetable(self, job: Job, start: float) -> None:
        loop = asyncio.get_running_loop()
        last: asyncio.Task[None] | None = None
        for number in itertools.count():
            await asyncio.sleep(start + number * job.every - loop.time())
            if last is None or last.done():
                last = self.begin(job, number)
            else:
                print(f"{job.name} {number} skipped")

    async def run(self) -> None:
        """Run all jobs until stop() is called."""
        start = asyncio.get_running_loop().time()
        timetables = [asyncio.create_task(self.keep_timetable(job, start)) for job in self.jobs]
        try:
            await self.stopped.wait()
        finally:
            await cancel_all(timetables)
            if self.under_way:
                await asyncio.wait(self.under_way, timeout=GRACE)
            await cancel_all([*timetables, *self.under_way])

    def stop(self) -> None:
        self.stopped.set()


async def cancel_all(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def main() -> None:
    scheduler = Scheduler(JOBS)
    running = asyncio.create_task(scheduler.run())
    await asyncio.sleep(1.65)
    scheduler.stop()
    await running
    print("closed")


if __name__ == "__main__":
    asyncio.run(main())
