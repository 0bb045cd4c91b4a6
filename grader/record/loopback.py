"""Whether programs can reach servers on this machine: without that, those that have to are not judged."""

from __future__ import annotations

import functools
import socket

from grader.record.recording import Subject
from grader.record.spec import RecordingSpec

_PATIENCE_S = 5.0

_NAMES = ("127.0.0.1", "localhost")
"""What programs call it by."""


def needs_loopback(subject: Subject, spec: RecordingSpec) -> bool:
    """Whether a run speaks to a server on its own machine."""
    return spec.listen or any(name in text for name in _NAMES for text in (subject.source, subject.scenario or ""))


@functools.cache
def loopback_problem() -> str:
    """Empty when a connection to this machine works, else why not and what to do."""
    try:
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.create_connection(server.getsockname(), _PATIENCE_S),
        ):
            return ""
    except OSError as error:
        reason = error.strerror or str(error)
        return (
            f"programs cannot reach this machine at 127.0.0.1 ({reason}): "
            "bring its loopback interface up with `ip link set lo up`"
        )
