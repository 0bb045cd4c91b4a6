"""Batches are judged by processes of this machine, each with one batch at a time.

They are processes of their own, because sessions of pytest need a main thread, and because whatever becomes of one
costs nothing but its batch (``grader.workers``). A process is started when there is a batch for it.
"""

from __future__ import annotations

import contextlib
import sys
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import wait
from types import TracebackType
from typing import Final, Self

from grader.collect.batches import Batch, Delivery
from grader.errors import JudgeError
from grader.load.kit import Kit
from grader.record.sandbox import Sandbox
from grader.workers import Answer, AskedWorker, ending, serve

_STILLBORN: Final = 3
"""After this many processes in a row that end before they are ready, it is the machine's fault."""


class Local:
    """A number of processes of this machine: a ``Judges``.

    What ends one of them, or is wrong with the grader, makes its batch a lost one. ``next`` raises ``KitError`` when
    the kit is broken, and ``JudgeError`` when no process can be started.
    """

    def __init__(self, kit: Kit, sandbox: Sandbox, workers: int) -> None:
        self._kit = kit
        self._sandbox = sandbox
        self._most = workers
        self._workers: list[_LocalWorker] = []
        self._waiting: deque[Batch] = deque()
        self._settled: deque[Delivery] = deque()
        self._stillborn = 0

    @property
    def room(self) -> int:
        """A batch with each process, and one more for each, so that none waits while results are written."""
        return 2 * self._most

    @property
    def refused(self) -> tuple[str, ...]:
        """None: they all are this machine's."""
        return ()

    def send(self, batch: Batch) -> None:
        """As ``Judges`` has it."""
        self._waiting.append(batch)
        self._hand_out()

    def next(self) -> Delivery:
        """As ``Judges`` has it."""
        while not self._settled:
            if not self._workers:
                raise JudgeError("no batch is under way")
            ready = wait([worker.pipe for worker in self._workers])
            for worker in [one for one in self._workers if one.pipe in ready]:
                self._hear(worker)
            self._hand_out()
        return self._settled.popleft()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def _hand_out(self) -> None:
        """Give what waits to those who have nothing to do, and start further ones while there is more of it."""
        for worker in [one for one in self._workers if one.idle and one.has_ended]:
            self._bury(worker)
        for worker in self._workers:
            if self._waiting and worker.idle:
                worker.judge(self._waiting.popleft())
        starting = sum(not worker.ready for worker in self._workers)
        while len(self._waiting) > starting and len(self._workers) < self._most:
            self._workers.append(_LocalWorker(self._kit, self._sandbox))
            starting += 1

    def _hear(self, worker: _LocalWorker) -> None:
        try:
            reply = worker.hear()
        except EOFError:
            self._bury(worker)
            return
        if reply is None:
            self._stillborn = 0
            return
        batch, worker.batch = worker.batch, None
        assert batch is not None, "nobody asked for that"
        if isinstance(reply.error, JudgeError):
            self._settled.append(Delivery(batch, lost=str(reply.error)))
        elif reply.error:
            raise reply.error
        else:
            self._settled.append(Delivery(batch, reply.answer))

    def _bury(self, worker: _LocalWorker) -> None:
        """Take note of the end of a process. Raises ``JudgeError`` when it is not the first to end at once."""
        status = worker.end()
        self._workers.remove(worker)
        if worker.batch:
            self._settled.append(Delivery(worker.batch, lost=f"the process that judged it died ({ending(status)})"))
        self._stillborn += not worker.ready
        if self._stillborn >= _STILLBORN:
            raise JudgeError(f"the processes that judge cannot be started ({ending(status)})")


class _LocalWorker(AskedWorker):
    """One process, and what it has to do. Raises ``JudgeError`` when it cannot be started."""

    def __init__(self, kit: Kit, sandbox: Sandbox) -> None:
        super().__init__(__name__, kit, sandbox)
        self.batch: Batch | None = None

    @property
    def idle(self) -> bool:
        return self.ready and self.batch is None

    @property
    def has_ended(self) -> bool:
        """Whether one that is idle has ended: it has nothing to say."""
        return self.pipe.poll()

    def judge(self, batch: Batch) -> None:
        """Let it judge a batch. Whether it still can is heard through the pipe."""
        self.batch = batch
        self.give(batch)


@contextlib.contextmanager
def _opened(kit: Kit, sandbox: Sandbox) -> Iterator[Answer]:
    """What the process does."""
    from grader.collect.judge_batch import judge_batch

    yield lambda batch: judge_batch(kit, sandbox, batch)


if __name__ == "__main__":
    serve(sys.argv[1], _opened)
