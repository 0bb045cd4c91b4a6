"""Run a command, and write what it cost, with all of its processes: ``python accounted.py FIGURES COMMAND...``.

The system tells a process only of children that it waited for. What runs in a sandbox loses its parent at the end, so
this process takes in whatever is orphaned below it (PR_SET_CHILD_SUBREAPER), and waits for that as well.
"""

from __future__ import annotations

import os
import sys
import time

_PR_SET_CHILD_SUBREAPER = 36
_FAREWELL_S = 5.0
"""For orphans to end by themselves."""

_MAXRSS_MB = 1e-6 if sys.platform == "darwin" else 1024e-6


def main() -> None:
    """Run it, and write its figures."""
    figures, *command = sys.argv[1:]
    began = time.monotonic()
    # A process's most memory counts from before exec(): this one is small, and imports what else it needs afterwards.
    pid = os.posix_spawnp(command[0], command, os.environ)
    _become_subreaper()
    _, status = os.waitpid(pid, 0)
    wall_s = time.monotonic() - began
    _take_in_orphans()
    import json
    import resource

    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = {
        "wall_s": wall_s,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss * _MAXRSS_MB,
        "status": os.waitstatus_to_exitcode(status),
    }
    with open(figures, "w", encoding="ascii") as file:  # noqa: PTH123
        json.dump(cost, file)


def _become_subreaper() -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _take_in_orphans() -> None:
    give_up = time.monotonic() + _FAREWELL_S
    try:
        while time.monotonic() < give_up:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                time.sleep(0.01)
    except ChildProcessError:
        pass  # none is left


if __name__ == "__main__":
    main()
