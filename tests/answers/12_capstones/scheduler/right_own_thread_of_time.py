# Style: generators of due times, merged by asyncio.wait; runs in a dictionary of tasks.

import asyncio
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


def moments(job, start):
    number = 0
    while True:
        yield number, start + number * job.every
        number += 1


class Scheduler:
    def __init__(self, jobs):
        self.jobs = jobs
        self.over = None

    async def until(self, moment):
        await asyncio.sleep(moment - asyncio.get_running_loop().time())

    async def run(self):
        loop = asyncio.get_running_loop()
        self.over = self.over or loop.create_future()
        start, times, alarms, runs = loop.time(), {}, {}, {}
        try:
            for job in self.jobs:
                times[job] = moments(job, start)
                number, moment = next(times[job])
                alarms[loop.create_task(self.until(moment))] = (job, number)
            while not self.over.done():
                waiting = {self.over, *alarms, *runs}
                done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done & set(runs):
                    self.tell(task, *runs.pop(task))
                if self.over.done():
                    break
                for task in done & set(alarms):
                    job, number = alarms.pop(task)
                    if any(other == job for other, _ in runs.values()):
                        print(f"{job.name} {number} skipped")
                    else:
                        runs[loop.create_task(asyncio.wait_for(work(job.name, number), job.limit))] = (job, number)
                    number, moment = next(times[job])
                    alarms[loop.create_task(self.until(moment))] = (job, number)
            for alarm in alarms:
                alarm.cancel()
            end = loop.time() + GRACE
            while runs and (left := end - loop.time()) > 0:
                done, _ = await asyncio.wait(runs, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    self.tell(task, *runs.pop(task))
        finally:
            for task in (*alarms, *runs):
                task.cancel()
            await asyncio.gather(*alarms, *runs, return_exceptions=True)

    def tell(self, task, job, number):
        error = task.exception()
        if error:
            print(f"{job.name} {number} failed: {type(error).__name__}")

    def stop(self):
        if not self.over:
            self.over = asyncio.get_running_loop().create_future()
        if not self.over.done():
            self.over.set_result(None)


async def main() -> None:
    scheduler = Scheduler(JOBS)
    running = asyncio.create_task(scheduler.run())
    await asyncio.sleep(1.65)
    scheduler.stop()
    await running
    print("closed")


if __name__ == "__main__":
    asyncio.run(main())
