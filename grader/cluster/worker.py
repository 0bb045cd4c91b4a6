"""What makes a Dask worker judge batches: ``dask worker tcp://HOST:PORT --preload grader.cluster.worker``.

It judges by the kit in ``TURTLES_KIT``, or else by the one that it was started in; ``TURTLES_SANDBOX`` is what
``--sandbox`` is elsewhere. A separate process does the judging: sessions of pytest need a main thread, and the worker
survives anything that a learner's program does to that process.

Every client sees its setup in the scheduler's data on workers, under ``turtles``, and an id that no other start of a
worker ever has. Dask's resource of that name exists once, so a client that asks for it gets this very worker,
never one that took its place, and for one batch at a time.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from grader.cluster.fingerprint import Setup, setup_of
from grader.collect.batches import Batch, Work
from grader.collect.local_workers import Local
from grader.errors import JudgeError, TurtlesError
from grader.load.kit import Kit, find_root, load_kit
from grader.record.sandbox import Sandbox, choose

if TYPE_CHECKING:
    from distributed import Worker

TOLD: Final = "turtles"
"""Where a worker's setup and id stand among what the scheduler knows of it."""

_log = logging.getLogger("distributed.worker.turtles")


def resource(worker_id: str) -> str:
    """The name of Dask's resource that only the worker of that id has, once."""
    return f"turtles-{worker_id}"


class _Bench:
    """What a worker judges with."""

    def __init__(self, kit: Kit, sandbox: Sandbox) -> None:
        self.kit = kit
        self.sandbox = sandbox
        self.setup = setup_of(kit, sandbox)
        self.id = secrets.token_hex(8)
        self._local = Local(kit, sandbox, 1)

    def judge(self, batch: Batch, wanted: Setup) -> dict[str, Any]:
        """The answer to a client, as the task ``judge`` has it."""
        found = setup_of(self.kit, self.sandbox)
        if found != self.setup:
            return {"refused": "its kit has changed since it was started: start it again"}
        if differences := found.differences(wanted):
            return {"refused": ", ".join(differences)}
        try:
            self._local.send(batch)
            delivery = self._local.next()
        except TurtlesError:
            self.close()
            self._local = Local(self.kit, self.sandbox, 1)  # nothing of this batch is to come with the next
            raise
        if delivery.lost:
            return {"lost": delivery.lost}
        return {"results": {key: result.to_json() for key, result in delivery.results.items()}}

    def close(self) -> None:
        """End the process that judges."""
        self._local.__exit__(None, None, None)


_bench: _Bench | None = None


async def dask_setup(worker: Worker) -> None:
    """Dask calls this before the worker joins; an error keeps it from joining."""
    global _bench
    kit = load_kit(find_root(Path(os.environ.get("TURTLES_KIT") or Path.cwd())))
    bench = _bench = _Bench(kit, choose(os.environ.get("TURTLES_SANDBOX") or "auto"))
    worker.startup_information[TOLD] = lambda _: {"id": bench.id, "setup": bench.setup.to_json()}
    for quantities in (worker.state.total_resources, worker.state.available_resources):
        quantities[resource(bench.id)] = 1
    _log.info(
        "Turtles: kit %s in %s, %s, sandbox %s", bench.setup.kit[:12], kit.root, bench.setup.python, bench.setup.sandbox
    )


async def dask_teardown(worker: Worker) -> None:
    """Dask calls this when the worker ends."""
    global _bench
    del worker
    bench, _bench = _bench, None
    if bench:
        bench.close()


def judge(number: int, files: Sequence[tuple[str, str, bytes]], setup: dict[str, str]) -> bytes:
    """The task: judge a batch on this worker, if its setup is the client's.

    Returns JSON, an object with one of: ``results`` by key, ``lost`` (why nothing came of it), ``refused`` (why this
    worker cannot judge), ``broken`` (what is wrong with the kit, here and everywhere).
    """
    return json.dumps(_answer(Batch(number, tuple(Work(*file) for file in files)), Setup.from_json(setup))).encode()


def _answer(batch: Batch, wanted: Setup | None) -> dict[str, Any]:
    if _bench is None or wanted is None:
        return {"refused": "it was not started with --preload grader.cluster.worker of this version"}
    try:
        return _bench.judge(batch, wanted)
    except JudgeError as error:
        return {"refused": str(error)}
    except TurtlesError as error:
        return {"broken": str(error)}
    except OSError as error:
        return {"refused": f"its kit cannot be read ({error.strerror or error})"}
    except Exception as error:
        return {"lost": f"an error of the grader's own: {type(error).__name__}: {error}"}
