"""What the tests of the cluster add to a worker of theirs: ``dask worker … --preload cluster_preload.py``.

It comes before ``--preload grader.cluster.worker``.
"""

from __future__ import annotations

import os
import platform
import signal
from collections.abc import Sequence

from distributed import Worker

from grader.cluster import worker as turtles

MARK = b"# this kills whoever touches it"
"""A batch with this in a source ends the worker, and not only the process that judges for it."""

_python_version = platform.python_version
_judge = turtles.judge


def _judge_or_die(number: int, files: Sequence[tuple[str, str, bytes]], setup: dict[str, str]) -> bytes:
    if any(MARK in source for _, _, source in files):
        os.kill(os.getpid(), signal.SIGKILL)
    return _judge(number, files, setup)


def dask_setup(worker: Worker) -> None:
    """Dask calls this before the worker joins."""
    del worker
    turtles.judge = _judge_or_die
    version = os.environ.get("TEST_PYTHON_VERSION")
    platform.python_version = (lambda: version) if version else _python_version
