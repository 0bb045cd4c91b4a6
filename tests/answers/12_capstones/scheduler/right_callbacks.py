# Style: callbacks of the event loop, and a future that run waits for; no type hints.

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


class Scheduler:
    def __init__(self, jobs):
        self.jobs = jobs
        self.open = True
        self.closed = None
        self.runs = {}
        self.timers = {}

    def due(self, job, number):
        loop = asyncio.get_running_loop()
        self.timers[job.name] = loop.call_at(self.start + (number + 1) * job.every, self.due, job, number + 1)
        if job.name in self.runs:
            print(f"{job.name} {number} skipped")
            return
        run = self.runs[job.name] = loop.create_task(asyncio.wait_for(work(job.name, number), job.limit))
        run.add_done_callback(lambda run: self.done(job, number, run))

    def done(self, job, number, run):
        del self.runs[job.name]
        if not run.cancelled() and run.exception() is not None:
            print(f"{job.name} {number} failed: {type(run.exception()).__name__}")
        self.look()

    def look(self):
        if not self.open and not self.runs and self.closed is not None and not self.closed.done():
            self.closed.set_result(None)

    def close_timers(self):
        for timer in self.timers.values():
            timer.cancel()

    async def run(self):
        loop = asyncio.get_running_loop()
        self.start = loop.time()
        self.closed = loop.create_future()
        if self.open:
            for job in self.jobs:
                self.due(job, 0)
        self.look()
        try:
            await self.closed
        finally:
            self.close_timers()
            for run in list(self.runs.values()):
                run.cancel()
            await asyncio.gather(*self.runs.values(), return_exceptions=True)

    def cut(self):
        for run in self.runs.values():
            run.cancel()

    def stop(self):
        if not self.open:
            return
        self.open = False
        self.close_timers()
        self.look()
        if self.runs:
            asyncio.get_running_loop().call_later(GRACE, self.cut)


async def main() -> None:
    scheduler = Scheduler(JOBS)
    running = asyncio.create_task(scheduler.run())
    await asyncio.sleep(1.65)
    scheduler.stop()
    await running
    print("closed")


if __name__ == "__main__":
    asyncio.run(main())
