"""The greenhouse computer

A computer in a greenhouse does its jobs at fixed times. The vents are due every 0.5 s, but they move every 0.6 s. The
camera takes two photos at the same time, although it can take only one. Nobody hears of a pump that fails. A heater
that hangs is never switched off. When the greenhouse closes, all runs that are under way are cut short.

Once it is right, `python scheduler.py` prints this (the seconds on the left are not printed):

    0.10   vents 0 done
    0.30   pump 0 done
    0.40   camera 1 skipped
    0.55   camera 0 done
    0.60   vents 1 done
    0.70   heater 0 failed: TimeoutError
    1.00   pump 1 failed: OSError
    1.10   vents 2 done
    1.20   camera 3 skipped
    1.35   camera 2 done
    1.60   vents 3 done
    1.70   heater 1 failed: TimeoutError
    1.70   pump 2 done
    1.95   closed

Leave alone: `GRACE`, `Job`, `JOBS`, `SECONDS`, `work` and `main`.

Required of `Scheduler(jobs)`, where all jobs have different names:
- run number N of a job begins N * every seconds after `run()` was called, whatever happened before: `work(name, N)`
- a job never has two runs under way: a run that is due too early is left out, and at that moment the program prints
  `camera 3 skipped`
- when a run raises an exception, the program prints `pump 1 failed: OSError` (its type) at once, and the job goes on
- a run that takes longer than its `limit` is cancelled at that moment, and counts as failed, with a TimeoutError
- after `stop()`, no run begins; `run()` returns as soon as the runs that are under way have finished
- GRACE seconds after `stop()`, `run()` cancels the runs that are still under way, and returns; another `stop()` changes
  nothing
- when `run()` is cancelled, it cancels everything that is under way at once, and the cancellation comes out of it
- a run that is cancelled for one of these two reasons does not count as failed, and `run()` waits until it has tidied
  up
"""

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
        # Not BaseException: a cancellation is no failure of the job, and has to come out.
        try:
            async with asyncio.timeout(job.limit):
                await work(job.name, number)
        except Exception as error:
            print(f"{job.name} {number} failed: {type(error).__name__}")

    def begin(self, job: Job, number: int) -> asyncio.Task[None]:
        # A task of its own, so that the timetable goes on. The set keeps it alive, and run finds it there at the end.
        run = asyncio.create_task(self.run_once(job, number))
        self.under_way.add(run)
        run.add_done_callback(self.under_way.discard)
        return run

    async def keep_timetable(self, job: Job, start: float) -> None:
        loop = asyncio.get_running_loop()
        last: asyncio.Task[None] | None = None
        for number in itertools.count():
            # Counted from the start each time. Counted from the last run, every delay would be added to all later runs.
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
            await cancel_all(timetables)
            if self.under_way:
                await asyncio.wait(self.under_way, timeout=GRACE)
        finally:
            # However run ends, it leaves no task behind.
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
