"""Run a command, and write what it cost, with all of its processes: ``python accounted.py FIGURES COMMAND...``.

The system tells a process only of children that it waited for. What runs in a sandbox loses its parent at the end, so
this process takes in whatever is orphaned below it (PR_SET_CHILD_SUBREAPER), and waits for that as well.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_FAREWELL_S = 5.0
"""For orphans to end by themselves."""

_MAXRSS_MB = 1e-6 if sys.platform == "darwin" else 1024e-6


def main() -> None:
    """Run it, and end with its exit status."""
    figures, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began = time.monotonic()
    process = subprocess.Popen(command)
    status = process.wait()
    wall_s = time.monotonic() - began
    _take_in_orphans()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    Path(figures).write_text(
        json.dumps(
            {
                "wall_s": wall_s,
                "cpu_s": usage.ru_utime + usage.ru_stime,
                "peak_mb": usage.ru_maxrss * _MAXRSS_MB,
                "status": status,
            }
        ),
        encoding="ascii",
    )


def _take_in_orphans() -> None:
    give_up = time.monotonic() + _FAREWELL_S
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < give_up:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                time.sleep(0.01)


if __name__ == "__main__":
    main()
