"""Checks under virtual time, judged by workers beside the recordings.

Such checks compute, and recordings wait: one after the other, a core would be idle for half of the time. A worker is a
process with a recorder of its own that judges a batch of suites, checks under virtual time only, in a session of
pytest; one core is left to the recordings, whose programs are timed.
"""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from grader.errors import JudgeError
from grader.judge.plan import Part, Settled
from grader.judge.suites import judge_part
from grader.judge.task import Task
from grader.load.kit import Kit
from grader.record.recorder import CORES, Recorder
from grader.record.sandbox import Sandbox
from grader.workers import Answer, AskedWorker, serve

_FEWEST_SUITES = 4
"""With fewer, a worker (half a second of processor time to start) would cost more than it saves."""

_PATIENCE_S = 3.0
"""A worker starts when the recordings have begun, or so long after: its start takes a core from theirs."""

_BATCHES_A_WORKER = 6
"""Enough that nobody waits for the last one for long, few enough that sessions do not cost."""


def batches_of(kit: Kit, tasks: Sequence[Task], recorder: Recorder) -> list[list[Task]]:
    """The tasks with checks under virtual time, in batches for workers; none where workers would not help.

    The tasks of an exercise stay together: its suite is loaded once for all of them.
    """
    by_exercise: dict[str, list[Task]] = {}
    for task in tasks:
        if "virtual" in kit.suite(task.exercise):
            by_exercise.setdefault(task.exercise.name, []).append(task)
    workers = worker_count(recorder) if len(by_exercise) >= _FEWEST_SUITES else 0
    if not workers:
        return []
    batches: list[list[Task]] = [[] for _ in range(min(len(by_exercise), (workers + 1) * _BATCHES_A_WORKER))]
    for group in sorted(by_exercise.values(), key=len, reverse=True):
        min(batches, key=len).extend(group)
    return batches


def worker_count(recorder: Recorder) -> int:
    """How many workers there may be: all cores but one, and none for a user who wants one thing at a time."""
    return 0 if recorder.jobs == 1 else min(CORES - 1, recorder.jobs)


@contextlib.contextmanager
def judging(kit: Kit, batches: Sequence[list[Task]], recorder: Recorder, *, shrink: bool) -> Iterator[Workers]:
    """Have batches judged while the block runs; when it is left, workers that are still busy are ended."""
    workers = Workers(kit, batches, recorder, shrink=shrink)
    try:
        yield workers
    finally:
        workers.end()


class Workers:
    """The workers, and the batches that wait for them."""

    def __init__(self, kit: Kit, batches: Sequence[list[Task]], recorder: Recorder, *, shrink: bool) -> None:
        self._workers = [
            _VirtualWorker(kit, recorder, shrink=shrink) for _ in range(min(worker_count(recorder), len(batches)))
        ]
        self._idle: queue.SimpleQueue[_VirtualWorker] = queue.SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._may_begin = threading.Event()
        self._threads = ThreadPoolExecutor(max(1, len(self._workers)), "beside")
        self.batches = [VirtualBatch(batch, self._threads.submit(self._judge, batch)) for batch in batches]

    def begin(self) -> None:
        """Begin at once: nothing is being started any more that a worker's own start would delay."""
        self._may_begin.set()

    def end(self) -> None:
        """End what is at work, and wait for it."""
        for batch in self.batches:
            batch.take_back()
        for worker in self._workers:
            worker.stop()
        self.begin()
        self._threads.shutdown()
        for worker in self._workers:
            worker.end()

    def _judge(self, tasks: list[Task]) -> Settled:
        self._may_begin.wait(_PATIENCE_S)
        worker = self._idle.get()
        try:
            return worker.judge(tasks)
        finally:
            self._idle.put(worker)


class VirtualBatch:
    """Tasks that wait for a worker, are with one, or are judged."""

    def __init__(self, tasks: list[Task], future: Future[Settled]) -> None:
        self.tasks = tasks
        self._future = future

    def take_back(self) -> bool:
        """Whether no worker has begun with it: then none will, and the caller has to judge it."""
        return self._future.cancel()

    def settled(self) -> Settled:
        """What a worker found; waits for it. Raises what judging raised."""
        return self._future.result()


class _VirtualWorker:
    """One process, which starts when it is first asked."""

    def __init__(self, kit: Kit, recorder: Recorder, *, shrink: bool) -> None:
        self._setup = (kit, recorder.sandbox, recorder.packages, shrink)
        self._process: AskedWorker | None = None
        self._starting = threading.Lock()
        self._stopped = False

    def judge(self, tasks: list[Task]) -> Settled:
        """What came of the tasks. Raises what judging raised, and ``JudgeError`` when the process has ended."""
        try:
            found: Settled = self._started().ask(tasks)
        except EOFError:
            raise JudgeError("a process that judged beside is gone: grade again") from None
        return found

    def _started(self) -> AskedWorker:
        with self._starting:
            if self._stopped:
                raise EOFError
            self._process = self._process or AskedWorker(__name__, *self._setup)
            return self._process

    def stop(self) -> None:
        """End it at once: what it has not told nobody wants to hear any more."""
        with self._starting:
            self._stopped = True
            if self._process:
                self._process.kill()

    def end(self) -> None:
        """See that it has ended, when nobody listens to it any more."""
        if self._process:
            self._process.end()


@contextlib.contextmanager
def _opened(kit: Kit, sandbox: Sandbox, packages: tuple[str, ...], shrink: bool) -> Iterator[Answer]:
    """What the process does: it judges with a recorder of its own."""
    with Recorder(sandbox, packages=packages) as recorder:
        yield lambda tasks: judge_part(kit, tasks, recorder, Part.VIRTUAL, shrink=shrink)


if __name__ == "__main__":
    serve(sys.argv[1], _opened)
