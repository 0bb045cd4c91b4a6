"""Make many recordings at once, as many as the machine carries without disturbing them."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import resource
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from grader.errors import JudgeError
from grader.record.explore import Explorer
from grader.record.launch import ForkServer, Launcher, Spawner
from grader.record.loopback import loopback_problem, needs_loopback
from grader.record.noise import Heartbeat, Noise
from grader.record.recording import Recording, Subject, make_trace
from grader.record.run import Run, SuiteFault
from grader.record.sandbox import Sandbox
from grader.record.seconds import Seconds
from grader.record.spec import RecordingSpec

Key = TypeVar("Key")

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
"""Those that this process may use: a container or a batch system may have given it fewer than there are."""

MOST_AT_ONCE = 96 * CORES
"""Runs mostly sleep: each costs a few milliseconds of processor time to start and as good as nothing while it waits."""

_MADE_AT_ONCE = 2 * CORES
"""Processes: more at once only delay each other."""

_STARTING_AT_ONCE = max(1, CORES // 2)
"""Programs: loading one takes milliseconds of a core, and those that are being timed need one as well."""

_LEAST_AT_ONCE = 2

_LATE_S = 0.02
_ADJUST_EVERY_S = 0.05


@dataclass(frozen=True)
class Job:
    """One recording to make."""

    subject: Subject
    spec: RecordingSpec


_FDS_A_RUN = 12
"""Of the grader's: five channels, and some calls under way."""
_FDS_OWN = 40
"""Of the grader's: what is open beside the runs, and some room."""


