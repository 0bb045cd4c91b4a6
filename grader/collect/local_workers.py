"""Batches are judged by processes of this machine, each with one batch at a time.

They are processes of their own, because sessions of pytest need a main thread, and because whatever becomes of one
costs nothing but its batch. A process is started when there is a batch for it, in a session of its own, so that
Ctrl-C is for whoever sends the batches; and it ends with them, however they end: its standard input is a pipe that
nobody writes to.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import grader
from grader.collect.batches import Batch, Delivery
from grader.errors import JudgeError, TurtlesError
from grader.load.kit import Kit
from grader.record.sandbox import Sandbox

_READY: Final = "ready"

_STILLBORN: Final = 3
"""So many processes in a row that end before they are ready, and it is the machine's fault."""


class Local:
    """So many processes of this machine: a ``Judges``.

    What ends one of them, or is wrong with the grader, makes its batch a lost one. ``next`` raises ``KitError`` when
    the kit is broken, and ``JudgeError`` when no process can be started.
    """

    def __init__(self, kit: Kit, sandbox: Sandbox, workers: int) -> None:
        self._kit = kit
        self._sandbox = sandbox
        self._most = workers
        self._workers: list[_Worker] = []
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
            for worker in [each for each in self._workers if each.pipe in ready]:
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
        for worker in [each for each in self._workers if each.idle and each.has_ended]:
            self._bury(worker)
        for worker in self._workers:
            if self._waiting and worker.idle:
                worker.give(self._waiting.popleft())
        starting = sum(not worker.ready for worker in self._workers)
        while len(self._waiting) > starting and len(self._workers) < self._most:
            self._workers.append(_Worker(self._kit, self._sandbox))
            starting += 1

    def _hear(self, worker: _Worker) -> None:
        try:
            said: Any = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(worker)
            return
        if said == _READY:
            worker.ready, self._stillborn = True, 0
            return
        batch, worker.batch = worker.batch, None
        assert batch is not None, "nobody asked for that"
        if isinstance(said, JudgeError):
            self._settled.append(Delivery(batch, lost=str(said)))
        elif isinstance(said, TurtlesError):
            raise said
        else:
            self._settled.append(Delivery(batch, said))

    def _bury(self, worker: _Worker) -> None:
        """Take note of the end of a process. Raises ``JudgeError`` when it is not the first to end at once."""
        status = worker.end()
        self._workers.remove(worker)
        if worker.batch:
            self._settled.append(Delivery(worker.batch, lost=f"the process that judged it died ({_told(status)})"))
        self._stillborn += not worker.ready
        if self._stillborn >= _STILLBORN:
            raise JudgeError(f"the processes that judge cannot be started ({_told(status)})")


class _Worker:
    """One process, and what it has to do. Raises ``JudgeError`` when it cannot be started."""

    def __init__(self, kit: Kit, sandbox: Sandbox) -> None:
        self.batch: Batch | None = None
        self.ready = False
        self.pipe, theirs = Pipe()
        root = str(Path(grader.__file__).parents[1])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        try:
            # Not from the working directory (-P), where anything may be called grader.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "grader.collect.local_workers", str(theirs.fileno())],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            self.pipe.close()
            raise JudgeError(f"the processes that judge cannot be started ({error.strerror or error})") from None
        finally:
            theirs.close()
        with contextlib.suppress(OSError):  # it has ended already, which is heard of soon
            self.pipe.send((kit, sandbox))

    @property
    def idle(self) -> bool:
        return self.ready and self.batch is None

    @property
    def has_ended(self) -> bool:
        """Whether one that is idle has ended: it has nothing to say."""
        return self.pipe.poll()

    def give(self, batch: Batch) -> None:
        """Let it judge a batch. Whether it still can is heard through the pipe."""
        self.batch = batch
        with contextlib.suppress(OSError):
            self.pipe.send(batch)

    def kill(self) -> None:
        """End it at once; its programs, and what they started, end with it."""
        self._process.kill()

    def end(self) -> int:
        """See that it has ended. Returns its exit status."""
        self._process.kill()
        status = self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        self.pipe.close()
        return status


def _told(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"by {signal.Signals(-status).name}"
    except ValueError:
        return f"by signal {-status}"


# --- the other end --------------------------------------------------------------------------------------------------


def main(channel: int) -> None:
    """Judge the batches that come through a pipe until it is closed. ``channel`` is its descriptor's number."""
    threading.Thread(target=_end_with_the_sender, daemon=True).start()
    pipe = Connection(channel)
    kit, sandbox = pipe.recv()
    from grader.collect.judge_batch import judge_batch

    pipe.send(_READY)
    with contextlib.suppress(EOFError, OSError):
        while True:
            batch: Batch = pipe.recv()
            answer: Any
            try:
                answer = judge_batch(kit, sandbox, batch)
            except TurtlesError as error:
                answer = type(error)(str(error))  # as it is, it may hold what cannot be sent
            except Exception as error:
                answer = JudgeError(f"an error of the grader's own: {type(error).__name__}: {error}")
            pipe.send(answer)


def _end_with_the_sender() -> None:
    """End this process, whatever it is doing, when nobody holds the other end of standard input any more."""
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            pass
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]))
