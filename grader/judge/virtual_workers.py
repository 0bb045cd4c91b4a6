"""Checks under virtual time, judged by workers beside the recordings.

Such checks compute, and recordings wait: one after the other, a core would be idle for half of the time. A worker is a
process with a recorder of its own that judges a batch of suites, checks under virtual time only, in a session of
pytest; one core is left to the recordings, whose programs are timed.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any

from grader.errors import JudgeError, TurtlesError
from grader.judge.plan import Part, Settled
from grader.judge.suites import judge_part
from grader.judge.task import Task
from grader.load.kit import Kit
from grader.record.recorder import CORES, Recorder

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
    """Have batches judged while the block runs; when it is left, whoever is still at work is ended."""
    workers = Workers(kit, batches, recorder, shrink=shrink)
    try:
        yield workers
    finally:
        workers.end()


class Workers:
    """The workers, and the batches that wait for them."""

    def __init__(self, kit: Kit, batches: Sequence[list[Task]], recorder: Recorder, *, shrink: bool) -> None:
        self._workers = [
            _Worker(kit, recorder, shrink=shrink) for _ in range(min(worker_count(recorder), len(batches)))
        ]
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
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
            worker.end()
        self.begin()
        self._threads.shutdown()

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


class _Worker:
    """One process, asked over a pipe; it starts when it is first asked."""

    def __init__(self, kit: Kit, recorder: Recorder, *, shrink: bool) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would inherit the recorder, and threads half way
        self._pipe, self._inner = context.Pipe()
        arguments = (self._inner, kit, recorder.sandbox, recorder.packages, shrink)
        self._process = context.Process(target=_work, args=arguments, daemon=True)
        self._starting = threading.Lock()
        self._ended = False

    def _start(self) -> None:
        with self._starting:
            if self._process.pid is None and not self._ended:
                with _no_interrupt():  # which the worker inherits until it has seen to that itself
                    self._process.start()
                self._inner.close()

    def judge(self, tasks: list[Task]) -> Settled:
        self._start()
        try:
            self._pipe.send(tasks)
            answer: Any = self._pipe.recv()
        except (EOFError, OSError):
            raise JudgeError("a process that judged beside is gone: grade again") from None
        if isinstance(answer, TurtlesError):
            raise answer
        found: Settled = answer
        return found

    def end(self) -> None:
        """End it at once: what it has not told nobody wants to hear any more."""
        with self._starting:
            self._ended = True
            if self._process.pid is not None:
                self._process.terminate()
                self._process.join()
            self._inner.close()
            self._pipe.close()


@contextlib.contextmanager
def _no_interrupt() -> Iterator[None]:
    """Let Ctrl-C wait."""
    resource_tracker.ensure_running()  # it would be started with the first worker, and let Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Connection, kit: Kit, sandbox: Any, packages: tuple[str, ...], shrink: bool) -> None:
    """Judge what comes through the pipe until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which ends its workers
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    with contextlib.suppress(EOFError, OSError), Recorder(sandbox, packages=packages) as recorder:
        while True:
            tasks = pipe.recv()
            try:
                pipe.send(judge_part(kit, tasks, recorder, Part.VIRTUAL, shrink=shrink))
            except TurtlesError as error:
                pipe.send(error)