def _runs_by_descriptors() -> int:
    """How many runs the limit on open files leaves room for. Raises ``JudgeError`` where that is not even two."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY:
        return MOST_AT_ONCE
    if (runs := (most - _FDS_OWN) // _FDS_A_RUN) < _LEAST_AT_ONCE:
        needed = _FDS_OWN + _LEAST_AT_ONCE * _FDS_A_RUN
        raise JudgeError(
            f"this process may open only {most} files at once, and to record programs takes {needed}: "
            "raise the limit with `ulimit -n 1024` and try again"
        )
    return runs


def _allow_many_descriptors() -> None:
    """Raise the number of descriptors this process may have, as far as anybody may: the usual 1024 is for few runs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_AT_ONCE * _FDS_A_RUN + 256
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):  # macOS has a lower limit than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class Throttle:
    """Lets at most ``limit`` through; the limit falls when the heartbeat is late and recovers when it is not."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = most
        self._active = 0
        self._changed = asyncio.Event()

    async def take(self, wanted: int) -> int:
        """Wait until there are as many places as are wanted, or many; take as many as are free and wanted."""
        while (free := self._limit - self._active) < min(wanted, max(1, self._limit * 3 // 4)):
            self._changed.clear()
            await self._changed.wait()
        taken = min(wanted, free)
        self._active += taken
        return taken

    def give_back(self) -> None:
        """Leave a place."""
        self._active -= 1
        self._changed.set()

    async def adapt(self, heartbeat: Heartbeat) -> None:
        """Follow the noise until cancelled."""
        while True:
            await asyncio.sleep(_ADJUST_EVERY_S)
            if heartbeat.latest_s > _LATE_S:
                self._limit = max(min(CORES, self._most), int(self._limit * 0.7))
            elif self._limit < self._most:
                self._limit = min(self._most, self._limit + 2)
                self._changed.set()


class _Wave:
    """Runs that begin together, once the processes for all of them are there.

    What it costs to make those would make programs late that run already.
    """

    def __init__(self, size: int) -> None:
        self._missing = size
        self._complete = asyncio.Event()

    def arrive(self) -> None:
        """One more is ready, or never will be."""
        self._missing -= 1
        if not self._missing:
            self._complete.set()

    async def complete(self) -> None:
        """Wait until none is missing."""
        await self._complete.wait()


class Recorder:
    """Makes recordings for a session. Use as a context manager: it owns the fork server and an event loop.

    ``jobs`` bounds how many runs are under way at once (None: as many as the machine carries).
    """

    def __init__(
        self, sandbox: Sandbox, *, packages: Iterable[str] = (), jobs: int | None = None, spawn: bool = False
    ) -> None:
        self.sandbox = sandbox
        self.packages = tuple(packages)
        _allow_many_descriptors()
        self.jobs = min(jobs or MOST_AT_ONCE, _runs_by_descriptors())
        self._launcher: Launcher = (
            Spawner(sandbox) if spawn or not hasattr(os, "fork") else ForkServer(sandbox, self.packages)
        )
        self._runner = asyncio.Runner()
        self._runner.get_loop().set_exception_handler(_report)
        self._explorer: Explorer | None = None

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        if self._explorer:
            self._explorer.close()
        self._runner.close()
        self._launcher.close()

    def record_all(
        self,
        jobs: Mapping[Key, Job],
        *,
        calm: int = 0,
        progress: Callable[[int], None] = lambda _: None,
        under_way: Callable[[], None] = lambda: None,
    ) -> dict[Key, Recording]:
        """Make all the recordings, and return them by key.

        ``calm`` counts the attempts before this one: the second leaves a quarter of the neighbours, each further
        one half of those. Where the noise is somebody else's, to have none would cost time and help nobody.
        Recordings that compute (``heavy``) begin last, one at a time. ``progress`` is told how many are done, and
        ``under_way`` once when what remains is to wait for them.
        Raises ``JudgeError`` when the fork server is gone.
        """
        most = max(1, self.jobs >> (calm + 1 if calm else 0))
        gc.disable()  # thousands of recordings are many objects, and to look through them all stops the clock
        try:
            found = self._runner.run(self._record_all(jobs, most, progress, under_way))
        except BaseExceptionGroup as group:
            raise _first(group) from None  # all come from the same fork server: one is enough
        finally:
            gc.enable()
        self._launcher.check()
        return found

    async def _record_all(
        self, jobs: Mapping[Key, Job], most: int, progress: Callable[[int], None], under_way: Callable[[], None]
    ) -> dict[Key, Recording]:
        heartbeat = Heartbeat()
        heartbeat.start()
        throttle = Throttle(most)
        making, starting = asyncio.Semaphore(_MADE_AT_ONCE), asyncio.Semaphore(_STARTING_AT_ONCE)
        found: dict[Key, Recording] = {}

        async def one(key: Key, job: Job, wave: _Wave) -> None:
            try:
                if hindrance := self._hindrance(job):
                    wave.arrive()
                    found[key] = Recording(make_trace((), (), Seconds(0.0), None, None), Noise(), hindrance=hindrance)
                else:
                    found[key] = await _record(job, self._launcher, heartbeat, making, starting, wave)
            finally:
                throttle.give_back()
            progress(len(found))

        light = _longest_first(jobs)
        heavy = [(key, job) for key, job in jobs.items() if job.spec.heavy]
        adapting = asyncio.create_task(throttle.adapt(heartbeat))
        try:
            async with asyncio.TaskGroup() as group:
                while light:
                    # With few neighbours, one that is being made disturbs few; to wait for one another would cost more.
                    size = await throttle.take(len(light) if most == self.jobs else 1)
                    wave = _Wave(size)
                    for key, job in light[:size]:
                        group.create_task(one(key, job, wave))
                    del light[:size]
                    await wave.complete()
                async with starting:  # first come, first served: the others have all begun
                    pass
                for key, job in heavy:
                    await throttle.take(1)
                    await one(key, job, _Wave(1))
                under_way()
        finally:
            adapting.cancel()
            await heartbeat.stop()
        return found

    def _hindrance(self, job: Job) -> str:
        """Why this machine cannot make a recording; empty when it can. Behind the wall each run has its own network."""
        return loopback_problem() if not self.sandbox.wall and needs_loopback(job.subject, job.spec) else ""

    def explore(self, subject: Subject, spec: RecordingSpec, *, alone: bool) -> Recording:
        """One run under virtual time, at once. ``alone``: in a process that has run nothing before."""
        if self._explorer is None:
            self._explorer = Explorer(self._launcher)
        return self._explorer.run(subject, spec, alone=alone)

    def end_exploring(self) -> None:
        """End the processes that stand ready for runs under virtual time; the next such run starts anew."""
        if self._explorer:
            self._explorer.close()

    @property
    def scratch_root(self) -> Path:
        """The folder of the folders of runs: empty when nothing is under way."""
        return self._launcher.scratch_root

    @contextlib.asynccontextmanager
    async def live(self, subject: Subject, spec: RecordingSpec) -> AsyncIterator[Run]:
        """A run under way in the caller's own loop, for a test that acts while it runs."""
        heartbeat = Heartbeat()
        heartbeat.start()
        try:
            async with Run(subject, spec, self._launcher, heartbeat) as run:
                yield run
        finally:
            await heartbeat.stop()


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Report what nobody handles, but not that something was cancelled: on Python 3.11 a server of a suite says so."""
    if not isinstance(context.get("exception"), asyncio.CancelledError):
        loop.default_exception_handler(context)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first exception of a group, whatever groups it lies in."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def _longest_first(jobs: Mapping[Key, Job]) -> list[tuple[Key, Job]]:
    light = [(key, job) for key, job in jobs.items() if not job.spec.heavy]
    return sorted(light, key=lambda item: -item[1].spec.deadline_s)


async def _record(
    job: Job,
    launcher: Launcher,
    heartbeat: Heartbeat,
    making: asyncio.Semaphore,
    starting: asyncio.Semaphore,
    wave: _Wave,
) -> Recording:
    try:
        async with contextlib.AsyncExitStack() as stack:
            try:
                async with making:
                    run = await stack.enter_async_context(Run(job.subject, job.spec, launcher, heartbeat, held=True))
                    await run.up.wait()
            finally:
                wave.arrive()
            await wave.complete()
            async with starting:
                run.release()
                await run.settled.wait()
            await run.finished()
        return run.recording()
    except SuiteFault as fault:
        return Recording(make_trace((), (), Seconds(0.0), None, None), Noise(), fault=str(fault))
