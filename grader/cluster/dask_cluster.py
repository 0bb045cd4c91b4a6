"""Judge batches on a Dask cluster, with the same interface as the processes of this machine."""

from __future__ import annotations

import asyncio
import logging
import threading
from types import TracebackType
from typing import Any, Final, Self

from distributed import Client, Security, rpc

from grader.cluster.dispatch import ClusterLost as ClusterLost
from grader.cluster.dispatch import Dispatcher
from grader.cluster.fingerprint import setup_of
from grader.collect.batches import Batch, Delivery
from grader.errors import UsageError
from grader.load.kit import Kit
from grader.record.sandbox import Sandbox

PATIENCE_S: Final = 60.0
"""How long there may be no worker: one that died is back within seconds where something starts it again."""

CONNECT_S = 10.0
_CLOSE_S: Final = 5.0
_MOST_NAMED: Final = 5


class Cluster:
    """The workers of a Dask cluster whose kit, Python and sandbox are those of this machine: a ``Judges``.

    ``address`` is the scheduler's, ``tcp://host:8786``. Workers that come later take part. To enter raises
    ``UsageError`` when nobody answers there or no worker will do. ``next`` raises ``ClusterLost`` when the scheduler
    is gone, or for ``patience_s`` seconds all workers are, and ``KitError`` when a worker finds the kit broken.
    """

    def __init__(self, address: str, kit: Kit, sandbox: Sandbox, *, patience_s: float = PATIENCE_S) -> None:
        self._address = address
        self._setup = setup_of(kit, sandbox)
        self._patience_s = patience_s

    def __enter__(self) -> Self:
        self._client = _connect(self._address)
        self._dispatcher = Dispatcher(self._client, self._setup, self._patience_s)
        try:
            self._dispatcher.look()
            if not self.workers:
                raise UsageError(self._nobody())
        except BaseException:
            self._client.close(_CLOSE_S)  # type: ignore[no-untyped-call]
            raise
        self._thread = threading.Thread(target=self._dispatcher.run, name="turtles cluster", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._dispatcher.end()
        self._thread.join()
        self._client.close(_CLOSE_S)  # type: ignore[no-untyped-call] # with which the scheduler drops what this client had under way

    @property
    def workers(self) -> int:
        """How many take part."""
        return len(self._dispatcher.workers)

    @property
    def room(self) -> int:
        """One batch with each worker, and one here for each, so that none waits while results are written."""
        return 2 * max(1, self.workers)

    @property
    def refused(self) -> tuple[str, ...]:
        """The workers of Turtles that do not take part, a line each, with what is not as it is here."""
        return tuple(f"{address}: {why}" for address, why in sorted(self._dispatcher.refused.items()))

    def send(self, batch: Batch) -> None:
        """As ``Judges`` has it; what is wrong with the cluster is for ``next`` to say."""
        self._dispatcher.send(batch)

    def next(self) -> Delivery:
        """As ``Judges`` has it."""
        return self._dispatcher.next()

    def _nobody(self) -> str:
        """Why there is no worker that will do, and what to do about it."""
        refused, others = self.refused, self._dispatcher.others
        start = f"`dask worker {self._address} --nthreads 1 --preload grader.cluster.worker` in this kit's folder"
        if not refused:
            found = (
                f"none of the {others} workers of {self._address} is for Turtles"
                if others
                else (f"{self._address} has no workers")
            )
            return f"{found}; start some with {start}"
        lines = [*refused[:_MOST_NAMED], *([f"and {len(refused) - _MOST_NAMED} more"] if refused[_MOST_NAMED:] else [])]
        head = f"no worker of {self._address} judges as this machine does; make them alike and start them with {start}"
        return "\n    ".join([head, *lines])


def _connect(address: str) -> Client:
    """A client of the scheduler there. Raises ``UsageError``."""
    # This project reports broken connections itself, so Dask need not.
    for name in ("distributed.client", "distributed.core", "distributed.comm", "distributed.batched"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        # Not at once with a client: one that cannot connect may wait for ever, and then once more to be closed.
        asyncio.run(_check_scheduler(address))
        return Client(address, timeout=CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except Exception as error:  # from sockets, from TLS, from another program that listens there
        why = str(error) or type(error).__name__
        raise UsageError(
            f"--cluster {address}: no Dask scheduler answers there ({why}); it takes the scheduler's address, "
            "such as tcp://host:8786"
        ) from None


async def _check_scheduler(address: str) -> None:
    """Raise an error unless a scheduler answers there."""
    arguments: Any = Security().get_connection_args("client")  # type: ignore[no-untyped-call]
    async with asyncio.timeout(CONNECT_S), rpc(address, connection_args=arguments) as there:  # type: ignore[no-untyped-call]
        found = await there.identity()
        if found.get("type") != "Scheduler":
            raise ValueError(f"but a {found.get('type')} does")
