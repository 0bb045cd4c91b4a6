"""Who judges what on a Dask cluster.

Dask carries batches and results and knows who is there. It is not asked to choose, because its own way with a task
whose worker died is to try it on the next one: several workers may be gone before anybody hears of it. So each batch
is a task for one worker and for no other, every worker has one at a time, and a batch whose worker died is lost:
its sender counts how often it was tried.
"""

from __future__ import annotations

import contextlib
import json
import queue
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from distributed import Client, Future
from distributed.scheduler import KilledWorker

from grader.cluster.fingerprint import Setup
from grader.cluster.worker import TOLD, resource
from grader.collect.batches import Batch, Delivery
from grader.errors import KitError, TurtlesError
from grader.result import ExerciseResult

Inbox = queue.SimpleQueue["Batch | Future[bytes] | None"]
"""What happens to a dispatcher: a batch to judge, a task that has ended, or None for the end of it all."""

_LOOK_EVERY_S: Final = 1.0
_LOOK_A_WORKER_S: Final = 0.005
"""The more workers there are, the seldomer it is looked: to tell of each costs the scheduler time."""

_ANSWER_S: Final = 20.0
"""For what the scheduler knows, and for a result that is there: either takes milliseconds."""


class ClusterLost(TurtlesError):
    """The cluster is gone, or has no workers any more."""

    exit_status = 3

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; what was judged until now is kept, and the same command goes on from there")


@dataclass(frozen=True)
class _Errand:
    """A batch that is with a worker."""

    batch: Batch
    address: str
    future: Future[bytes]


