# Style: one loop with a heap of what is due next, which waits for the stop until then.

import asyncio
import heapq
import time
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
        self.event = asyncio.Event()
        self.runs: dict[str, asyncio.Task[None]] = {}

    async def one(self, job: Job, number: int) -> None:
        try:
            await asyncio.wait_for(work(job.name, number), job.limit)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            print(f"{job.name} {number} failed: {error.__class__.__name__}")
        finally:
            del self.runs[job.name]

    async def run(self) -> None:
        start = time.monotonic()
        heap = [(start, nth, 0) for nth in range(len(self.jobs))]
        try:
            while not self.event.is_set():
                try:
                    patience = heap[0][0] - time.monotonic() if heap else None
                    if patience is None or patience > 0:
                        await asyncio.wait_for(self.event.wait(), patience)
                        break
                except TimeoutError:
                    pass
                while heap and heap[0][0] <= time.monotonic():
                    _, nth, number = heapq.heappop(heap)
                    job = self.jobs[nth]
                    heapq.heappush(heap, (start + (number + 1) * job.every, nth, number + 1))
                    if job.name in self.runs:
                        print(f"{job.name} {number} skipped")
                    else:
                        self.runs[job.name] = asyncio.create_task(self.one(job, number))
            try:
                async with asyncio.timeout(GRACE):
                    await asyncio.gather(*self.runs.values())
            except TimeoutError:
                pass
        finally:
            left = list(self.runs.values())
            for run in left:
                run.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def stop(self) -> None:
        self.event.set()


async def main() -> None:
    scheduler = Scheduler(JOBS)
    running = asyncio.create_task(scheduler.run())
    await asyncio.sleep(1.65)
    scheduler.stop()
    await running
    print("closed")


if __name__ == "__main__":
    asyncio.run(main())
