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
from dataclasses import dataclass

GRACE = 0.3
TICK = 0.2


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


class Timetable:
    """When a job is due next."""

    def __init__(self, job: Job, start: float) -> None:
        self.job = job
        self.due = start
        self.number = 0

    def advance(self, now: float) -> None:
        self.due = now + self.job.every
        self.number += 1


class Scheduler:
    def __init__(self, jobs: list[Job]) -> None:
        self.jobs = jobs
        self.running = True

    def begin(self, job: Job, number: int) -> None:
        asyncio.create_task(work(job.name, number))

    async def run(self) -> None:
        """Run all jobs until stop() is called."""
        loop = asyncio.get_running_loop()
        timetables = [Timetable(job, loop.time()) for job in self.jobs]
        while self.running:
            for timetable in timetables:
                if loop.time() >= timetable.due:
                    self.begin(timetable.job, timetable.number)
                    timetable.advance(loop.time())
            await asyncio.sleep(TICK)

    def stop(self) -> None:
        self.running = False


async def main() -> None:
    scheduler = Scheduler(JOBS)
    running = asyncio.create_task(scheduler.run())
    await asyncio.sleep(1.65)
    scheduler.stop()
    await running
    print("closed")


if __name__ == "__main__":
    asyncio.run(main())