class Dispatcher:
    """Sends batches to workers of the setup that is wanted.

    ``run`` is for a thread of its own, so that workers do not wait while results are written. From when it begins,
    other threads may ``send``, ``next``, ``end``, and read ``workers``, ``refused`` and ``others``.
    """

    def __init__(self, client: Client, setup: Setup, patience_s: float) -> None:
        self._client = client
        self._setup = setup
        self._patience_s = patience_s
        self._task = _task()
        self._inbox: Inbox = queue.SimpleQueue()
        self._outbox: queue.SimpleQueue[Delivery | TurtlesError] = queue.SimpleQueue()
        self._waiting: deque[Batch] = deque()
        self._errands: dict[str, _Errand] = {}
        """By the worker's id."""
        self._unfit: dict[str, str] = {}
        """Workers that refused a batch, by their id, and why."""
        self._seen = time.monotonic()
        """When there was a worker last."""
        self.workers: Mapping[str, str] = {}
        """Addresses of those that take part, by their id."""
        self.refused: Mapping[str, str] = {}
        """Why the others of Turtles do not, by their address."""
        self.others = 0
        """How many workers are none of Turtles."""

    def send(self, batch: Batch) -> None:
        """Let a batch be judged."""
        self._inbox.put(batch)

    def end(self) -> None:
        """Let ``run`` return."""
        self._inbox.put(None)

    def next(self) -> Delivery:
        """Wait for a batch. Raises, from then on, what ended ``run``."""
        found = self._outbox.get()
        if isinstance(found, TurtlesError):
            self._outbox.put(found)
            raise found
        return found

    def run(self) -> None:
        """Send and collect until ``end`` is called, or nothing more can come."""
        try:
            self._run()
        except TurtlesError as error:
            self._outbox.put(error)
        except Exception as error:  # any exception of Dask: somebody waits for an answer
            self._outbox.put(ClusterLost(f"the cluster failed ({type(error).__name__}: {error})"))

    def _run(self) -> None:
        due = time.monotonic() + _LOOK_EVERY_S
        while True:
            with contextlib.suppress(queue.Empty):
                message = self._inbox.get(timeout=max(0.0, due - time.monotonic()))
                if message is None:
                    return
                if isinstance(message, Batch):
                    self._waiting.append(message)
                else:
                    self._collect(message)
            if time.monotonic() >= due:
                self.look()
                due = time.monotonic() + max(_LOOK_EVERY_S, _LOOK_A_WORKER_S * len(self.workers))
            self._dispatch()

    def look(self) -> None:
        """See which workers there are; what was with one that is gone is lost. Raises ``ClusterLost``."""
        workers, refused, there = {}, {}, set()
        known = self._known_workers()
        for address, told in known.items():
            worker_id, setup = _read_told(told.get(TOLD))
            if setup is None:
                continue
            there.add(worker_id)
            why = self._unfit.get(worker_id) or ", ".join(setup.differences(self._setup))
            if why:
                refused[address] = why
            elif told.get("status") == "running" or worker_id in self._errands:
                workers[worker_id] = address
        self.workers, self.refused, self.others = workers, refused, len(known) - len(there)
        for worker_id in self._errands.keys() - there:
            self._lose(worker_id, "died")
        now = time.monotonic()
        if workers:
            self._seen = now
        elif now - self._seen > self._patience_s:
            why = "".join(f" ({address}: {reason})" for address, reason in [*refused.items()][:1])
            raise ClusterLost(f"for {self._patience_s:.0f} s the cluster had no worker that could judge{why}")

    def _known_workers(self) -> Mapping[str, Mapping[str, Any]]:
        client = self._client
        problem = "it does not answer"
        if client.status == "running":
            try:
                ask: Any = client.scheduler
                found = client.sync(ask.identity, n_workers=-1, callback_timeout=_ANSWER_S)  # type: ignore[no-untyped-call]
                workers: Mapping[str, Mapping[str, Any]] = found["workers"]
                return workers
            except (OSError, TimeoutError) as error:
                problem = str(error) or problem
        raise ClusterLost(f"the scheduler is gone ({problem})")

    def _dispatch(self) -> None:
        idle = deque(worker_id for worker_id in self.workers if worker_id not in self._errands)
        while self._waiting and idle:
            worker_id, batch = idle.popleft(), self._waiting.popleft()
            files = [(work.key, work.exercise, work.source) for work in batch.files]
            future = self._client.submit(
                self._task, batch.number, files, self._setup.to_json(), resources={resource(worker_id): 1}, pure=False
            )
            self._errands[worker_id] = _Errand(batch, self.workers[worker_id], future)
            future.add_done_callback(self._inbox.put)  # type: ignore[no-untyped-call]

    def _collect(self, future: Future[bytes]) -> None:
        worker_id = next((worker for worker, errand in self._errands.items() if errand.future is future), None)
        if worker_id is None:  # it was lost already
            return
        if future.status == "finished":
            try:
                answer = json.loads(future.result(_ANSWER_S))
            except Exception:  # its worker died with the result
                self._lose(worker_id, "died with the result")
            else:
                self._take(worker_id, answer)
        elif future.status == "error":
            error = future.exception(_ANSWER_S)  # type: ignore[no-untyped-call]
            if isinstance(error, KilledWorker):
                self._lose(worker_id, "died")
            else:  # no error of judging: those are answers
                self._refuse(worker_id, f"the task cannot be run there ({error})")
        else:
            self.look()  # which says so if there is no scheduler
            self._lose(worker_id, "took it back")

    def _take(self, worker_id: str, answer: Mapping[str, Any]) -> None:
        errand = self._errands[worker_id]
        match answer:
            case {"results": dict(results)}:
                try:
                    found = _read_results(errand.batch, results)
                except ValueError as error:
                    self._lose(worker_id, f"sent what is no result: {error}")
                else:
                    self._forget(worker_id)
                    self._outbox.put(Delivery(errand.batch, found))
            case {"lost": str(why)}:
                self._lose(worker_id, f"could not judge it: {why}")
            case {"refused": str(why)}:
                self._refuse(worker_id, why)
            case {"broken": str(why)}:
                raise KitError(f"{why} (says the worker {errand.address})")
            case _:
                self._lose(worker_id, "sent what is no answer")

    def _refuse(self, worker_id: str, why: str) -> None:
        """Let another judge what this worker has, and all that is to come."""
        self._waiting.appendleft(self._errands[worker_id].batch)
        self._forget(worker_id)
        self._unfit[worker_id] = why
        self.look()

    def _lose(self, worker_id: str, what: str) -> None:
        errand = self._errands.get(worker_id)
        if errand:
            self._forget(worker_id)
            self._outbox.put(Delivery(errand.batch, lost=f"the worker {errand.address} {what}"))

    def _forget(self, worker_id: str) -> None:
        """The worker is free, and neither it nor the scheduler keeps anything of the batch."""
        self._errands.pop(worker_id).future.release()  # type: ignore[no-untyped-call]


def _task() -> Callable[[int, list[tuple[str, str, bytes]], dict[str, str]], bytes]:
    """The task, for a scheduler that has nothing of this project: a function without a module is sent as it is."""

    def judge(number: int, files: list[tuple[str, str, bytes]], setup: dict[str, str]) -> bytes:
        from grader.cluster import worker

        return worker.judge(number, files, setup)

    return judge


def _read_told(told: object) -> tuple[str, Setup | None]:
    """The id and the setup that a worker tells; no setup for one that is none of Turtles."""
    match told:
        case {"id": str(worker_id), "setup": setup}:
            return worker_id, Setup.from_json(setup)
    return "", None


def _read_results(batch: Batch, results: Mapping[str, Any]) -> dict[str, ExerciseResult]:
    """The results by key. Raises ``ValueError`` unless there is one for each file of the batch, and no other."""
    found = {key: ExerciseResult.from_json(data) for key, data in results.items()}
    if {key: result.name for key, result in found.items()} != {work.key: work.exercise for work in batch.files}:
        raise ValueError("it is of other files")
    return found
